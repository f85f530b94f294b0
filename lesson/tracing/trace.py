"""A run with its tables, as notebooks show it."""

from functools import cached_property

from lesson.tracing.execution_table import Row, as_html, as_text, execution_table
from lesson.tracing.run import Run
from lesson.tracing.tracker import Tracker, variable_tracker


class Trace(Run):
    """Hold a run and its tables; a notebook displays it as its execution table."""

    @cached_property
    def table(self) -> list[Row]:
        """Return the rows of the execution table."""
        return execution_table(self)

    @cached_property
    def tracker(self) -> Tracker:
        """Return the variable tracker."""
        return variable_tracker(self, self.table)

    def __repr__(self) -> str:
        return as_text(self, self.table)

    def _repr_html_(self) -> str:
        return as_html(self, self.table)

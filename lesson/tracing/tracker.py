"""Turn a run into a variable tracker."""

from collections.abc import Mapping
from dataclasses import dataclass

from lesson.tracing.executed_statements import changes, executed_statements
from lesson.tracing.execution_table import Row
from lesson.tracing.layout import aligned, html_table
from lesson.tracing.run import Run

UNDEFINED = "-"


@dataclass(frozen=True)
class State:
    """Hold one row of the variable tracker: the variables after a step of the table."""

    when: str
    variables: Mapping[str, str]
    changed: tuple[str, ...]
    first: int
    last: int


class Tracker:
    """Hold the variables at the start, after each step of the table, and at the end."""

    def __init__(self, states: list[State], names: list[str]) -> None:
        self.states = states
        self.names = names

    def rows(self) -> list[tuple[str, ...]]:
        """Return a row of texts for each state; a star marks what changed, a dash what is not."""
        return [(s.when, *(_cell(s, name) for name in self.names)) for s in self.states]

    def __repr__(self) -> str:
        return "\n".join(aligned([("when", *self.names), *self.rows()]))

    def _repr_html_(self) -> str:
        return html_table(("when", *self.names), self.rows(), code=range(1, 1 + len(self.names)))


def variable_tracker(run: Run, table: list[Row]) -> Tracker:
    """Return the variables at the start, after each step of the table, and at the end."""
    rows = [row for row in table if row.first is not None]
    ran = executed_statements(run)
    states = [State("start", run.start, (), 0, 0)]
    for row in rows:
        variables = ran[row.last - 1].variables
        changed = changes(states[-1].variables, variables)
        states.append(State(f"after {row.step}", variables, changed, row.first, row.last))
    end = len(ran) + 1
    states.append(State("end", run.end, changes(states[-1].variables, run.end), end, end))
    return Tracker(states, _variable_names(run))


def _variable_names(run: Run) -> list[str]:
    """Return every variable of the run, in the order in which they appear."""
    seen = [*(step.variables for step in run.steps), run.start, run.end]
    return list(dict.fromkeys(name for variables in seen for name in variables))


def _cell(state: State, name: str) -> str:
    return f"{state.variables.get(name, UNDEFINED)}{'*' * (name in state.changed)}"

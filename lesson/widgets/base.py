"""What the course's widgets have in common: a picture and a text for every reader."""

from typing import Any

import anywidget


class CourseWidget(anywidget.AnyWidget):
    """Show itself alive where there is a kernel, and as picture and text everywhere else."""

    def as_html(self) -> str:
        """Return what a reader without a kernel sees; an untrusted notebook shows it too."""
        raise NotImplementedError

    def as_text(self) -> str:
        """Return the same as plain text, stable from run to run."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return self.as_text()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return {**data, "text/plain": self.as_text(), "text/html": self.as_html()}, metadata

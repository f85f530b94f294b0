"""Step through what a view did for a request, line by line."""

from collections.abc import Callable

from lesson.tracing.recording import Request
from lesson.widgets.stepper import Stepper


def step(view: Callable, request: Request = "valid", *, beside: str | None = None) -> Stepper:
    """Return a stepper over one request to a view, or over two side by side.

    `request` is as in `record`, `beside` the name of a scenario. Raises Mistake where `record`
    does.
    """
    return Stepper(view, request, beside)

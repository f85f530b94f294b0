"""What a view did for one request, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lesson.charting.flow import Flow


@dataclass(frozen=True)
class Step:
    """Hold one line that ran: the variables after it, and the error it raised, if any."""

    line: int
    variables: Mapping[str, str]
    raised: str | None = None


@dataclass(frozen=True)
class Run:
    """Hold what a view did for one request, as plain texts; line 1 is the view's first line.

    `status` and `body` are those the client got; `status` is None where it is no number. `cut`
    tells that the view ran on for more steps than are kept.
    """

    request: str
    sent: str
    start: Mapping[str, str]
    steps: tuple[Step, ...]
    end: Mapping[str, str]
    status: int | None
    body: str
    reached: bool
    cut: bool
    flow: Flow = field(repr=False, compare=False)

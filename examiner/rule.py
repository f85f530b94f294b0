"""What a rule is, and what examining one brings: plain data that reads like a good tutor."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from examiner.process import Gone, Worker


class Broken(AssertionError):
    """Raised by a rule's test: expected and actual on one line, the misconception on the next."""


class Hangs(Broken):
    """Raised where what was asked for has not come in time: a busy machine may be the reason."""


class NotAttempted(Exception):
    """Raised where the cell still holds what it was released with."""


class NotLoaded(Exception):
    """Raised with one sentence where the cell stops before it has defined its functions."""


class NeverLoads(NotLoaded):
    """Raised where the cell hangs or ends the process: to try again would take as long again."""

    def __init__(self, why: Gone) -> None:
        super().__init__(f"The cell does not load. {why}")
        self.why = why


@dataclass(frozen=True)
class Assignment:
    """Name the module that runs a student's source in a worker, and what a rule's test is given.

    `subject` takes a worker and the source and is a context manager: a fresh start for each rule.
    What it gives has `exchange`, a list of lines that tell what was sent and what came back, and
    `to_read`, a list of sentences on what a person has to look at.
    """

    name: str
    worker: str
    subject: Callable[[Worker, str], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Rule:
    """Hold one rule: `test` takes a subject and raises Broken; `section` explains the rule."""

    name: str
    points: int
    title: str
    section: str
    test: Callable[[Any], None]
    assignment: Assignment


@dataclass(frozen=True)
class Verdict:
    """Hold how a rule was kept; `exchange` holds what was sent and what came back, a line each."""

    rule: str
    points: int
    title: str
    section: str
    passed: bool
    message: str = ""
    exchange: tuple[str, ...] = ()
    attempted: bool = True

    @property
    def score(self) -> int:
        """Return the points this brings."""
        return self.points if self.passed else 0

    def __str__(self) -> str:
        return "\n".join(self._lines())

    __repr__ = __str__

    def _lines(self) -> Iterator[str]:
        yield f"{self.rule} · {self.score} of {points(self.points)} · {self.title}"
        if self.passed:
            return
        yield self.message
        yield from self.exchange
        if self.attempted:
            yield f"Read again: {self.section}"


def rule(assignment: Assignment, points: int, title: str, section: str) -> Callable[..., Rule]:
    """Turn a test into a rule of the same name."""

    def decorate(test: Callable[[Any], None]) -> Rule:
        return Rule(test.__name__, points, title, section, test, assignment)

    return decorate


def points(number: int) -> str:
    """Return a number of points in words: 1 point, 2 points."""
    return f"{number} point" if number == 1 else f"{number} points"

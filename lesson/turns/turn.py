"""A check of a lesson's own: it asks what the learner wrote, and raises NotYet with a sentence."""

from collections.abc import Callable
from dataclasses import dataclass


class NotYet(Exception):
    """Raised with a sentence on what is still missing."""


@dataclass(frozen=True)
class Turn:
    """Hold a check under its name; `done` is the sentence for whoever has come through."""

    name: str
    check: Callable[[Callable], None]
    done: str


def turn(name: str, done: str) -> Callable[[Callable[[Callable], None]], Turn]:
    """Make a check of a function, to be called with what the learner wrote."""
    return lambda check: Turn(name, check, done)

"""A check of a lesson's own: it asks what the learner wrote, and raises NotYet with a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class NotYet(Exception):
    """Raised with a sentence on what is still missing."""


@dataclass(frozen=True)
class Turn:
    """Hold a check under its name; `done` is the sentence for whoever has come through."""

    name: str
    check: Callable[[Any], None]
    done: str
    of_class: bool = False


def turn(name: str, done: str, *, of_class: bool = False) -> Callable[[Callable], Turn]:
    """Make a check of a function or class, to be called with what the learner wrote."""
    return lambda check: Turn(name, check, done, of_class)

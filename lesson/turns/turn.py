"""A check of a lesson's own: it asks what the learner wrote, and raises NotYet with a sentence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from examiner.mistake import Mistake
from lesson.charting.source import own_function


class NotYet(Exception):
    """Raised with a sentence on what is still missing."""


@dataclass(frozen=True)
class Turn:
    """Hold a check under its name; `done` is the sentence for whoever has come through."""

    name: str
    check: Callable[[Any], None]
    done: str
    of_class: bool = False

    def require(self, written: object) -> None:
        """Raise Mistake where this is no function, or no class where one is asked for."""
        if not self.of_class:
            own_function(written)
        elif not isinstance(written, type):
            raise Mistake("Pass a class written with class, by its name and without brackets.")


def turn(name: str, done: str, *, of_class: bool = False) -> Callable[[Callable], Turn]:
    """Make a check of a function or class, to be called with what the learner wrote."""
    return lambda check: Turn(name, check, done, of_class)


@contextmanager
def errors_told() -> Iterator[None]:
    """Raise NotYet, with name and words, for an error of the learner's own code."""
    try:
        yield
    except (NotYet, Mistake):
        raise
    except Exception as error:
        raise NotYet(f"your code raised {type(error).__name__}: {error}.") from None

"""A check of a lesson's own: it asks what the learner wrote, and raises NotYet with a sentence."""

import _thread
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from examiner.mistake import Mistake
from lesson.charting.source import own_function

PATIENCE = 5  # seconds until what a learner wrote counts as never ending
# What is behind an error whose own words do not say so.
BEHIND = {
    "JSONDecodeError": "Not every answer is JSON: look at the status first.",
    "ImmatureSignatureError": "PyJWT asks this machine's clock; our tokens live in 2030: DATES.",
    "InvalidAudienceError": "PyJWT compares with audience=, and refuses where none is given.",
}
NONE = "'NoneType' object has no attribute"
IS_NONE = "Something is None there, such as an answer that did not come."


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


def told(error: BaseException) -> str:
    """Return the name of an error, and the first line of its words."""
    words = str(error).partition("\n")[0].rstrip(".")
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


@contextmanager
def errors_told(who: str = "your code", patience: float | None = None) -> Iterator[None]:
    """Raise NotYet, with name and words, for an error of the learner's own code, or no end."""
    seconds = patience or PATIENCE
    try:
        with _interrupted_after(seconds) as late:
            yield
    except (NotYet, Mistake):
        raise
    except Exception as error:
        behind = IS_NONE if NONE in str(error) else BEHIND.get(type(error).__name__, "")
        raise NotYet(f"{who} raised {told(error)}. {behind}".rstrip()) from None
    except KeyboardInterrupt:
        if not late.is_set():  # the learner stopped it
            raise
        raise NotYet(
            f"{who} did not end in {seconds} seconds: look for a loop that never ends."
        ) from None


@contextmanager
def _interrupted_after(seconds: float) -> Iterator[threading.Event]:
    """Interrupt the main thread, in which a notebook's cells run, where it takes too long."""
    late = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield late
        return
    timer = threading.Timer(seconds, lambda: (late.set(), _thread.interrupt_main()))
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()

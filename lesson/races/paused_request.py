"""Follow a request line by line, pause it before one of them, and notice when it waits."""

import linecache
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from types import FrameType
from typing import Any, NamedTuple

from lesson.charting.source import own_function
from lesson.races.pause import Pause
from lesson.races.waiting import POLL, waits
from lesson.tracing.runaway import MOST_LINES, Runaway


class Event(NamedTuple):
    """Hold who did what: `kind` is "line", "answer", "paused" or "waits"."""

    who: str
    kind: str
    text: str


class PausedRequest(Pause):
    """Pause a request, keep the lines it began, and stop one that never ends.

    Its lines are those of every function that shares the view's module, such as other cells.
    """

    def __init__(self, view: Callable, k: int = 0) -> None:
        function = own_function(view)
        super().__init__(function.__code__.co_filename, k)
        self.thread: Thread | None = None
        self.answer: Future[int]
        self._scope, self._told = function.__globals__, 0
        self.begun: list[str] = []

    @property
    def at(self) -> str:
        """Return the line begun last."""
        return self.begun[-1] if self.begun else ""

    def pause_next(self) -> None:
        """Pause the request before its next line."""
        self.k = len(self.begun) + 1

    def waits(self) -> bool:
        """Return True once the request waits for the other one, False once it is answered."""
        return waits(lambda: self.thread, self.answer.done)

    def pauses(self) -> bool:
        """Return True once the request is paused, False once it is answered."""
        while not self.answer.done():
            if self.reached.wait(POLL):
                return True
        return self.reached.is_set()

    def news(self, who: str) -> list[Event]:
        """Return what is new since the last call: lines that ran, and the answer."""
        ended = self.answer.done()
        # The line begun last has not run yet where the request is paused or waits.
        ran = [Event(who, "line", text) for text in self.begun[: None if ended else -1]]
        answers = [Event(who, "answer", str(self.answer.result()))] if ended else []
        new = [*ran, *answers][self._told :]
        self._told += len(new)
        return new

    def _called(self, frame: FrameType, event: str, arg: Any) -> Callable | None:
        return self._happened if frame.f_globals is self._scope else None

    def _happened(self, frame: FrameType, event: str, arg: Any) -> Callable:
        if event == "line":
            if len(self.begun) > MOST_LINES:
                raise Runaway
            file, number = frame.f_code.co_filename, frame.f_lineno
            self.begun.append(linecache.getline(file, number).partition("  #")[0].strip())
        return super()._happened(frame, event, arg)

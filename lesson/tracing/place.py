"""Say in which line of a view an error was raised, or where a thread stands that waits."""

import sys
import traceback
from collections.abc import Iterable
from types import CodeType, FrameType

from flask import Flask

from lesson.charting.source import Source

CALLS, READS = Flask.dispatch_request.__code__, Flask.make_response.__code__


class Place:
    """Know which lines are a view's own; line 1 is its first."""

    def __init__(self, source: Source, code: CodeType) -> None:
        self._source, self._code = source, code

    def of_error(self, error: BaseException, ended: int | None) -> int | None:
        """Return the line that raised an error, or None where it was none of the view's.

        An answer that Flask cannot read comes from the line that the view `ended` with, and a view
        that it cannot call begins in the line of its name.
        """
        frames = list(traceback.walk_tb(error.__traceback__))
        own = self._own(frames)
        codes = {frame.f_code for frame, _ in frames}
        if own:
            return own[0]
        if READS in codes:
            return ended and self._within(ended)
        return self._first() if CALLS in codes and ended is None else None

    def of_thread(self, thread: int) -> str:
        """Return in words where a thread stands that gives no answer."""
        frames = list(traceback.walk_stack(sys._current_frames().get(thread)))
        own = self._own(frames)
        if not own:
            return "the server waits outside the view"
        text = self._source.lines[own[-1] - 1].strip() if self._source.lines else ""
        return f"the view waits in line {own[-1]}{text and f': {text}'}"

    def _own(self, frames: Iterable[tuple[FrameType, int]]) -> list[int]:
        """Return the lines of those frames that run code of the view, functions inside it too."""
        return [self._within(line) for frame, line in frames if self._holds(frame.f_code, line)]

    def _holds(self, code: CodeType, line: int) -> bool:
        if code is self._code:
            return True
        inside = 1 <= self._within(line) <= len(self._source.lines)
        return code.co_filename == self._code.co_filename and inside

    def _within(self, line: int) -> int:
        return line - self._source.first_line + 1

    def _first(self) -> int:
        """Return the line of the view's name; decorators stand above it."""
        return self._source.function.lineno if self._source.function else 1

"""Hold a request right before the k-th line it runs, so that another one can overtake it.

Threads meet in a narrow window once in thousands of tries. Holding one there meets every time.
"""

import sys
from _thread import allocate_lock
from collections.abc import Callable
from types import FrameType
from typing import Any


class Gate:
    """Keep threads waiting until it is set; made of a lock, whose methods nobody can replace."""

    def __init__(self) -> None:
        self._set = False
        self._lock = allocate_lock()
        self._lock.acquire()

    def wait(self, timeout: float = -1) -> bool:
        """Return True once it is set, or False after `timeout` seconds."""
        if not self._lock.acquire(timeout=timeout):
            return False
        self._lock.release()
        return True

    def set(self) -> None:
        """Let everybody pass from now on."""
        if not self._set:
            self._set = True
            self._lock.release()

    def is_set(self) -> bool:
        """Return whether everybody may pass."""
        return self._set


class Pause:
    """Hold the thread that enters this context before its k-th line in one source file.

    `filename` is the file as its code objects name it; k counts from 1. `reached` is set once the
    thread stands there, with the number of that line in `line`. It goes on after `release`. Where
    fewer than k lines run, nothing is held and `line` stays None.
    """

    def __init__(self, filename: str, k: int) -> None:
        self.filename, self.k = filename, k
        self.line: int | None = None
        self.reached = Gate()
        self._released = Gate()
        self._lines = 0

    def release(self) -> None:
        """Let the thread go on; do nothing where none is held."""
        self._released.set()

    def __enter__(self) -> "Pause":
        self._other = sys.gettrace()
        sys.settrace(self._called)
        return self

    def __exit__(self, *error: object) -> None:
        sys.settrace(self._other)

    def _called(self, frame: FrameType, event: str, arg: Any) -> Callable | None:
        return self._happened if frame.f_code.co_filename == self.filename else None

    def _happened(self, frame: FrameType, event: str, arg: Any) -> Callable:
        if event == "line":
            self._lines += 1
            if self._lines == self.k:
                self.line = frame.f_lineno
                self.reached.set()
                self._released.wait()
        return self._happened

"""A lock that many hold together, or one alone (a readers-writer lock)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class SharedLock:
    """Let threads work side by side, or one with nobody beside it; it is asked for once a thread.

    Who waits to be alone keeps newcomers out, so that it comes to its turn.
    """

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._left = threading.Condition()
        self._inside = 0

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Hold it beside others."""
        with self._door, self._left:
            self._inside += 1
        try:
            yield
        finally:
            with self._left:
                self._inside -= 1
                self._left.notify()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold it once all others have left, and keep them out."""
        with self._door:
            with self._left:
                self._left.wait_for(lambda: not self._inside)
            yield

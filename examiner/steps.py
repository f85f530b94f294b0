"""Plan which threads go on that stop at each place, so that they pass a check together."""

import socket
from collections import deque

MOST_STEPS = 80  # after which nobody is stopped any more
UNEVEN = (0, -1, 0)  # who goes on alone: of two the first, once more, and then the other one
MOST_LOOKS = 100  # at what is still awake, of all steps: something may be so for ever


class Steps:
    """Let two threads go on in step: who stops goes on once the other one has stopped too.

    At the step number `uneven`, of those at which both had stopped, the first one goes two places
    ahead while the other stands, which stays one place late from then on. Threads are known by the
    connections over which they wait.
    """

    def __init__(self, uneven: int = 0) -> None:
        self._uneven = uneven
        self._stopped: list[socket.socket] = []
        self._alone: deque[int] = deque()  # which of two that have stopped goes on, step by step
        self._steps = self._looks = 0
        self.shared = 0  # steps at which both had stopped, and went on together

    @property
    def is_first(self) -> bool:
        """Return whether nobody has gone on yet."""
        return not self._steps

    @property
    def is_waiting(self) -> bool:
        """Return whether somebody has stopped."""
        return bool(self._stopped)

    def stop(self, thread: socket.socket) -> list[socket.socket]:
        """Note that a thread has stopped; return those that go on now."""
        self._stopped.append(thread)
        if self._steps >= MOST_STEPS:
            return self.take()
        if len(self._stopped) < 2:
            return []
        self.shared += not self._alone
        if self.shared == self._uneven:
            self._uneven, self._alone = 0, deque(UNEVEN)
        return self._take_one(self._alone.popleft()) if self._alone else self.take()

    def look(self, awake: bool) -> list[socket.socket]:
        """Note that no other has stopped for a while, and if one is `awake`; return who goes on."""
        self._looks += awake
        return [] if awake and self._looks < MOST_LOOKS else self.take()

    def take(self) -> list[socket.socket]:
        """Return all that have stopped: they go on."""
        self._steps += 1
        self._alone.clear()
        going, self._stopped = self._stopped, []
        return going

    def _take_one(self, which: int) -> list[socket.socket]:
        self._steps += 1
        return [self._stopped.pop(which)]

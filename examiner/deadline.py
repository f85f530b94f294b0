"""A connection on which the whole answer has to come in time, and not only its next byte."""

import socket
import time
from typing import Any


class DeadlineConnection(socket.socket):
    """Take over a connection; reading raises TimeoutError once so many seconds have passed."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        family, kind = connection.family, connection.type
        super().__init__(family, kind, fileno=connection.detach())
        self.allow(seconds)

    def allow(self, seconds: float) -> None:
        """Allow so many seconds from now on, for the next answer."""
        self._deadline = time.monotonic() + seconds
        self.settimeout(seconds)

    def recv_into(self, *arguments: Any) -> int:
        """Read what has come, or wait for it in what is left of the time."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer takes too long")
        self.settimeout(left)
        return super().recv_into(*arguments)

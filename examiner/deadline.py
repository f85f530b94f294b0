"""A connection on which the whole answer has to come in time, and not only its next byte."""

import selectors
import socket
import time
from collections.abc import Callable
from typing import Any

SOON = 0.5  # seconds after which it is asked whether to wait for the rest of the time


class InVain(TimeoutError):
    """Raised before the time is over where nothing will come."""


class DeadlineConnection(socket.socket):
    """Take over a connection; reading raises TimeoutError once so many seconds have passed.

    It raises InVain where it is `in_vain` to wait for that, which is asked when nothing comes soon.
    """

    def __init__(
        self,
        connection: socket.socket,
        seconds: float,
        in_vain: Callable[[], bool] | None = None,
    ) -> None:
        family, kind = connection.family, connection.type
        super().__init__(family, kind, fileno=connection.detach())
        self._in_vain = in_vain
        self.allow(seconds)

    def allow(self, seconds: float) -> None:
        """Allow so many seconds from now on, for the next answer."""
        self._deadline = time.monotonic() + seconds
        self.settimeout(seconds)

    def recv_into(self, *arguments: Any) -> int:
        """Read what has come, or wait for it in what is left of the time."""
        if self._in_vain and not self._comes_soon() and self._in_vain():
            raise InVain("no answer will come")
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer takes too long")
        self.settimeout(left)
        return super().recv_into(*arguments)

    def _comes_soon(self) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self, selectors.EVENT_READ)
            return bool(selector.select(SOON))

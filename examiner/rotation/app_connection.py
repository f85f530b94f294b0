"""A connection to the app, over which one request after another is answered in time."""

import socket
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from examiner.deadline import DeadlineConnection
from examiner.rotation.app_request import AppReply, AppRequest, read_reply, to_line

MAX_REPLY_BYTES = 1024 * 1024  # of a line: an app's longest answer, and all of it escaped
MAX_BYTES_AHEAD = 8 * 1024  # of requests: they never wait for room, whatever the app does


class AppConnection:
    """Ask over a connection, which it owns; each answer has to come within `patience` seconds.

    Where it does not come soon, `in_vain` is asked whether it would be in vain to wait for it.
    """

    def __init__(
        self,
        connection: socket.socket,
        patience: float,
        in_vain: Callable[[], bool] | None = None,
    ) -> None:
        self._patience = patience
        self._connection = DeadlineConnection(connection, patience, in_vain)
        self._replies = self._connection.makefile("rb")

    def ask(self, request: AppRequest, sent: Callable[[], None]) -> AppReply:
        """Return the reply to a request; call `sent` once that is on its way.

        Raises TimeoutError where none comes in time, OSError where the connection breaks and
        ValueError where what comes is no reply.
        """
        self._send(to_line(request))
        sent()
        return self._receive()

    def ask_each(self, requests: Iterable[AppRequest]) -> Iterator[AppReply]:
        """Yield the reply to each request, some of which are sent ahead; raise as `ask` does.

        So neither side waits for the other at each of them.
        """
        waiting: deque[int] = deque()  # the length of each request that has no reply yet
        for request in requests:
            line = to_line(request)
            while waiting and sum(waiting) + len(line) > MAX_BYTES_AHEAD:
                yield self._receive()
                waiting.popleft()
            self._send(line)
            waiting.append(len(line))
        for _ in waiting:
            yield self._receive()

    def _send(self, line: bytes) -> None:
        self._connection.allow(self._patience)
        self._connection.sendall(line)

    def _receive(self) -> AppReply:
        self._connection.allow(self._patience)
        return read_reply(self._replies.readline(MAX_REPLY_BYTES))

    def close(self) -> None:
        """Close the connection."""
        self._replies.close()
        self._connection.close()

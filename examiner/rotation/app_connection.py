"""A connection to the app, over which one request after another is answered in time."""

import socket
from collections.abc import Callable

from examiner.deadline import DeadlineConnection
from examiner.rotation.app_request import AppReply, AppRequest, read_reply, to_line

MAX_REPLY_BYTES = 1024 * 1024  # of a line: an app's longest answer, and all of it escaped


class AppConnection:
    """Ask over a connection, which it owns; each answer has to come within `patience` seconds."""

    def __init__(self, connection: socket.socket, patience: float) -> None:
        self._patience = patience
        self._connection = DeadlineConnection(connection, patience)
        self._replies = self._connection.makefile("rb")

    def ask(self, request: AppRequest, sent: Callable[[], None]) -> AppReply:
        """Return the reply to a request; call `sent` once that is on its way.

        Raises TimeoutError where none comes in time, OSError where the connection breaks and
        ValueError where what comes is no reply.
        """
        self._connection.allow(self._patience)
        self._connection.sendall(to_line(request))
        sent()
        return read_reply(self._replies.readline(MAX_REPLY_BYTES))

    def close(self) -> None:
        """Close the connection."""
        self._replies.close()
        self._connection.close()

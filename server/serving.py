"""Speak HTTP for an app, a thread for each connection: quietly, and keeping connections open."""

import io
import socket
import sys
from contextlib import suppress

from werkzeug.exceptions import InternalServerError
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.test import run_wsgi_app

HOST = "127.0.0.1"
KEPT_BODY_BYTES = 64 * 1024


class QuietHandler(WSGIRequestHandler):
    """Answer in JSON what never reaches the app, and log nothing.

    A line on stderr would stand in the learner's notebook, and costs points under nbgrader.
    """

    wbufsize = -1  # an answer leaves in one piece
    default_request_version = "HTTP/1.1"  # else an unreadable request gets no status line
    error_content_type = "application/json"
    error_message_format = '{"error": "This is not an HTTP request the server can read."}\n'

    def run_wsgi(self) -> None:
        """Answer one request; a target that is no URL gets a 400 and no traceback."""
        try:
            if self._can_stay():
                self._answer_and_stay()
            else:
                super().run_wsgi()
        except ValueError:
            self.send_error(400)

    def handle_expect_100(self) -> bool:
        """Ask for the body at once: the client waits for that."""
        asked = super().handle_expect_100()
        self.wfile.flush()
        return asked

    def log_request(self, *message: object) -> None:
        """Drop the line; werkzeug's own fails on a target that is no URL."""

    def log(self, *message: object) -> None:
        """Drop the message."""

    def _can_stay(self) -> bool:
        """Return whether the client wants more answers and says where its body ends."""
        if self.close_connection or self.request_version != "HTTP/1.1":
            return False
        lengths = self.headers.get_all("Content-Length", ["0"])
        plain = not any(name in self.headers for name in ["Transfer-Encoding", "Expect"])
        return plain and len(lengths) == 1 and _is_short(lengths[0])

    def _answer_and_stay(self) -> None:
        """Answer as werkzeug does, but leave the connection open; a new one costs more than that.

        Werkzeug closes it because an app may leave half of a body unread; here it is all read.
        """
        environ = self.make_environ()
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        environ["wsgi.input"] = io.BytesIO(body)
        try:
            pieces, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
        except Exception:
            environ["wsgi.input"] = io.BytesIO(body)
            pieces, status, headers = run_wsgi_app(InternalServerError(), environ, buffered=True)
        answer = b"".join(pieces)
        code, _, phrase = status.partition(" ")
        if code not in {"204", "304"}:
            headers.setdefault("Content-Length", str(len(answer)))
        self.send_response(int(code), phrase)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)


class Server(ThreadedWSGIServer):
    """Listen on a port of 127.0.0.1; closing it ends the connections that wait for a request."""

    def __init__(self, app, port: int = 0, fd: int | None = None) -> None:
        self._connections: set[socket.socket] = set()
        super().__init__(HOST, port, app, QuietHandler, fd=fd)

    def process_request(self, request: socket.socket, client_address: tuple[str, int]) -> None:
        """Answer on a thread, and know of the connection until it ends."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:
        """End a connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: socket.socket, client_address: tuple[str, int]) -> None:
        """Say nothing of a client that has left before its answer: that is no fault here."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """Listen no more; what is being answered is answered, and no further request read."""
        super().server_close()
        for connection in list(self._connections):
            with suppress(OSError):  # it has ended by itself
                connection.shutdown(socket.SHUT_RD)


def _is_short(length: str) -> bool:
    return length.isdecimal() and int(length) <= KEPT_BODY_BYTES

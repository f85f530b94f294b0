"""Run an app on a thread of this process, on a free port of 127.0.0.1."""

import atexit
import socket
import threading
from types import TracebackType
from typing import TYPE_CHECKING

from server.serving import HOST, Server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_running: dict[str, "EmbeddedServer"] = {}
_registry_lock = threading.RLock()


class EmbeddedServer:
    """Serve an app from a daemon thread; a context manager, or `start` and `stop` by hand.

    Two servers of one name never run together: starting one stops the one before it, so a
    notebook cell can be run again without leaving a thread and a socket behind.
    """

    def __init__(self, app: "WSGIApplication", name: str = "token server") -> None:
        self.app = app
        self.name = name
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Return the address, http://127.0.0.1:port; raise RuntimeError where nothing runs."""
        if self._server is None:
            raise RuntimeError(f"The {self.name} is not running: call start() first.")
        return f"http://{HOST}:{self._server.port}"

    def start(self) -> "EmbeddedServer":
        """Start serving and return self; do nothing where it serves already."""
        with _registry_lock:
            if self._server is None:
                if self.name in _running:
                    _running[self.name].stop()
                self._serve()
                _running[self.name] = self
        return self

    def stop(self) -> None:
        """Stop serving and free the port; do nothing where nothing runs."""
        with _registry_lock:
            if self._server is None:
                return
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = self._thread = None
            del _running[self.name]

    def answer(self, connection: socket.socket, address: tuple[str, int]) -> None:
        """Answer the requests of a connection that was made elsewhere, on a thread of its own."""
        self._server.process_request(connection, address)

    def _serve(self) -> None:
        self._server = Server(self.app)
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.02},  # werkzeug's own makes every stop wait half a second
            name=self.name,
            daemon=True,
        )
        self._thread.start()

    def __enter__(self) -> "EmbeddedServer":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<{self.name}: {'stopped' if self._server is None else 'running'}>"


@atexit.register
def _stop_all() -> None:
    for server in list(_running.values()):
        server.stop()

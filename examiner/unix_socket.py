"""Let two processes talk that share no network: the inner one connects to a Unix socket of ours.

The outer one listens in a folder that the inner one can read and not write, so nothing can be put
in the socket's place. The inner one keeps a connection waiting there, for a server of its own.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

NAME = "examiner.sock"
WAITING = 8  # connections, beyond which a flood of them has to wait


def open_to_all(path: Path) -> None:
    """Let every user connect who comes as far as the folder that a socket is in."""
    path.chmod(0o777)


class ListeningSocket:
    """Listen in a folder for connections from inside."""

    def __init__(self, folder: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / NAME))
        open_to_all(folder / NAME)
        self._listener.listen(WAITING)

    def wait(self, timeout: float) -> socket.socket:
        """Return the next connection; raise TimeoutError where none comes in so many seconds."""
        self._listener.settimeout(timeout)
        connection, _ = self._listener.accept()
        connection.settimeout(timeout)
        return connection

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()


def offer_connections(folder: str, serve: Callable[[socket.socket, tuple[str, int]], None]) -> None:
    """Offer connections at the socket in a folder from now on, on a thread; this is the inner side.

    `serve` is given each connection as soon as a request comes over it, and must not block.
    """
    threading.Thread(target=_offer, args=(f"{folder}/{NAME}", serve), daemon=True).start()


def _offer(path: str, serve: Callable[[socket.socket, tuple[str, int]], None]) -> None:
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(path)
        except OSError:  # nobody listens any more
            return
        with suppress(OSError):  # nobody has taken it
            connection.recv(1, socket.MSG_PEEK)
            serve(connection, ("127.0.0.1", 0))

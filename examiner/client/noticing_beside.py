"""What is noticed of a cell in the second process of a client, where nothing is ever held."""

import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from examiner.pausing import listening
from examiner.places import MOST
from examiner.process import Worker
from examiner.stops import FLAGS, MESSAGE, NOTICED

SOCKET = "notices.sock"
POLL, PATIENCE = 0.02, 1.0  # seconds


@contextmanager
def noticing_beside(worker: Worker, notices: set[int]) -> Iterator[dict[str, Any]]:
    """Give what the second process builds its stops with; add the numbers that it has reported.

    Its key is another one than that of the first process, through which it comes and where a cell
    could read it: with this one a cell can report on itself, and hold nobody.
    """
    key, inside = secrets.token_bytes(16), worker.socket_folder or str(worker.folder)
    made = worker.folder / SOCKET, worker.folder / FLAGS
    with _removed(*made), closing(listening(made[0], not worker.socket_folder)) as listener:
        made[1].write_bytes(bytes(MOST))  # flags, of which none will be set
        made[1].chmod(0o644)
        with _reading(listener, key, notices):
            at_path = listener.family != socket.AF_INET
            address = f"{inside}/{SOCKET}" if at_path else listener.getsockname()
            yield {"folder": inside, "key": key.hex(), "address": address}


@contextmanager
def _removed(*files: Path) -> Iterator[None]:
    try:
        yield
    finally:
        for file in files:
            with suppress(OSError):  # the process has ended, and its folder with it
                file.unlink()


@contextmanager
def _reading(listener: socket.socket, key: bytes, notices: set[int]) -> Iterator[None]:
    over = threading.Event()
    reading = threading.Thread(target=_read, args=(listener, key, notices, over), daemon=True)
    reading.start()
    try:
        yield
    finally:
        over.set()
        reading.join()


def _read(listener: socket.socket, key: bytes, notices: set[int], over: threading.Event) -> None:
    listener.settimeout(POLL)
    while not over.is_set():
        with suppress(TimeoutError):
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.settimeout(PATIENCE)
                notices.update(_number(connection.recv(MESSAGE.size), key))


def _number(message: bytes, key: bytes) -> Iterator[int]:
    """Yield the number of a report; what does not know the key is the cell's own."""
    if len(message) == MESSAGE.size and message.startswith(key):
        _, about, number, _ = MESSAGE.unpack(message)
        if about == NOTICED:
            yield number

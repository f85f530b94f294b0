"""Read what waits in a process's own pipes and sockets, and leave it there."""

import os
import socket
import stat
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from examiner.rotation.retained_values import decoded

OPEN = Path("/proc/self/fd")
MOST = 1024 * 1024  # bytes that are read of one channel, as many as a pipe can hold
LONGEST_WAIT = 0.1  # seconds
PACKETS = 4096  # of one socket
SO_PEEK_OFF = 42  # of Linux; Python has no name for it


def channels() -> set[tuple[int, int]]:
    """Return which pipes and sockets this process has open."""
    return {(status.st_dev, status.st_ino) for _, status in _open()}


def in_channels(ours: Collection[tuple[int, int]], served: Collection[str]) -> Iterator[str]:
    """Yield the text of what waits unread, in those that are not `ours`.

    Neither are sockets that are connected to one of the addresses `served`.
    """
    seen = set(ours)
    for number, status in _open():
        known = status.st_dev, status.st_ino
        if known not in seen:
            with suppress(OSError):  # closed by now, or nothing can be read of it
                if stat.S_ISSOCK(status.st_mode):
                    yield from _in_socket(number, served)
                else:
                    yield from decoded(_in_pipe(OPEN / str(number)))
            seen.add(known)


def _open() -> Iterator[tuple[int, os.stat_result]]:
    with suppress(OSError):  # no Linux
        for name in os.listdir(OPEN):
            with suppress(OSError):  # the folder itself is closed by now
                status = os.stat(OPEN / name)
                if stat.S_ISFIFO(status.st_mode) or stat.S_ISSOCK(status.st_mode):
                    yield int(name), status


def _in_pipe(path: Path) -> bytes:
    """Read a pipe and write all of it back; neither ever waits.

    It is opened anew, so that the flags of the cell's own ends stay as they are.
    """
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    writing = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    try:
        content = b""
        with suppress(BlockingIOError):  # it is empty
            content = os.read(reading, MOST)
        _write(writing, content)
        return content
    finally:
        os.close(reading)
        os.close(writing)


def _write(writing: int, content: bytes) -> None:
    """Write back what was read; who fills the pipe in between is given time to be read."""
    deadline = time.monotonic() + LONGEST_WAIT
    while content and time.monotonic() < deadline:
        with suppress(BlockingIOError):
            content = content[os.write(writing, content) :]


def _in_socket(number: int, served: Collection[str]) -> Iterator[str]:
    """Look at what has come to a socket, a packet at a time where it comes in packets."""
    with socket.socket(fileno=os.dup(number)) as here:
        if {str(here.getsockname()), _peer(here)} & set(served):
            return
        if here.type == socket.SOCK_STREAM:
            yield from decoded(here.recv(MOST, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        else:
            yield from _packets(here)


def _peer(here: socket.socket) -> str:
    try:
        return str(here.getpeername())
    except OSError:  # it has none
        return ""


def _packets(here: socket.socket) -> Iterator[str]:
    here.setsockopt(socket.SOL_SOCKET, SO_PEEK_OFF, 0)  # the next look begins behind this one
    try:
        for _ in range(PACKETS):
            yield from decoded(here.recv(MOST, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    finally:
        here.setsockopt(socket.SOL_SOCKET, SO_PEEK_OFF, -1)

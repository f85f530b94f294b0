"""Refresh a session in a closed loop over a raw socket, and tell how long each answer took."""

import json
import re
import socket
import time
from multiprocessing import get_context

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
NEW_TOKEN = re.compile(rb'"refreshToken": *"([^"]+)"')
SPAWN = get_context("spawn")


class Wire:
    """Speak as much HTTP as the compared servers need; keep a connection that they keep."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").rpartition(":")
        self._address = host, int(port)
        self._socket: socket.socket | None = None

    def post(self, path: bytes, body: bytes) -> bytes:
        """Return the body of the answer; raise AssertionError for anything but a 200."""
        if self._socket is None:
            self._socket = socket.create_connection(self._address)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(
            b"POST %b HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (path, len(body), body)
        )
        return self._answer()

    def _answer(self) -> bytes:
        head, _, body = self._until(lambda got: b"\r\n\r\n" in got).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head + body
        wanted = int(LENGTH.search(head)[1]) - len(body)
        body += self._until(lambda got: len(got) >= wanted) if wanted else b""
        if CLOSES.search(head):
            self._socket.close()
            self._socket = None
        return body

    def _until(self, done) -> bytes:
        got = b""
        while not done(got):
            got += self._socket.recv(65536)
        return got


def _client(url: str, user: dict[str, str], seconds: float, ready, times) -> None:
    wire = Wire(url)
    answer = wire.post(b"/login", json.dumps(user).encode())
    body = b'{"token":"%b"}' % NEW_TOKEN.search(answer)[1]
    took = []
    ready.wait()
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        answer = wire.post(b"/token", body)
        took.append(time.perf_counter() - start)
        if refreshed := NEW_TOKEN.search(answer):  # a rotating server: this one is next
            body = b'{"token":"%b"}' % refreshed[1]
    times.put(took)


def refresh(url: str, users: list[dict[str, str]], seconds: float) -> list[float]:
    """Let each user refresh one session from a process of their own; return times in seconds."""
    ready, times = SPAWN.Barrier(len(users)), SPAWN.SimpleQueue()
    clients = [
        SPAWN.Process(target=_client, args=(url, user, seconds, ready, times)) for user in users
    ]
    for client in clients:
        client.start()
    took = [one for _ in clients for one in times.get()]
    for client in clients:
        client.join()
    return took

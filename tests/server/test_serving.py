"""Connections stay open for the next request, and end where they must."""

import json
import socket
import struct
import threading
from http.client import HTTPResponse

import pytest

from server import EmbeddedServer, create_app
from server.serving import HOST, Server

ME = b"GET /me HTTP/1.1\r\nHost: x\r\n\r\n"


def crash(environ, start_response):
    raise RuntimeError("the app fell over")


@pytest.fixture
def server():
    with EmbeddedServer(create_app(), name="serving") as server:
        yield server


def connect(server) -> socket.socket:
    host, port = server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def post(body: bytes, *headers: bytes) -> bytes:
    lines = [b"POST /token HTTP/1.1", b"Host: x", b"Content-Type: application/json", *headers]
    lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def answer(connection) -> tuple[int, bytes]:
    response = HTTPResponse(connection)
    response.begin()
    return response.status, response.read()


def is_over(connection) -> bool:
    """Return whether the server has ended the connection; wait for a byte or the end."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:  # it ended while something of ours was still unread
        return True


def test_does_a_connection_serve_one_request_after_the_other(server):
    with connect(server) as connection:
        for request, status in [(ME, 401), (post(b'{"token": "x"}'), 403), (post(b"{}"), 401)] * 2:
            connection.sendall(request)
            assert answer(connection)[0] == status


def test_does_a_body_that_is_too_long_leave_the_next_request_whole(server):
    with connect(server) as connection:
        connection.sendall(post(b'{"token": "%b"}' % (b"x" * 17_000)))
        assert answer(connection)[0] == 413
        connection.sendall(ME)
        assert answer(connection)[0] == 401


def test_does_an_answer_without_body_leave_the_next_one_whole(server):
    with connect(server) as connection:
        connection.sendall(post(b'{"token": "x"}').replace(b"POST /token", b"DELETE /logout"))
        assert answer(connection) == (204, b"")
        connection.sendall(ME)
        assert answer(connection)[0] == 401


@pytest.mark.parametrize(
    "request_",
    [
        post(b"{}", b"Connection: close"),
        post(b"{}").replace(b"HTTP/1.1", b"HTTP/1.0"),
        post(b"{}", b"Content-Length: 1"),
        post(b"2\r\n{}\r\n0\r\n\r\n", b"Transfer-Encoding: chunked"),
    ],
    ids=["asked to", "HTTP 1.0", "two lengths", "chunks"],
)
def test_does_a_connection_end_where_the_next_request_is_not_sure(server, request_):
    with connect(server) as connection:
        connection.sendall(request_)
        assert answer(connection)[0] in {400, 401, 413}
        assert is_over(connection)


def test_is_a_client_asked_for_the_body_it_holds_back(server):
    head, _, body = post(b'{"token": "x"}', b"Expect: 100-continue").partition(b"\r\n\r\n")
    with connect(server) as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 100"
        connection.sendall(body)
        assert b" 403 " in connection.recv(65536) + connection.recv(65536)


def test_does_a_stopped_server_end_what_is_open():
    server = EmbeddedServer(create_app(), name="ends").start()
    with connect(server) as connection, connect(server) as unused:
        connection.sendall(ME)
        assert answer(connection)[0] == 401
        server.stop()
        assert is_over(connection)
        assert is_over(unused)


def test_is_a_crash_of_the_app_a_500_without_a_word_on_stderr(capfd):
    with EmbeddedServer(crash, name="crash") as server, connect(server) as connection:
        for _ in range(2):
            connection.sendall(ME)
            status, body = answer(connection)
            assert status == 500
            assert b"fell over" not in body
    assert capfd.readouterr().err == ""


def test_are_requests_that_come_at_once_answered_in_turn(server):
    with connect(server) as connection:
        connection.sendall(post(b"{}") + post(b'{"token": "x"}'))
        stream = connection.makefile("rb")
        statuses = []
        for _ in range(2):
            statuses.append(int(stream.readline().split()[1]))
            headers = dict(line.split(b": ", 1) for line in iter(stream.readline, b"\r\n"))
            assert "error" in json.loads(stream.read(int(headers[b"Content-Length"])))
        assert statuses == [401, 403]


def test_is_a_client_that_has_left_no_line_on_stderr(capfd):
    """It resets the connection, so that the answer cannot be sent."""
    left, ended = threading.Event(), threading.Event()

    def app(environ, start_response):
        left.wait(60)
        start_response("200 OK", [])
        return [b"x"]

    class Followed(Server):
        def process_request_thread(self, *connection):
            super().process_request_thread(*connection)
            ended.set()

    server = Followed(app)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with socket.create_connection((HOST, server.port)) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.sendall(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    left.set()
    assert ended.wait(60)
    server.shutdown()
    server.server_close()
    assert capfd.readouterr().err == ""

"""An answer has to be whole in time: one byte now and then keeps nobody waiting for ever."""

import http.client
import itertools
import socket
import threading

import pytest

from examiner.deadline import DeadlineConnection


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with theirs:
        yield ours, theirs
    ours.close()


def drip(theirs: socket.socket, over: threading.Event) -> None:
    theirs.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not over.wait(0.01):
        theirs.sendall(b"x")


def test_does_an_answer_that_drips_come_to_an_end(pair):
    ours, theirs = pair
    over = threading.Event()
    thread = threading.Thread(target=drip, args=(theirs, over))
    thread.start()
    connection = http.client.HTTPConnection("nobody")
    connection.sock = DeadlineConnection(ours, 0.2)
    connection.request("GET", "/")
    with pytest.raises(TimeoutError):
        connection.getresponse().read()
    over.set()
    thread.join()
    connection.close()


def test_does_silence_come_to_an_end(pair):
    with DeadlineConnection(pair[0], 0.02) as connection, pytest.raises(TimeoutError):
        connection.recv_into(bytearray(1))


def test_is_nothing_read_once_the_time_is_over(pair, monkeypatch):
    times = itertools.count(step=100)
    monkeypatch.setattr("examiner.deadline.time.monotonic", lambda: next(times))
    pair[1].sendall(b"here")
    with (
        DeadlineConnection(pair[0], 60) as connection,
        pytest.raises(TimeoutError, match="takes too long"),
    ):
        connection.recv_into(bytearray(4))


def test_does_it_read_what_comes_in_time_and_own_the_connection(pair):
    ours, theirs = pair
    theirs.sendall(b"whole")
    found = bytearray(5)
    with DeadlineConnection(ours, 20) as connection:
        assert ours.fileno() == -1
        assert connection.recv_into(found) == 5
    assert found == b"whole"
    assert theirs.recv(1) == b""

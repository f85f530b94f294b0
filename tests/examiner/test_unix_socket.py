"""Two processes without a common network talk over a socket, and a server inside answers there."""

import socket
import stat
import tempfile
import threading
from pathlib import Path

import pytest

from examiner.unix_socket import NAME, ListeningSocket, offer_connections

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="Windows has no such doors")


@pytest.fixture
def folder():
    """A folder with a short name: a socket's path may have no more than 107 characters."""
    with tempfile.TemporaryDirectory(prefix="listener-") as folder:
        yield Path(folder)


@pytest.fixture
def listener(folder):
    listener = ListeningSocket(folder)
    yield listener
    listener.close()


def test_does_a_request_reach_the_server_inside(listener, folder):
    def serve(connection: socket.socket, address: tuple[str, int]) -> None:
        connection.sendall(b"answer to " + connection.recv(100))
        connection.close()

    offer_connections(str(folder), serve)
    for request in (b"one", b"two", b"three"):
        with listener.wait(20) as connection:
            connection.sendall(request)
            assert connection.recv(100) == b"answer to " + request


def test_is_a_connection_served_only_when_a_request_comes(listener, folder):
    served = threading.Event()
    offer_connections(str(folder), lambda connection, address: served.set())
    with listener.wait(20) as idle:
        assert not served.wait(0.05)
        idle.sendall(b"x")
        assert served.wait(20)


def test_does_waiting_for_nobody_end(listener, folder):
    with pytest.raises(TimeoutError):
        listener.wait(0.01)


def test_does_a_connection_that_says_nothing_end_too(listener, folder):
    offer_connections(str(folder), lambda connection, address: None)
    with listener.wait(0.05) as connection, pytest.raises(TimeoutError):
        connection.recv(1)


def test_may_any_user_connect(listener, folder):
    assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o777


def test_is_a_closed_door_closed(folder):
    ListeningSocket(folder).close()
    with socket.socket(socket.AF_UNIX) as late, pytest.raises(ConnectionRefusedError):
        late.connect(str(folder / NAME))

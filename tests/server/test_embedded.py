"""A server on a thread: it starts, stops, and leaves nothing behind."""

import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import pytest

from server import EmbeddedServer, create_app


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/me", trust_env=False).status_code == 401
    except httpx.ConnectError:
        return False


def test_does_a_with_block_serve_and_then_free_the_port():
    with EmbeddedServer(create_app(), name="with") as server:
        url = server.url
        assert url.startswith("http://127.0.0.1:")
        assert answers(url)
    assert not answers(url)
    with socket.create_server(("127.0.0.1", int(url.rpartition(":")[2]))):
        pass


def test_do_start_and_stop_work_twice():
    server = EmbeddedServer(create_app(), name="twice")
    assert server.start().url == server.start().url
    server.stop()
    server.stop()
    with pytest.raises(RuntimeError, match=r"call start\(\) first"):
        _ = server.url
    assert answers(server.start().url)
    server.stop()


def test_does_running_the_cell_again_leave_one_server():
    threads = threading.active_count()
    urls = []
    for _ in range(5):
        server = EmbeddedServer(create_app(), name="again").start()
        urls.append(server.url)
    assert [answers(url) for url in urls].count(True) == 1
    assert answers(server.url)
    server.stop()
    assert threading.active_count() <= threads + 1  # a request's own thread may be ending


def test_do_two_names_run_side_by_side():
    with EmbeddedServer(create_app(), "one") as one, EmbeddedServer(create_app(), "two") as two:
        assert answers(one.url)
        assert answers(two.url)


def test_does_it_answer_many_at_once():
    with EmbeddedServer(create_app(), name="many") as server:
        results = []
        threads = [
            threading.Thread(target=lambda: results.append(answers(server.url))) for _ in range(16)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == [True] * 16


def test_does_one_slow_request_keep_nobody_waiting():
    """Two requests meet inside the view, which one thread alone would never reach twice."""
    app, meeting = create_app(), threading.Barrier(2, timeout=10)
    app.add_url_rule("/meet", view_func=lambda: str(meeting.wait()))
    with EmbeddedServer(app, name="meeting") as server, ThreadPoolExecutor(2) as pool:
        ask = partial(httpx.get, f"{server.url}/meet", trust_env=False)
        asked = [pool.submit(ask) for _ in range(2)]
        assert sorted(one.result().text for one in asked) == ["0", "1"]


QUIET = """
import httpx
from server import EmbeddedServer, create_app

server = EmbeddedServer(create_app()).start()
httpx.get(f"{server.url}/nowhere", trust_env=False)
"""


def test_does_it_write_nothing_and_end_with_the_process():
    """In a process of its own: pytest's log handler would keep werkzeug's words off stderr."""
    done = subprocess.run(
        [sys.executable, "-c", QUIET], capture_output=True, text=True, timeout=30, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_does_repr_tell_the_state_without_the_port():
    server = EmbeddedServer(create_app(), name="shown")
    assert repr(server) == "<shown: stopped>"
    with server:
        assert repr(server) == "<shown: running>"

"""A view that waits is left behind: its line is told and the next request works."""

import queue
import signal
import socket
import subprocess
import sys
import threading

import pytest
from flask import Response

from examiner.mistake import Mistake
from lesson import record
from lesson.tracing import recording
from lesson.tracing.shared_server import shared_server

LOCK = threading.Lock()
WAITING: queue.Queue = queue.Queue()
HERE, THERE = socket.socketpair()
PATIENCE = 60  # seconds for a thread to end, on a busy machine


def quick():
    return "quick"


def locks():
    name = "alice"
    with LOCK:
        return name


def gets():
    return WAITING.get()


def reads():
    return HERE.recv(1)


def keeps_on():
    try:
        WAITING.get()
    except BaseException:
        return "not me"
    return "still here"


def streams():
    def parts():
        yield "a"
        yield WAITING.get()

    return Response(parts())


def put():
    WAITING.put("x")


WAITS = {
    locks: ("the view waits in line 3: with LOCK:", LOCK.release),
    gets: ("the view waits in line 2: return WAITING.get()", put),
    reads: ("the view waits in line 2: return HERE.recv(1)", lambda: THERE.send(b"x")),
    keeps_on: ("the view waits in line 3: WAITING.get()", put),
    streams: ("the view waits in line 4: yield WAITING.get()", put),
}


@pytest.fixture(autouse=True)
def nothing_to_get():
    yield
    while not WAITING.empty():
        WAITING.get_nowait()


@pytest.fixture
def impatient(monkeypatch):
    """Lose patience early; the lock is taken."""
    monkeypatch.setattr(shared_server().client, "timeout", 0.2)
    monkeypatch.setattr(recording, "TRIES", 3)
    LOCK.acquire()
    yield
    if LOCK.locked():
        LOCK.release()


@pytest.mark.parametrize("view", WAITS, ids=lambda view: view.__name__)
def test_is_a_view_that_waits_left_behind(view, impatient, capfd):
    said, wake = WAITS[view]
    before = set(threading.enumerate())
    trace = record(view, {})
    assert (trace.status, trace.body, trace.reached) == (None, said, True)
    assert f"no answer: {said}" in repr(trace)
    [left] = set(threading.enumerate()) - before
    assert left.daemon
    assert record(quick, {}).body == "quick"
    assert left.is_alive()
    wake()
    left.join(PATIENCE)
    assert not left.is_alive()
    assert capfd.readouterr().err == ""
    assert record(quick, {}).body == "quick"


def test_is_the_run_so_far_there_with_its_last_line(impatient):
    trace = record(locks, {})
    LOCK.release()
    assert [(step.line, step.variables.get("name")) for step in trace.steps] == [
        (2, "'alice'"),
        (3, "'alice'"),
    ]
    assert trace.steps[-1].raised == "Runaway: stopped by the tracer"


def interrupts():
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    return WAITING.get()


def test_is_an_interrupted_request_told_in_a_sentence():
    """As when the learner presses the square above the notebook."""
    with pytest.raises(Mistake, match=r"You stopped this request: the view waits in line 3"):
        record(interrupts, {})
    put()


LEAVES = """
import time
from lesson import record
from lesson.tracing.shared_server import shared_server

def sleeps():
    time.sleep(100_000)

shared_server().client.timeout = 0.2
print(record(sleeps, {}).body)
"""


def test_does_a_program_end_while_a_view_sleeps():
    command = [sys.executable, "-c", LEAVES]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert (done.stdout, done.stderr) == ("the view waits in line 7\n", "")

"""A request is held before a line, and another one comes as far as it can."""

import threading
import time
from pathlib import Path

import pytest

from lesson.races.pause import Pause
from lesson.races.waiting import waits

STEPS = "def steps(said):\n    said.append(1)\n    said.append(2)\n"


@pytest.fixture
def steps():
    """Two lines of code in a file of their own."""
    scope = {}
    exec(compile(STEPS, "<steps>", "exec"), scope)
    return scope["steps"]


def held(function, pause: Pause) -> threading.Thread:
    def run() -> None:
        with pause:
            function()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_is_a_request_held_before_a_line(steps):
    said, pause = [], Pause("<steps>", 2)
    thread = held(lambda: steps(said), pause)
    assert pause.reached.wait(10)
    assert (said, pause.line) == ([1], 3)
    pause.release()
    thread.join(10)
    assert said == [1, 2]


def test_is_nothing_held_where_there_are_fewer_lines(steps):
    said, pause = [], Pause("<steps>", 3)
    held(lambda: steps(said), pause).join(10)
    assert (said, pause.line) == ([1, 2], None)


def test_are_lines_of_other_files_not_counted(steps):
    pause = Pause("<elsewhere>", 1)
    held(lambda: steps([]), pause).join(10)
    assert pause.line is None


def waiting(function) -> bool:
    """Run a function as the request that overtakes; tell whether it came to wait."""
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    return waits(lambda: thread, lambda: not thread.is_alive())


def test_does_a_request_not_wait_that_ends():
    assert not waiting(lambda: sum(range(2_000_000)))


@pytest.mark.parametrize("tasks", ["/proc/self/task", "/nowhere"])
def test_does_a_request_wait_that_wants_a_lock(monkeypatch, tasks):
    """Also where the system does not tell who sleeps."""
    monkeypatch.setattr("lesson.races.waiting.TASKS", Path(tasks))
    lock = threading.Lock()
    with lock:
        assert waiting(lock.acquire)


def test_does_a_request_wait_that_asks_for_a_lock_again_and_again():
    """As SQLite does, and a loop with a sleep in it."""
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            time.sleep(0.001)

    assert waiting(ask)
    done.set()


def test_does_a_request_that_computes_not_wait():
    """However long it takes, and however many others compute."""
    busy = threading.Event()

    def compute() -> None:
        while not busy.is_set():
            sum(range(1000))

    for _ in range(3):
        threading.Thread(target=compute, daemon=True).start()
    waited = waiting(lambda: [sum(range(1000)) for _ in range(2000)])
    busy.set()
    assert not waited

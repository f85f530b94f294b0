"""A request is held before a line, and another one comes as far as it can."""

import threading
import time

import pytest

from examiner.overtaking import Overtaking
from examiner.pausing import Pause

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


def overtaking(function) -> Overtaking:
    """Run a function as the request that overtakes."""
    found = Overtaking()

    def run() -> None:
        with found:
            function()

    threading.Thread(target=run, daemon=True).start()
    return found


def test_has_a_request_ended_that_ends():
    assert overtaking(lambda: sum(range(2_000_000))).settle()


def test_is_a_request_blocked_that_waits_for_a_lock():
    lock = threading.Lock()
    with lock:
        assert not overtaking(lock.acquire).settle()


def test_is_a_request_blocked_that_asks_for_a_lock_again_and_again():
    """As SQLite does, and a loop with a sleep in it."""
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            time.sleep(0.001)

    assert not overtaking(ask).settle()
    done.set()


def test_is_a_request_that_computes_not_called_blocked():
    """However long it takes, and however many others compute."""
    busy = threading.Event()

    def compute() -> None:
        while not busy.is_set():
            sum(range(1000))

    for _ in range(3):
        threading.Thread(target=compute, daemon=True).start()
    ended = overtaking(lambda: [sum(range(1000)) for _ in range(2000)]).settle()
    busy.set()
    assert ended

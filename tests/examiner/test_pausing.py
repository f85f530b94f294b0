"""One thread of a cell is held at a place, and whatever the cell does, the examiner decides."""

import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest

from examiner.launching import LocalLauncher
from examiner.pausing import Report, noticed, pauses_of
from examiner.process import Gone, Worker
from examiner.schedule import MOST_VISITS
from examiner.stops import MESSAGE, SOCKET
from examiner.waiting import REST, asking

SESSION = """
import socket, threading, time
class Session:
    def __init__(self, http, vault):
        self.n = 0
        self.lock = threading.Lock()
    def more(self):
        self.n += 1
    def get(self, path):
        {}
"""
# What a call does, and where it is held, turn after turn.
PATHS = {
    "three lines": ("self.n = 1; self.n = 2; return self.n", ["self.n = 1", "return self.n"]),
    "calls": ("self.n < 0 or self.more()", ["self.n < 0", "'self.more()'", "self.n += 1"]),
    "a loop": (
        "for i in range(5): self.n = i",
        ["for i", "for i", "for i", "for i"],
    ),
    "a thread of its own": (
        "t = threading.Thread(target=self.more); t.start(); t.join()",
        ["t = threading", "self.n += 1"],
    ),
    "a time-out for all sockets": (
        "socket.setdefaulttimeout(0.001); self.n = 1",
        ["socket.set", "self.n = 1"],
    ),
}


@pytest.fixture
def opened():
    """Return what loads a client whose `get` does something, and gives its worker and source."""
    with Worker("examiner.client.worker") as worker:
        yield partial(loaded, worker)


def loaded(worker: Worker, does: str) -> tuple[Worker, str]:
    """Load a client whose `get` does something; return its worker and source."""
    pauses_of(worker)
    source = SESSION.format(does)
    worker.call("load", source=source)
    worker.call("open", url="http://127.0.0.1:9", access="a", refresh="b")
    return worker, source


def begun(worker: Worker):
    """Begin a call that is to be held; return where it is, and what tells whether it is over."""
    call = worker.call("start", path="/")

    def is_over() -> bool:
        return worker.call("is_over", call=call)

    return pauses_of(worker).held(is_over), is_over


def until(is_over) -> None:
    while not is_over():
        time.sleep(0.001)


def path(worker: Worker, source: str) -> list[str | None]:
    """Return the places at which calls are held, one in each turn."""
    pauses, found = pauses_of(worker), []
    pauses.begin(source)
    while pauses.is_left():
        pauses.arm()
        place, is_over = begun(worker)
        found.append(place)
        pauses.let_go()
        until(is_over)
    return found


@pytest.mark.parametrize("name", PATHS)
def test_is_a_call_held_at_each_place_it_comes_to(opened, name):
    does, expected = PATHS[name]
    found = path(*opened(does))
    told = [place for place in found if place]
    assert len(found) == len(told) + 1
    for piece in expected:
        assert any(piece in place for place in told), told


def test_is_a_place_in_a_loop_held_at_its_first_visits(opened):
    found = path(*opened("for i in range(9):\n            self.n = i"))
    assert found.count("line 11, 'self.n = i'") == MOST_VISITS


def test_does_who_is_held_wait_while_another_passes(opened):
    worker, source = opened("self.more()\n        return 'x' * self.n")
    pauses = pauses_of(worker)
    pauses.begin(source)
    for _ in range(2):
        pauses.arm()
        place, is_over = begun(worker)
        other = worker.call("start", path="/")
        waits = pauses.settle(asking(partial(worker.call, "is_over", call=other)))
        assert place
        assert not waits
        assert not is_over()
        pauses.let_go()
        assert worker.call("finish", call=other) == {"returned": "str"}
        until(is_over)


def overtaken(worker: Worker, source: str, rest: float = REST) -> dict[str, bool]:
    """Return place → whether who would overtake waits, and rests, for the one that is held."""
    pauses, found = pauses_of(worker), {}
    pauses.begin(source)
    while pauses.is_left():
        pauses.arm()
        place, is_over = begun(worker)
        if place:
            other = partial(worker.call, "is_over", call=worker.call("start", path="/"))
            found[place.partition(", ")[2]] = pauses.settle(asking(other), rest=rest)
            pauses.let_go()
            until(other)
        until(is_over)
    return found


def test_is_it_told_that_another_waits_for_the_one_held(opened):
    found = overtaken(*opened("with self.lock:\n            self.n = 1"))
    assert found == {"'with self.lock:'": False, "'self.n = 1'": True}


def test_is_it_seen_that_another_gives_up_waiting(opened):
    found = overtaken(*opened("self.lock.acquire(timeout=0.05); self.n = 1; self.lock.release()"))
    assert found == {"'self.lock.acquire(timeout=0.05); self.n = 1; self.lock.release()'": False}


def test_is_one_that_gives_up_late_waited_for_where_that_is_asked(opened):
    worker, source = opened("self.lock.acquire(timeout=0.3)\n        self.n = 1")
    assert overtaken(worker, source)["'self.n = 1'"]
    worker, source = loaded(worker, "self.lock.acquire(timeout=0.3)\n        self.n = 1")
    assert not overtaken(worker, source, rest=60)["'self.n = 1'"]


def test_is_who_goes_round_told_from_who_works(opened):
    """It waits for the one held, and neither sleeps nor asks the system for anything."""
    found = overtaken(*opened("while self.n: pass\n        self.n = 1\n        self.n = 0"))
    assert found["'self.n = 0'"]
    assert not found["'self.n = 1'"]


CHECKS = """if self.n:
            return 1
        self.n = 1
        return ''"""


def test_do_two_pass_a_check_that_go_on_in_step(opened):
    worker, source = opened(CHECKS)
    with pauses_of(worker).in_step(source) as steps:
        calls = [worker.call("start", path="/") for _ in range(2)]
        assert [worker.call("finish", call=call) for call in calls] == [{"returned": "str"}] * 2
    assert steps.shared == 2


def test_does_one_go_on_that_the_other_waits_for(opened):
    checks = CHECKS.replace("\n", "\n    ")
    worker, source = opened(f"with self.lock:\n            {checks}")
    with pauses_of(worker).in_step(source):
        calls = [worker.call("start", path="/") for _ in range(2)]
        found = [worker.call("finish", call=call)["returned"] for call in calls]
    assert sorted(found) == ["int", "str"]


def test_is_somebody_held_as_before_once_the_steps_are_over(opened):
    worker, source = opened("self.n = 1")
    with pauses_of(worker).in_step(source):
        assert pauses_of(worker).is_holding
        worker.call("start", path="/")
    assert not pauses_of(worker).is_holding
    assert path(worker, source) == ["line 10, 'self.n = 1'", None]


class Far(LocalLauncher):
    """Give folders whose paths are too long for a socket, as a home on a server may be."""

    def __init__(self, top) -> None:
        self._top = top

    def folder(self):
        folder = self._top / ("x" * 120)
        folder.mkdir()
        return folder


def test_is_a_call_held_whose_folder_is_far_away(tmp_path):
    with Worker("examiner.client.worker", Far(tmp_path)) as worker:
        assert path(*loaded(worker, "self.n = 1")) == ["line 10, 'self.n = 1'", None]


@pytest.mark.parametrize("message", [b"x", b"\0" * MESSAGE.size, b"\0" * 1000])
def test_does_a_message_without_the_key_count_for_nothing(opened, message):
    worker, source = opened("self.n = 1")
    pauses = pauses_of(worker)
    pauses.begin(source)
    pauses.arm()
    with socket.socket(socket.AF_UNIX) as forged:
        forged.connect(str(worker.folder / SOCKET))
        forged.sendall(message)
        with suppress(ConnectionResetError):  # not all of it was read
            assert forged.recv(1) == b""
    assert begun(worker)[0] == "line 10, 'self.n = 1'"


def test_does_a_silent_connection_keep_nobody_waiting(opened):
    worker, source = opened("self.n = 1")
    pauses_of(worker).begin(source)
    pauses_of(worker).arm()
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(worker.folder / SOCKET))
        assert begun(worker)[0] == "line 10, 'self.n = 1'"


def test_does_a_process_end_that_cannot_be_stopped(opened):
    """Its files are all taken, so a thread cannot say where it is."""
    worker, source = opened(
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))\n        self.n = 1"
    )
    pauses_of(worker).begin(source)
    with pytest.raises(Gone):
        path(worker, source)


def test_is_the_socket_all_that_is_left_in_the_folder(opened):
    worker, _ = opened("pass")
    left = {file.name for file in worker.folder.iterdir()}
    assert {name for name in left if not name.startswith("vault-")} == {SOCKET}


def test_is_what_a_cell_does_noticed(opened):
    worker, _ = opened("exec('1')")
    worker.call("finish", call=worker.call("start", path="/"))
    worker.stop()
    assert noticed(worker) == ["ran code that does not stand in its text"]


def test_does_a_process_end_that_is_not_told_to_go_on(opened, monkeypatch):
    """Else a cell that closes the connection would go on by itself."""
    monkeypatch.setattr("examiner.pausing._answer", socket.socket.close)
    worker, source = opened("self.n = 1")
    with pytest.raises(Gone):
        path(worker, source)


def test_is_who_is_held_held_as_long_as_it_takes(opened):
    worker, source = opened("socket.setdefaulttimeout(0.001); time.sleep(0)\n        self.n = 1")
    found = overtaken(worker, source)
    assert [*found] == ["'socket.setdefaulttimeout(0.001); time.sleep(0)'", "'self.n = 1'"]
    pauses_of(worker).begin(source)
    pauses_of(worker).arm()
    place, is_over = begun(worker)
    time.sleep(0.1)
    assert place
    pauses_of(worker).let_go()
    until(is_over)


def test_are_rounds_counted_while_more_come(opened):
    """What asks again and again does so while the examiner counts."""
    worker, _ = opened("pass")
    pauses = pauses_of(worker)
    closed = socket.socket()
    closed.close()
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(1) as pool:
            coming = pool.submit(
                lambda: [pauses._stopped(Report(0, 1, closed)) for _ in range(9999)]
            )
            while not coming.done():
                pauses._goes_round()
    finally:
        sys.setswitchinterval(before)
    assert pauses._goes_round()

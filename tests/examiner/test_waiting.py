"""What waits is told from what is slow, from outside and by what the system says."""

import select
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial

import pytest

from examiner.waiting import Threads

# A process that does on a thread what a line of its input says; it tells when it has begun.
PROCESS = """
import sys, threading, time, hashlib, os, socket, queue
lock = threading.Lock()
lock.acquire()
own, other = socket.socketpair()
def does(code):
    exec(code)
    print("ended", flush=True)
print("ready", flush=True)
for line in sys.stdin:
    threading.Thread(target=does, args=[line], daemon=True).start()
    print("begun", flush=True)
"""
WAITS = {
    "a lock": "lock.acquire()",
    "a lock with a time-out": "lock.acquire(timeout=100)",
    "a condition": "threading.Condition(lock).acquire()",
    "an event": "threading.Event().wait()",
    "an event with a time-out": "threading.Event().wait(100)",
    "a queue": "queue.Queue().get()",
    "a socket": "own.recv(1)",
    "a sleep": "time.sleep(100)",
    "a lock that is asked for again and again": "while not lock.acquire(timeout=0.002): pass",
    "short sleeps": "while True: time.sleep(0.001)",
    "a process": "import subprocess; subprocess.run(['sleep', '1'])",
}
ENDLESS = {"a lock", "a condition", "an event", "a queue", "a socket"}
ENDS = {
    "nothing": "pass",
    "a sum": "sum(range(3_000_000))",
    "a slow hash": "hashlib.scrypt(b'x', salt=b'y', n=2**14, r=8, p=1)",
    "a file that is written": "open('/dev/null', 'w').write('x' * 10**6)",
    "a few short sleeps": "[time.sleep(0.004) for _ in range(4)]",
    "many short locks": "for _ in range(100_000): threading.Lock().acquire()",
    "others that compute": "[threading.Thread(target=sum, args=[range(10**6)]).start() "
    "for _ in range(3)]; sum(range(2_000_000))",
}


@contextmanager
def process():
    command = [sys.executable, "-c", PROCESS]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
    with subprocess.Popen(command, **pipes) as started:
        started.stdout.readline()
        yield started
        started.kill()


def begin(started: subprocess.Popen, code: str) -> None:
    started.stdin.write(f"{code}\n".encode())
    started.stdout.readline()


def _has_told(started: subprocess.Popen, seconds: float) -> bool:
    """Wait for so many seconds until what was begun has ended; what is told is not read."""
    return bool(select.select([started.stdout], [], [], seconds)[0])


def never(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def rounds() -> bool:
    return False


@pytest.fixture(scope="module")
def waiting():
    """Return of each piece of code whether it is seen to wait, and whether it may give up."""
    found = {}
    for name, code in WAITS.items():
        with process() as started:
            threads = Threads(started.pid)
            begin(started, code)
            found[name] = threads.wait(never, rounds), threads.may_give_up
    return found


@pytest.mark.parametrize("name", WAITS)
def test_does_it_wait_that_asks_for(waiting, name):
    assert waiting[name][0]


@pytest.mark.parametrize("name", WAITS)
def test_is_it_told_whether_what_waits_may_give_up(waiting, name):
    assert waiting[name][1] == (name not in ENDLESS)


def test_does_what_may_give_up_wait_only_where_it_rests_for_long():
    """One that asks again and again is looked at for as long, too."""
    for code in ("lock.acquire(timeout=0.3)", "[lock.acquire(timeout=0.003) for _ in range(99)]"):
        with process() as started:
            threads = Threads(started.pid)
            begin(started, code)
            ended = partial(_has_told, started)
            assert not threads.wait(ended, rounds, rest=60)


@pytest.mark.parametrize("name", ENDS)
def test_does_it_not_wait_that_does(name):
    with process() as started:
        threads = Threads(started.pid)
        begin(started, ENDS[name])
        assert not threads.wait(partial(_has_told, started), rounds)


def test_does_it_wait_that_goes_round():
    """What computes without an end is asked for the places that it comes to."""
    with process() as started:
        threads = Threads(started.pid)
        begin(started, "while True: pass")
        assert threads.wait(never, lambda: True)


def test_does_a_process_wait_where_the_system_tells_no_threads(monkeypatch):
    monkeypatch.setattr("examiner.waiting.TASKS", "/nowhere/{}")
    with process() as started:
        threads = Threads(started.pid)
        begin(started, "lock.acquire()")
        assert threads.wait(never, rounds)


def test_does_a_process_not_wait_that_works_where_the_system_tells_no_threads(monkeypatch):
    monkeypatch.setattr("examiner.waiting.TASKS", "/nowhere/{}")
    with process() as started:
        threads, until = Threads(started.pid), time.monotonic() + 1
        begin(started, "while True: pass")
        assert not threads.wait(lambda seconds: never(seconds) or time.monotonic() > until, rounds)


def test_does_a_process_that_has_ended_wait_for_nothing():
    with process() as started:
        threads = Threads(started.pid)
        started.kill()
        started.wait()
        assert not threads.wait(lambda seconds: True, rounds)


def test_is_it_no_rest_while_a_thread_of_ours_is_awake():
    """It may be about to wake one of the code's: to hand a request over, for example."""
    with process() as started:
        begin(started, "while True: pass")
        busy = Threads(started.pid)
        begin(started, "lock.acquire()")
        time.sleep(0.1)
        assert not busy._still_is(busy._sleeps())
    with process() as started:
        idle = Threads(started.pid)
        begin(started, "lock.acquire()")
        time.sleep(0.1)
        assert idle._still_is(idle._sleeps())


def test_is_it_told_whether_a_thread_is_awake():
    with process() as started:
        threads = Threads(started.pid)
        begin(started, "lock.acquire()")
        time.sleep(0.1)
        assert not threads.is_awake()
        begin(started, "while True: pass")
        assert threads.is_awake()


def test_is_what_other_code_has_begun_left_out():
    with process() as started:
        threads = Threads(started.pid)
        for line in (b"while True: pass\n", b"lock.acquire()\n"):
            started.stdin.write(line)
            started.stdout.readline()
        assert len(_seen(threads)) == 2
        threads.leave_out()
        assert _seen(threads) == set()
        started.stdin.write(b"lock.acquire()\n")
        started.stdout.readline()
        assert len(_seen(threads)) == 1


def _seen(threads: Threads) -> set[int]:
    return {thread for thread, _, _ in threads._states()} - threads._own

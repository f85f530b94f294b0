"""Tell from outside whether a process works or waits, by what the system says of its threads."""

import os
import platform
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil

TASKS = "/proc/{}/task"
STATUS = re.compile(r"State:\t(\w).*voluntary_ctxt_switches:\t(\d+)\nnonvoluntary", re.DOTALL)
POLL = 0.0005  # seconds between two looks
RESTS = 16  # looks at one sleep: longer than the 5 ms after which Python's own waits look again
RESTS_WITHOUT_END = 2  # looks at one sleep that is known to have no time-out
RESTS_ELSEWHERE = 240  # looks at an unchanged use of the processor, where nothing else is told
ASKS = 80  # looks nearly all of which find everything asleep: something asks again and again
AWAKE = 8  # of these looks may find something awake
PATIENCE = 8.0  # seconds, for what neither ends nor waits
# Machine → the calls read and recvfrom, which have no time-out, and futex, which may have one.
CALLS = {"x86_64": ({"0", "45"}, "202"), "aarch64": ({"63", "207"}, "98")}
Sleeps = tuple[tuple[int, str], ...]  # the number of each thread and of its sleep


class Threads:
    """Watch the threads of a process; those that it has by now are its own and not its code's."""

    def __init__(self, pid: int) -> None:
        self._tasks = TASKS.format(pid)
        self._process = psutil.Process(pid)
        self._left: set[int] = set()
        self._own = {thread for thread, _, _ in self._states()}

    def leave_out(self) -> None:
        """Watch none of the threads that the code has begun until now: it is about other code."""
        with suppress(OSError):  # the process has ended, or no Linux
            self._left = {int(thread) for thread in os.listdir(self._tasks)} - self._own

    def wait(
        self,
        ended: Callable[[], bool],
        goes_round: Callable[[], bool],
        rests_needed: int = RESTS,
        patience: float = PATIENCE,
    ) -> bool:
        """Return True once what was asked waits for something, False once it has ended.

        It waits where every thread sleeps and goes on sleeping. One that is ready to run and waits
        for a processor does not, however busy the machine is. `goes_round` is asked, where that
        takes long, whether the same is done again and again. A sleep that may have a time-out is
        looked at `rests_needed` times, and all of that takes `patience` seconds at most.
        """
        deadline = time.monotonic() + patience
        looks: deque[bool] = deque(maxlen=ASKS)
        last, rests = None, 0
        while not ended():
            time.sleep(POLL)
            sleeps = self._sleeps()
            rests = rests + 1 if sleeps is not None and sleeps == last else 0
            last = sleeps
            looks.append(sleeps is not None)
            if self._is_rest(rests, rests_needed) or self._is_asking(looks, goes_round):
                return not ended()
            if time.monotonic() > deadline:
                return not ended()
        return False

    def _is_rest(self, rests: int, needed: int) -> bool:
        if not self._own:
            return rests >= max(needed, RESTS_ELSEWHERE)
        return rests >= needed or (rests >= RESTS_WITHOUT_END and self._have_no_end())

    def _is_asking(self, looks: deque[bool], goes_round: Callable[[], bool]) -> bool:
        if len(looks) < ASKS or not self._own:
            return False
        return looks.count(False) <= AWAKE or goes_round()

    def _sleeps(self) -> Sleeps | None:
        """Return the sleep of each thread of the code; None where one, or one of ours, is awake."""
        if not self._own:  # the system tells no threads: what has used no processor slept
            return ((0, str(self._process.cpu_times()[:2])),)
        found = []
        for thread, state, sleep in self._states():
            if state != "S":
                return None
            if thread not in self._own:
                found.append((thread, sleep))
        return tuple(sorted(found))

    def _states(self) -> Iterator[tuple[int, str, str]]:
        """Yield number, state and number of sleeps of each thread that has not ended."""
        with suppress(OSError):  # the process has ended, or no Linux
            threads = {int(name) for name in os.listdir(self._tasks)} - self._left
            for thread in sorted(threads, reverse=True):  # the newest is awake most often
                with suppress(OSError):  # the thread has
                    state, sleep = STATUS.search(self._read(thread, "status")).groups()
                    if state not in "ZX":
                        yield thread, state, sleep

    def _have_no_end(self) -> bool:
        """Return whether all that the code has begun sleeps without a time after which it looks."""
        endless, futex = CALLS.get(platform.machine(), (set(), ""))
        for thread in [thread for thread, _, _ in self._states() if thread not in self._own]:
            try:
                call = self._read(thread, "syscall").split()
            except OSError:  # we may not know, or it has ended
                return False
            if call[0] not in endless and not (call[0] == futex and call[4] == "0x0"):
                return False
        return True

    def _read(self, thread: int | str, name: str) -> str:
        with open(f"{self._tasks}/{thread}/{name}", encoding="ascii", errors="replace") as file:
            return file.read()

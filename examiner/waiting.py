"""Tell from outside whether a process works or waits, by what the system says of its threads."""

import os
import platform
import re
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress

import psutil

TASKS = "/proc/{}/task"
STATUS = re.compile(r"State:\t(\w).*voluntary_ctxt_switches:\t(\d+)\nnonvoluntary", re.DOTALL)
POLL = 0.0003  # seconds between two looks at what has just been found awake
MOST_POLL = 0.002  # seconds between two looks at what has been awake for longer
BEGIN = 0.001  # seconds until the first look: most requests have ended by then
REST = 0.006  # seconds of one sleep: more than the 5 ms after which Python's own waits look again
REST_WITHOUT_END = 0.0006  # seconds of one sleep that is known to have no time-out
REST_ELSEWHERE = 0.4  # seconds of an unchanged use of the processor, where nothing else is told
TURN = 0.0006  # seconds of a pause between two looks that count as one look
ASKS = 120  # looks nearly all of which find everything asleep: something asks again and again
AWAKE = 12  # of these looks may find something awake
LONGEST = 4096  # bytes of what the system says of a thread
PATIENCE = 8.0  # seconds, for what neither ends nor waits
# Machine → the calls read and recvfrom, which have no time-out, and futex, which may have one.
CALLS = {"x86_64": ({"0", "45"}, "202"), "aarch64": ({"63", "207"}, "98")}
Sleeps = tuple[tuple[int, str], ...]  # the number of each thread and of its sleep


def asking(is_over: Callable[[], bool]) -> Callable[[float], bool]:
    """Return a function that waits for so many seconds, and then asks whether all is over."""

    def ended(seconds: float) -> bool:
        time.sleep(seconds)
        return is_over()

    return ended


class Threads:
    """Watch the threads of a process; those that it has by now are its own and not its code's."""

    def __init__(self, pid: int) -> None:
        self._tasks = TASKS.format(pid)
        self._process = psutil.Process(pid)
        self._left: set[int] = set()
        self.may_give_up = False
        self._own = {thread for thread, _, _ in self._states()}

    def leave_out(self) -> None:
        """Watch none of the threads that the code has begun until now: it is about other code."""
        with suppress(OSError):  # the process has ended, or no Linux
            self._left = {int(thread) for thread in os.listdir(self._tasks)} - self._own

    def is_awake(self) -> bool:
        """Return whether a thread is awake, or is about to be; no where that is not told."""
        return any(state != "S" for _, state, _ in self._states())

    def wait(
        self,
        ended: Callable[[float], bool],
        goes_round: Callable[[], bool],
        rest: float = REST,
        patience: float = PATIENCE,
    ) -> bool:
        """Return True once what was asked waits for something, False once it has ended.

        It waits where every thread sleeps and goes on sleeping. One that is ready to run and waits
        for a processor does not, however busy the machine is. `ended` waits for the end for so many
        seconds and returns whether it has come; `goes_round` is asked, where that takes long,
        whether the same is done again and again. A sleep that may have a time-out has to last for
        `rest` seconds, and all of that takes `patience` seconds at most. `may_give_up` says
        afterwards whether what waits may have a time-out.
        """
        deadline = time.monotonic() + patience
        looks: deque[bool] = deque(maxlen=ASKS)
        began = since = time.monotonic()
        last, pause, self.may_give_up = None, BEGIN, False
        while not ended(pause):
            looked = time.monotonic()
            sleeps = self._sleeps()
            looks.extend([sleeps is not None] * max(round(pause / TURN), 1))
            if sleeps != last:
                last, since = sleeps, time.monotonic()
            elif last is not None and self._is_rest(looked - since, rest) and self._still_is(last):
                self.may_give_up = not self._have_no_end()
                return not ended(0)
            asks = looked - began >= rest and self._is_asking(looks, goes_round)
            if looked > deadline or asks:
                self.may_give_up = True
                return not ended(0)
            pause = _until_next_look(last is not None, looked - since, rest)
        return False

    def _is_rest(self, lasted: float, needed: float) -> bool:
        if not self._own:
            return lasted >= max(needed, REST_ELSEWHERE)
        return lasted >= needed or (lasted >= REST_WITHOUT_END and self._have_no_end())

    def _still_is(self, sleeps: Sleeps) -> bool:
        """Return whether none of our threads is awake, which could wake one of the code's."""
        states = [state for thread, state, _ in self._states() if thread in self._own]
        return all(state == "S" for state in states) and self._sleeps() == sleeps

    def _is_asking(self, looks: deque[bool], goes_round: Callable[[], bool]) -> bool:
        if len(looks) < ASKS or not self._own:
            return False
        return looks.count(False) <= AWAKE or goes_round()

    def _sleeps(self) -> Sleeps | None:
        """Return the sleep of each thread of the code; None where one is awake."""
        if not self._own:  # the system tells no threads: what has used no processor slept
            return ((0, str(self._process.cpu_times()[:2])),)
        found = []
        for thread, state, sleep in self._states(but=self._own):
            if state != "S":
                return None
            found.append((thread, sleep))
        return tuple(found)

    def _states(self, but: Collection[int] = ()) -> Iterator[tuple[int, str, str]]:
        """Yield number, state and number of sleeps of each thread that has not ended."""
        with suppress(OSError):  # the process has ended, or no Linux
            threads = {int(name) for name in os.listdir(self._tasks)} - self._left - {*but}
            for thread in sorted(threads, reverse=True):  # the newest is awake most often
                with suppress(OSError):  # the thread has
                    state, sleep = STATUS.search(self._read(thread, "status")).groups()
                    if state not in "ZX":
                        yield thread, state, sleep

    def _have_no_end(self) -> bool:
        """Return whether all that the code has begun sleeps without a time after which it looks."""
        endless, futex = CALLS.get(platform.machine(), (set(), ""))
        for thread, _, _ in self._states(but=self._own):
            try:
                call = self._read(thread, "syscall").split()
            except OSError:  # we may not know, or it has ended
                return False
            if call[0] not in endless and not (call[0] == futex and call[4] == "0x0"):
                return False
        return True

    def _read(self, thread: int | str, name: str) -> str:
        file = os.open(f"{self._tasks}/{thread}/{name}", os.O_RDONLY)
        try:
            return os.read(file, LONGEST).decode("ascii", "replace")
        finally:
            os.close(file)


def _until_next_look(asleep: bool, lasted: float, rest: float) -> float:
    """Return the seconds until the next look, as long as it has slept or been awake.

    Each look takes a processor from whom it looks at.
    """
    if asleep:
        return max(REST_WITHOUT_END, min(lasted, rest - lasted))
    return min(max(POLL, lasted), MOST_POLL)

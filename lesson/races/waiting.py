"""Tell a request that waits for another one from one that is merely slow."""

import platform
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

POLL = 0.002  # seconds
RESTS = 8  # polls in one sleep: longer than the 5 ms after which Python's own waits look again
RESTS_ON_A_LOCK = 2  # polls in one sleep on a lock, which has no end: Python's own waits have one
STAYS = 20  # polls at one instruction, asleep each time: it asks for a lock again and again
STAYS_ELSEWHERE = 120  # where the system does not tell who sleeps
PATIENCE = 8.0  # seconds, for a request that neither ends nor waits
STATUS = re.compile(r"State:\t(\w).*voluntary_ctxt_switches:\t(\d+)\nnonvoluntary", re.DOTALL)
TASKS = Path("/proc/self/task")
FUTEX = {"202": "x86_64", "98": "aarch64"}  # the system call by which a thread waits for a lock


def waits(thread: Callable[[], threading.Thread | None], ended: Callable[[], bool]) -> bool:
    """Return True once a request waits, False once it has ended.

    `thread` gives the thread it runs in, or None before and after that. It waits when its thread
    sleeps and its next instruction stays the same. One that is ready to run and waits for a
    processor, or for its turn in Python, does not, however busy the machine is.
    """
    deadline = time.monotonic() + PATIENCE
    stays = rests = 0
    place = sleep = None
    while not ended():
        time.sleep(POLL)
        (last_place, last_sleep), (place, sleep) = (place, sleep), _position(thread())
        stays = stays + 1 if place and place == last_place else 0
        rests = rests + 1 if stays and sleep and sleep == last_sleep else 0
        needed = RESTS_ON_A_LOCK if rests and _has_no_end(thread()) else RESTS
        enough = rests >= needed or stays >= (STAYS if sleep else STAYS_ELSEWHERE)
        if enough or time.monotonic() > deadline:
            return not ended()
    return False


def _has_no_end(thread: threading.Thread | None) -> bool:
    """Return whether a thread sleeps on a lock without a time after which it looks again."""
    try:
        call = (TASKS / str(thread.native_id) / "syscall").read_text(encoding="utf-8").split()
    except (OSError, AttributeError):  # the system does not tell, or the thread has ended
        return False
    return FUTEX.get(call[0]) == platform.machine() and call[4] == "0x0"


def _position(thread: threading.Thread | None) -> tuple[tuple[int, int] | None, str | None]:
    """Return where a sleeping thread stands, and the number of its sleep.

    The place is None for one that runs or could run, the sleep where the system tells none.
    """
    frame = sys._current_frames().get(thread.ident) if thread else None
    if frame is None:
        return None, None
    place = id(frame), frame.f_lasti
    try:
        status = (TASKS / str(thread.native_id) / "status").read_text(encoding="utf-8")
    except OSError:  # no Linux, or the thread has ended
        return place, None
    state, sleep = STATUS.search(status).groups()
    return (place, sleep) if state == "S" else (None, sleep)

"""Tell a thread that waits for another one from a thread that is merely slow."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

GLANCE = 0.02  # seconds between two looks at a thread
LONGEST = 5.0  # seconds; who asks for a lock again and again is never at rest, and waits as well
LINUX = sys.platform == "linux"  # where the system tells which sleep a thread is in
ENOUGH = 2 if LINUX else 25  # equal looks in a row
Thread = tuple[int, int]  # what Python and what the system call it


def waits(thread: Callable[[], Thread | None], ended: Callable[[], bool]) -> bool:
    """Return True once a thread waits, False once it has ended.

    `thread` names it, or returns None before and after its work.
    """
    deadline, last, equal = time.monotonic() + LONGEST, None, 0
    while not ended():
        now = (name := thread()) and _rest(*name)
        equal = equal + 1 if now is not None and now == last else 1
        if equal >= ENOUGH or time.monotonic() > deadline:
            return True
        last = now
        time.sleep(GLANCE)
    return False


def _rest(ident: int, native_id: int) -> object:
    """Return what stays the same while a thread rests; None where it does not rest."""
    if LINUX:
        return _sleep(native_id)
    frame = sys._current_frames().get(ident)
    return frame and (id(frame), frame.f_lasti)


def _sleep(native_id: int) -> str | None:
    """Return the number of the sleep a thread is in; None while it runs or could run.

    A thread that waits for its turn in Python wakes every few milliseconds to ask for it, and one
    that waits for a processor does not sleep. So two looks at one sleep see a real wait, however
    busy the machine is.
    """
    try:
        text = Path(f"/proc/self/task/{native_id}/status").read_text(encoding="utf-8")
    except OSError:  # the thread is gone
        return None
    told = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
    return told["voluntary_ctxt_switches"] if told["State"].startswith("S") else None

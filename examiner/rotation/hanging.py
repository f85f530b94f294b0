"""Tell why a request gets no answer: at which line of the cell it is, and if it waits there."""

import re
import threading
import time
from contextlib import suppress

from examiner.process import Failed, Gone, Late, Worker
from examiner.standing import Standing, read, told_line

TELLING = 2.0  # seconds in which a worker tells it, unless something keeps Python from running
BETWEEN = 0.1  # seconds between two looks
IDLE = 0.02  # seconds of a processor that who looks again and again may use in between
LOCK = re.compile(r"lock|acquire|mutex|semaphore", re.IGNORECASE)
LOCKED = (
    "A lock that one request has taken is not given back on every way out: use with, or finally. "
    "Or one request takes it twice."
)
WAITS = "What it waits for never comes: who has to bring it must do so on every way out."


class Waits(Late):
    """Raised where a request waits at a line of the cell for what does not come."""


def standing(worker: Worker) -> dict[int, Standing]:
    """Return thread → where it stands; nothing where that is not told in time."""
    found: dict[int, Standing] = {}
    with suppress(Gone, Failed):
        found = read(worker.call("standing", timeout=TELLING))
    worker.budget.note_lines(found)
    return found


def follow(worker: Worker) -> None:
    """Note at which lines threads are, from now on, until the worker ends."""
    threading.Thread(target=_follow, args=(worker,), daemon=True).start()


def _follow(worker: Worker) -> None:
    while worker.running:
        standing(worker)
        time.sleep(BETWEEN)


def request_at(worker: Worker) -> tuple[int, bool]:
    """Return the line at which a request is, 0 where that is not known, and whether it waits."""
    before = standing(worker)
    time.sleep(BETWEEN)
    for thread, now in standing(worker).items():
        if now.answers and thread in before:
            worked = now.seconds - before[thread].seconds
            return now.line, now.line == before[thread].line and worked <= IDLE
    return 0, False


def late(worker: Worker, source: str, told: str) -> Late:
    """Return what to raise where no answer has come, which is `told`, with the line and why."""
    line, waits = request_at(worker)
    if not line:
        return Late(f"{told}.")
    where = told_line(source, line)
    if not waits:
        return Late(f"{told}: it is still at {where}.")
    worker.budget.has_waited = True
    return Waits(f"{told}: it waits at {where}.\n{LOCKED if LOCK.search(where) else WAITS}")

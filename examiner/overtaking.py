"""Tell when a request that overtakes another one has come as far as it can."""

import re
import sys
import threading
import time
from pathlib import Path

POLL = 0.002  # seconds
RESTS = 8  # polls in one sleep: longer than the 5 ms after which Python's own waits look again
STAYS = 20  # polls at one instruction, asleep each time: it asks for a lock again and again
STAYS_ELSEWHERE = 120  # where the system does not tell who sleeps
PATIENCE = 8.0  # seconds, for a request that neither ends nor blocks
STATUS = re.compile(r"State:\t(\w).*voluntary_ctxt_switches:\t(\d+)\nnonvoluntary", re.DOTALL)


class Overtaking:
    """Watch the thread that enters this context; a context manager for one request."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._began = threading.Event()

    def __enter__(self) -> "Overtaking":
        self._thread = threading.current_thread()
        self._began.set()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()

    def settle(self) -> bool:
        """Wait until the request has ended or is blocked; return whether it has ended.

        It is blocked when its thread sleeps and its next instruction stays the same. One that is
        ready to run and waits for a processor is not, however long it waits.
        """
        self._began.wait(PATIENCE)
        deadline = time.monotonic() + PATIENCE
        stays = rests = 0
        place = sleep = None
        while not self._ended.wait(POLL) and time.monotonic() < deadline:
            (last_place, last_sleep), (place, sleep) = (place, sleep), self._position()
            stays = stays + 1 if place and place == last_place else 0
            rests = rests + 1 if stays and sleep and sleep == last_sleep else 0
            if rests >= RESTS or stays >= (STAYS if sleep else STAYS_ELSEWHERE):
                break
        return self._ended.is_set()

    def _position(self) -> tuple[tuple[int, int] | None, str | None]:
        """Return where a sleeping thread stands, and the number of its sleep.

        The place is None for one that runs or could run, the sleep where the system tells none.
        """
        frame = sys._current_frames().get(self._thread.ident)
        place = (id(frame), frame.f_lasti) if frame else None
        try:
            status = Path(f"/proc/self/task/{self._thread.native_id}/status").read_text()
        except OSError:  # no Linux, or the thread has ended
            return place, None
        state, sleep = STATUS.search(status).groups()
        return (place, sleep) if state == "S" else (None, sleep)

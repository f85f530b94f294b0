"""Tell when a request that overtakes another one has come as far as it can."""

import sys
import threading
import time
from pathlib import Path

POLL = 0.002  # seconds
UNCHANGED_POLLS = 8
PATIENCE = 8.0  # seconds, for a request that neither ends nor blocks
PATIENCE_ELSEWHERE = 0.25  # seconds without progress, where no thread states can be read


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
        unchanged, before = 0, None
        while not self._ended.wait(POLL) and time.monotonic() < deadline:
            now = self._position()
            unchanged = unchanged + 1 if now is not None and now == before else 0
            before = now
            if unchanged >= _enough():
                break
        return self._ended.is_set()

    def _position(self) -> tuple[int, int] | None:
        """Return where a sleeping thread stands, and None for one that runs or could run."""
        if not _sleeps(self._thread.native_id):
            return None
        frame = sys._current_frames().get(self._thread.ident)
        return (id(frame), frame.f_lasti) if frame else None


def _enough() -> int:
    known = Path("/proc/self/task").exists()
    return UNCHANGED_POLLS if known else round(PATIENCE_ELSEWHERE / POLL)


def _sleeps(native_id: int) -> bool:
    try:
        stat = Path(f"/proc/self/task/{native_id}/stat").read_text()
    except OSError:  # no Linux, or the thread has ended
        return True
    return stat.rpartition(")")[2].split()[0] == "S"

"""Give an examination one budget of processor seconds, and tell what has used it up.

Time on the clock depends on what else the machine does. Processor time hardly does, so it decides
the same on a busy machine.
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from examiner.standing import Standing, told_line

SECONDS = 30.0  # of a processor: five times what the dearest of our right solutions uses
LOOK = 0.25  # seconds between two looks, each of which takes the time of a request
SLOW_HASH = re.compile(r"scrypt|bcrypt|pbkdf2|argon2|password_hash", re.IGNORECASE)
HASHES = "A slow hash is for passwords; a random token needs one fast hash, and is looked up by it."
WORKS = "An answer takes some milliseconds: find a token by its hash, and do not try all of them."


class Spent(Exception):
    """Raised with what was slow where an examination has used up its processor seconds."""


class Budget:
    """Count what one process after another uses to run a source, and for which requests.

    `has_waited` says whether a request has waited in vain, `advice` what to do about slow ones.
    """

    def __init__(self, source: str = "", seconds: float = SECONDS) -> None:
        self.used, self.has_waited = 0.0, False
        self.advice = WORKS
        self._source, self._seconds = source, seconds
        self._counting = threading.Lock()
        self._is_aside = self._is_followed = False
        self._read = self._looked = 0.0  # what the process had used at the last look, and when
        self._asked: list[str] = []  # since then
        self._seconds_for: Counter[str] = Counter()  # request → seconds
        self._times: Counter[str] = Counter()  # request → how often it came
        self._before: dict[int, Standing] = {}
        self._seconds_at: Counter[int] = Counter()  # line → seconds

    def runs_low(self) -> bool:
        """Return once for each process whether it is time to find out which lines use so much."""
        if self._is_followed or self.used < self._seconds / 2:
            return False
        self._is_followed = True
        return True

    def begin(self) -> None:
        """Count for a new process, which has used nothing yet."""
        self._read, self._before, self._is_followed = 0.0, {}, False

    def is_due(self, asked: str) -> bool:
        """Note a request; return whether it is time to look."""
        self._asked.append(asked)
        return not self._is_aside and time.monotonic() - self._looked > LOOK

    def count(self, read: float) -> None:
        """Count what is used since the last look; by now the process has used `read` seconds."""
        with self._counting:
            asked, self._asked = self._asked, []
            used, self._read = max(read - self._read, 0.0), max(read, self._read)
            self._looked = time.monotonic()
            if not self._is_aside:
                self.used += used
                self._times.update(asked)
                for one in asked:
                    self._seconds_for[one] += used / len(asked)

    def note_lines(self, standing: dict[int, Standing]) -> None:
        """Note where threads are; what each has used since it was seen before counts for that."""
        for thread, now in standing.items():
            before = self._before.get(thread, now)
            self._seconds_at[now.line] += max(now.seconds - before.seconds, 0.0)
        self._before = standing

    def require(self) -> None:
        """Raise Spent where more is used than there was."""
        if self.used > self._seconds:
            raise Spent(self._told())

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Count nothing of what is done now: it is the examiner's own work."""
        self._is_aside = True
        try:
            yield
        finally:
            self._is_aside = False

    def _told(self) -> str:
        told = f"Your code has used {self.used:.0f} s of processor time"
        for asked, seconds in self._seconds_for.most_common(1):
            told += f": {asked} took {seconds / self._times[asked]:.2g} s"
        for line, _ in self._seconds_at.most_common(1):
            told += f", most of it at {told_line(self._source, line)}"
        return f"{told}.\n{HASHES if SLOW_HASH.search(self._source) else self.advice}"

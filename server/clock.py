"""Clocks: the real one, and one moved by hand so that nobody waits for a token to expire."""

import time


class SystemClock:
    """Return the machine's time."""

    def now(self) -> float:
        """Return the time in seconds since 1970-01-01 UTC."""
        return time.time()


class ManualClock:
    """Stand still until somebody moves it; `start` is in seconds since 1970-01-01 UTC."""

    def __init__(self, start: float) -> None:
        self._now = start

    def now(self) -> float:
        """Return the time in seconds since 1970-01-01 UTC."""
        return self._now

    def advance(
        self, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0
    ) -> None:
        """Move the clock forward; raise ValueError when asked to go back."""
        step = seconds + 60 * (minutes + 60 * (hours + 24 * days))
        if step < 0:
            raise ValueError("The clock only moves forward: give a positive time.")
        self._now += step

    def __repr__(self) -> str:
        return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(self._now))

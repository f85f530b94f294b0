"""time-machine, which moves a whole process's time, and when and where that time begins.

It is imported without the test tools that it looks for: pytest, where that is installed, for a
fixture of its own, a third of a worker's start.
"""

import os
import time
from datetime import UTC, datetime

from examiner.lean_import import without

with without("pytest"):
    from time_machine import travel

__all__ = ["begin_before_a_change_of_clocks", "travel"]

# As in Berlin, in the notation of POSIX, for which no machine needs a table of zones.
ZONE = "CET-1CEST,M3.5.0,M10.5.0/3"
NOON = 12  # o'clock, UTC


def begin_before_a_change_of_clocks() -> int:
    """Put this process into a zone with an offset; return a time, in seconds since 1970.

    In the thirty days after it the clocks there are put back by an hour: who counts in local time
    is off by that, and who takes UTC for local time by the offset, whatever machine this is.
    Windows has no such zones for a process; there the zone is the machine's.
    """
    os.environ["TZ"] = ZONE
    if hasattr(time, "tzset"):
        time.tzset()
    year = datetime.now(UTC).year
    return int(datetime(year, 10, 20, NOON, tzinfo=UTC).timestamp())

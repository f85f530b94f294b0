"""When a notebook was handed in, in UTC: zips and LMSs write the time of some clock, and no zone.

The zone is nbgrader's own setting, `c.Exchange.timezone` in nbgrader_config.py. A time that a
change of clocks makes twice is the earlier one, and one that it leaves out is as much later.
"""

import re
from datetime import UTC, datetime, tzinfo

from dateutil import tz

from grading.course import settings
from grading.errors import GradingError

# What nbgrader itself writes, and reads back; "2027-03-01 12:30:00.123456 Europe/Berlin".
TIMESTAMP = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d{1,6})?(?: (?:[A-Z][\w/+-]{0,40}|[+-]\d{4}))?",
    re.ASCII | re.IGNORECASE,
)


def zone_name() -> str:
    """Return the zone in which clocks of zips and LMSs are read."""
    return str(settings().Exchange.get("timezone", "UTC"))


def find_zone(name: str) -> tzinfo:
    """Return a zone by its name; raise GradingError where there is none of it."""
    found = tz.gettz(name) if name.strip() else None
    if found is None:
        raise GradingError(
            f"nbgrader_config.py sets c.Exchange.timezone to {name!r}, which is no zone: "
            "write one such as Europe/Berlin."
        )
    return found


def written(time: datetime, zone: tzinfo) -> str:
    """Return a time as nbgrader reads it from timestamp.txt: in UTC, from `zone` if it has none."""
    try:
        aware = time if time.tzinfo else tz.resolve_imaginary(time.replace(tzinfo=zone))
        return f"{aware.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError):
        return ""


def oddity(time: datetime, zone: tzinfo, name: str) -> str:
    """Return a sentence where a change of clocks leaves a time out or makes it twice, else ""."""
    if time.tzinfo:
        return ""
    if not tz.datetime_exists(time, zone):
        how = "does not exist, which makes the zone doubtful; it is read as"
    elif tz.datetime_ambiguous(time, zone):
        how = "comes twice; the earlier one is taken,"
    else:
        return ""
    return f"{time:%Y-%m-%d %H:%M:%S} in {name} {how} {written(time, zone)}."


def noted(content: bytes) -> str:
    """Return what timestamp.txt says, or "": nbgrader ends the whole batch at a false one."""
    text = content.decode(errors="replace").strip()
    try:
        match = TIMESTAMP.fullmatch(text)
        return text if match and datetime.fromisoformat(match[1]) else ""
    except ValueError:
        return ""

"""Brightspace: the names in its zip of a folder's submissions."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from grading.lms.names import Owner

# "12345-67890 - Ada Lovelace - Jan 31, 2024 1200 PM", a folder or before " - practice.ipynb".
NAME = re.compile(
    r"(?P<id>\d+)-\d+ - (?P<name>.+?) - (?P<time>[^-]*\b\d{4}\b[^-]*?)(?: - (?P<file>.+))?",
    re.DOTALL,
)
TIME = re.compile(r"(\w{3})\w*\.? (\d{1,2}), (\d{4}) (\d{1,2}):?(\d\d) ([AP])M", re.IGNORECASE)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
INDEX = "index.html"  # a list of what is in the zip, which no student wrote


def owner(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    """Return whose file it is by its folder's name, or by its own."""
    for depth, part in enumerate(parts[:2], start=1):
        match = NAME.fullmatch(part)
        if match and bool(match["file"]) == (depth == len(parts)):
            found = Owner.of_user(match, match["file"] or parts[-1])
            return replace(found, time=_time(match["time"]))
    return None


def _time(text: str) -> datetime | None:
    """Return a time as "Jan 31, 2024 1200 PM" gives it; None in another language."""
    match = TIME.fullmatch(text.strip())
    if not match or match[1].lower() not in MONTHS:
        return None
    month, hour = MONTHS.index(match[1].lower()) + 1, int(match[4]) % 12
    hour += 12 * (match[6].lower() == "p")
    try:
        return datetime(int(match[3]), month, int(match[2]), hour, int(match[5]))
    except ValueError:
        return None

"""Blackboard: the names in its zip of an assignment's files."""

import re
from collections.abc import Collection
from datetime import datetime

from grading.lms.names import Owner

# practice_alovelace_attempt_2024-01-31-12-00-00_my.ipynb; the receipt beside it ends in .txt.
NAME = re.compile(
    r".*_(?P<user>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)", re.DOTALL
)


def owner(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    """Return whose file it is by its name; the username is the student's id."""
    match = NAME.fullmatch(parts[-1])
    if not match or len(parts) > 1 + wrapped:
        return None
    user = match["user"]
    return Owner(user, match["file"] or parts[-1], lms_user_id=user, time=_time(match["time"]))


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return None

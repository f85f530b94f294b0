"""Moodle: the names in its zip of submissions, and its grading worksheet."""

import re
from collections.abc import Collection

from grading.gradebook.book import Row
from grading.lms.filling import mark
from grading.lms.format import Format
from grading.lms.full_names import agree
from grading.lms.moodle_worksheet import template
from grading.lms.names import Owner

NAME = re.compile(r"(?P<name>[^_]*)_(?P<id>[0-9]+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?")
# Moodle refuses a worksheet without the first, "Grade" and the last.
COLUMNS = (
    "Identifier",
    "Full name",
    "Email address",
    "Grade",
    "Maximum Grade",
    "Last modified (grade)",
)


def _owner(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    for depth, part in enumerate(parts[:3], start=1):
        if match := NAME.fullmatch(part):
            return Owner.of_user(match, parts[-1] if depth < len(parts) else match["file"] or "")
    return None


def _row(row: Row) -> list[object]:
    name = " ".join(filter(None, [row.first_name, row.last_name])) or row.student
    identifier = f"Participant {row.lms_user_id}" if row.lms_user_id else ""
    return [identifier, name, row.email, mark(row), row.max_score, ""]


def _returned(row: Row, path: str, shared: bool) -> str | None:
    """Return a folder that Moodle reads a participant's number in; a team's is another one.

    Who stands in no folder of their own has the number of the class list.
    """
    found = (NAME.fullmatch(part) for part in path.split("/")[:3])
    match = next(filter(None, found), None)
    if match is None:
        return None
    name = " ".join(filter(None, [row.first_name, row.last_name]))
    page = f"{row.assignment}.html"
    if not shared and agree(name, match["name"]):
        return f"{match['name']}_{match['id']}_assignsubmission_file/{page}"
    if row.lms_user_id in (None, match["id"]):
        return None
    plain = (name or row.student).replace("_", " ").replace("/", " ")
    return f"{plain}_{row.lms_user_id}_assignsubmission_file/{page}"


MOODLE = Format(
    file_name="moodle.csv",
    owner=_owner,
    header=lambda title: COLUMNS,
    row=_row,
    template=template,
    returned=_returned,
)

"""Put pages of feedback into the zip that an LMS takes back."""

import io
import zipfile
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from grading.atomic import write_atomically
from grading.gradebook.row import Row
from grading.lms.formats import FORMATS
from grading.lms.full_names import agree

RETURNABLE = [name for name, known in FORMATS.items() if known.returned]


def names(
    lms: str, rows: list[Row], collected: Mapping[str, tuple[str, str]]
) -> tuple[dict[str, str], list[str]]:
    """Return student → name in the zip, and the students of whom the LMS would not know.

    `collected` gives the LMS and the path in its export from which each notebook came.
    """
    paths = {row.student: collected.get(row.student, ("", "")) for row in rows}
    owners = Counter(path for _, path in collected.values())
    found = {
        row.student: FORMATS[lms].returned(row, path, owners[path] > 1)
        for row in rows
        for known, path in [paths[row.student]]
        if known == lms
    }
    known = {student: name for student, name in found.items() if name}
    return known, [student for student in paths if student not in known]


def numbered(lms: str, rows: list[Row], collected: Mapping[str, tuple[str, str]]) -> list[Row]:
    """Return the rows with the number that the LMS wrote into the name of each one's notebook.

    Moodle numbers its participants in each assignment anew, and the class list has one number.
    """
    owners = Counter(path for _, path in collected.values())
    now = {
        row.student: _number(lms, row, *collected[row.student], owners)
        for row in rows
        if row.student in collected
    }
    return [
        replace(row, lms_user_id=now.get(row.student, _unless(row.lms_user_id, now.values())))
        for row in rows
    ]


def _unless(number: str | None, taken: Collection[str | None]) -> str | None:
    """Return a number of the class list, if nobody has it who handed in this assignment."""
    return None if number in taken else number


def _number(lms: str, row: Row, known: str, path: str, owners: Counter[str]) -> str | None:
    """Return the number in a path where the person's own name stands by it, else the known one."""
    if known != lms or not FORMATS[lms].numbers_agree or owners[path] > 1:
        return row.lms_user_id
    who = FORMATS[lms].owner(tuple(path.split("/")), [row.assignment], True)
    if who is None:
        return row.lms_user_id
    name = " ".join(filter(None, [row.first_name, row.last_name]))
    theirs = agree(name, who.full_name or "")
    return (who.lms_user_id or row.lms_user_id) if theirs else row.lms_user_id


def pack(path: Path, pages: Mapping[str, bytes]) -> None:
    """Write a zip of name → content, the same bytes for the same contents.

    Raises OSError where it cannot be written.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, page in sorted(pages.items()):
            member = zipfile.ZipInfo(name)
            member.external_attr = 0o644 << 16
            archive.writestr(member, page, zipfile.ZIP_DEFLATED)
    write_atomically(path, packed.getvalue())

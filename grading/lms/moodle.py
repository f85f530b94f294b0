"""Moodle: the names in its zip of submissions, and its grading worksheet."""

import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from grading.gradebook.book import Row
from grading.lms.filling import Key, Template, cells_in, lines_with, mark
from grading.lms.format import Format
from grading.lms.names import Owner, words
from grading.lms.sheet import read_sheet

# A team that has no group has no number either: "Default group", in any language.
NAME = re.compile(
    r"(?P<name>[^_]*)(?:_(?P<id>[0-9]+))?_assignsubmission_[a-z]+(?:_(?P<file>.*))?", re.DOTALL
)
# What stands for the name where marking is blind, as far as one notebook alone can tell it.
BLIND = {
    "participant",
    "participante",
    "partecipante",
    "teilnehmer",
    "teilnehmerin",
    "deelnemer",
    "deltagare",
    "deltager",
    "deltaker",
    "uczestnik",
}
# Moodle refuses a worksheet without the first, "Grade" and the last.
COLUMNS = (
    "Identifier",
    "Full name",
    "Email address",
    "Grade",
    "Maximum Grade",
    "Last modified (grade)",
)
LAST_NUMBER = re.compile(r"\d+$")  # "Participant 12345", in any language


def _owner(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    for depth, part in enumerate(parts[:3], start=1):
        if match := NAME.fullmatch(part):
            file = parts[-1] if depth < len(parts) else match["file"] or ""
            return _of(match, file)
    return None


def _of(match: re.Match, file: str) -> Owner:
    if match["id"] is None:
        return Owner("", file, match["name"], is_team=True)
    found = Owner.of_user(match, file)
    is_blind = "".join(words(match["name"])) in BLIND
    return replace(found, full_name=None) if is_blind else found


def _row(row: Row) -> list[object]:
    name = " ".join(filter(None, [row.first_name, row.last_name])) or row.student
    identifier = f"Participant {row.lms_user_id}" if row.lms_user_id else ""
    return [identifier, name, row.email, mark(row), row.max_score, ""]


def _template(path: Path, assignment: str, column: str | None) -> Template:
    """Read the grading worksheet, whose marks stand in the column Grade."""
    grade = column or "Grade"
    sheet = read_sheet(path, lambda header: grade in header and len(header) > 2)
    identifier = "Identifier" if "Identifier" in sheet.header else sheet.header[0]
    keys: list[Key] = [
        (identifier, _last_number, lambda row: row.lms_user_id),
        ("Email address", str.casefold, lambda row: (row.email or "").casefold()),
    ]
    lines = lines_with(sheet, identifier)
    maxima = cells_in(sheet, lines, "Maximum Grade")
    return Template(sheet, lines, sheet.header.index(grade), keys, maxima)


def _last_number(cell: str) -> str:
    found = LAST_NUMBER.search(cell)
    return found[0] if found else ""


MOODLE = Format(
    file_name="moodle.csv",
    owner=_owner,
    header=lambda title: COLUMNS,
    row=_row,
    template=_template,
)

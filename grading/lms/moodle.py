"""Moodle: the names in its zip of submissions, and its grading worksheet."""

import re
from collections.abc import Collection
from dataclasses import replace

from grading.gradebook.row import Row
from grading.lms.filling import mark
from grading.lms.format import Format
from grading.lms.full_names import agree
from grading.lms.moodle_worksheet import template
from grading.lms.names import Owner, words

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


def _owner(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    """Read the first folder, or the one below where all lie in one.

    Further down a name is a student's own: somebody else's must not be told by it.
    """
    for depth, part in enumerate(parts[: 1 + wrapped], start=1):
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
    numbers_agree=True,
)

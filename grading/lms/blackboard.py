"""Blackboard: the names in its zip of an assignment's files, and its gradebook as a CSV file.

The gradebook's first columns are last name, first name and username in every language; a column of
marks bears its own number: "Practice [Total Pts: 9 Score] |77002".
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from grading.gradebook.row import Row
from grading.lms.columns import choose
from grading.lms.filling import Key, Template, bears_another_name, lines_with, mark
from grading.lms.format import Format
from grading.lms.incoming import File
from grading.lms.names import Owner
from grading.lms.sheet import Sheet, read_sheet

# practice_alovelace_attempt_2024-01-31-12-00-00_my.ipynb; the receipt beside it ends in .txt.
NAME = re.compile(
    r"(?P<stem>.*_(?P<user>[^_]+))_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)",
    re.DOTALL,
)
PREVIEW = "_previewuser"
COLUMNS = ("Last Name", "First Name", "Username")
Places = tuple[int, int, int]  # the columns of username, first name and last name
COLUMN = re.compile(r"(?P<title>.*?)\s*(?:\[[^]]*?(?P<maximum>\d+(?:[.,]\d+)?)?[^]\d]*\])?\s*\|\d+")
# What stands for a mark where an attempt waits for one, in some languages; others stay and are
# named. A mark that an earlier attempt has got stands behind it.
WAITING = re.compile(
    r"(?:Needs Grading|Benotung erforderlich|Nécessite une notation)(?:\([\d.,]+\))?", re.IGNORECASE
)


def _owner(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    """Return whose file it is by its name; the username is the student's id."""
    match = NAME.fullmatch(parts[-1])
    if not match or len(parts) > 1 + wrapped:
        return None
    user = match["user"]
    return Owner(user, match["file"] or parts[-1], lms_user_id=user, time=_time(match["time"]))


def with_usernames(
    owners: Mapping[File, Owner | None], known: Collection[str]
) -> dict[File, Owner | None]:
    """Return the owners with whole usernames: title and username may both have underscores.

    What follows the title that all files share is at least the end of the username; the longest
    such end that the class list has counts.
    """
    stems = {
        file: NAME.fullmatch(file.parts[-1])["stem"]
        for file, who in owners.items()
        if who and who.lms == "blackboard"
    }
    shared, names = _title_parts(set(stems.values())), {name.casefold(): name for name in known}
    found = {file: _username(stem, shared, names) for file, stem in stems.items()}
    return {
        file: replace(who, student=found[file], lms_user_id=found[file]) if file in found else who
        for file, who in owners.items()
    }


def receipts(names: Collection[str]) -> set[str]:
    """Return the names of receipts that Blackboard put beside other files of the same attempt."""
    matches = [match for match in map(NAME.fullmatch, names) if match]
    attempts = {(match["stem"], match["time"]) for match in matches if match["file"]}
    alone = {match[0] for match in matches if (match["stem"], match["time"]) not in attempts}
    return {match[0] for match in matches if not match["file"]} - alone


def _title_parts(stems: Collection[str]) -> int:
    """Return how many parts between underscores all files begin with; none where one is alone."""
    if len(stems) < 2:
        return 0
    parts = [stem.split("_")[:-1] for stem in stems]
    alike = [len(set(some)) == 1 for some in zip(*parts, strict=False)]
    return (*alike, False).index(False)


def _username(stem: str, shared: int, names: Mapping[str, str]) -> str:
    parts = stem.split("_")
    ends = ["_".join(parts[at:]) for at in range(1, len(parts))]  # the longest first
    least = "_".join(parts[shared or -1 :])
    listed = (end.casefold() for end in ends if len(end) >= len(least))
    return next((names[end] for end in listed if end in names), least)


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return None


def is_gradebook(sheet: Sheet) -> bool:
    """Return whether a file is Blackboard's gradebook, in any language."""
    return _places(sheet) is not None


def _places(sheet: Sheet) -> Places | None:
    """Return where username and names stand: by their titles in English, else they come first."""
    if set(sheet.header) >= set(COLUMNS):
        return tuple(sheet.header.index(title) for title in reversed(COLUMNS))
    return (2, 1, 0) if _columns(sheet) and len(sheet.header) > len(COLUMNS) else None


def _columns(sheet: Sheet) -> list[tuple[int, str]]:
    return [(at, title) for at, title in enumerate(sheet.header) if COLUMN.fullmatch(title)]


def people(sheet: Sheet) -> list[tuple[str, str, str]]:
    """Return everybody's username, first and last name."""
    places = _places(sheet)
    return [_cells(sheet, line, places) for line in _lines(sheet, places[0])]


def _lines(sheet: Sheet, user: int) -> list[int]:
    """Return the lines about students, without the one as whom an instructor looks around."""
    lines = lines_with(sheet, user)
    return [line for line in lines if not sheet.cell(line, user).endswith(PREVIEW)]


def _cells(sheet: Sheet, line: int, places: Places) -> tuple[str, str, str]:
    return tuple(sheet.cell(line, at) for at in places)


def _template(path: Path, assignment: str, column: str | None) -> Template:
    """Read the gradebook, in which each assignment has a column."""
    sheet = read_sheet(path, is_gradebook)
    places = _places(sheet)
    others = [(at, title) for at, title in enumerate(sheet.header) if at not in places]
    at = choose(_columns(sheet) or others, column or assignment, _bare, path)
    match = COLUMN.fullmatch(sheet.header[at])
    keys: list[Key] = [(places[0], str.casefold, of) for of in (_number, _student)]
    return Template(
        sheet,
        _lines(sheet, places[0]),
        at,
        keys,
        {match["maximum"]} - {None} if match else set(),
        lambda line: f"{_name(sheet, line)} {sheet.cell(line, places[0])}",
        lambda line, row: bears_another_name(row, _name(sheet, line)),
        waits=lambda said: bool(WAITING.fullmatch(said)),
    )


def _name(sheet: Sheet, line: int) -> str:
    return " ".join(_cells(sheet, line, _places(sheet))[1:])


def _number(row: Row) -> str:
    return (row.lms_user_id or "").casefold()


def _student(row: Row) -> str:
    return row.student.casefold()


def _bare(title: str) -> str:
    match = COLUMN.fullmatch(title)
    return match["title"] if match else title


def _row(row: Row) -> list[object]:
    return [row.last_name, row.first_name, row.lms_user_id or row.student, mark(row)]


BLACKBOARD = Format(
    file_name="blackboard.csv",
    owner=_owner,
    header=lambda title: (*COLUMNS, title),
    row=_row,
    template=_template,
)

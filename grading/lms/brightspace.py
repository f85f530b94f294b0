"""Brightspace: the names in its zip of a folder's submissions, and its grades as a CSV file.

In every language the file ends each line with #, and writes # before the ids: OrgDefinedId,
username or both. The last and the first name follow.
"""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from grading.gradebook.row import Row
from grading.lms.columns import choose, emails
from grading.lms.filling import Key, Template, bears_another_name, lines_with, mark
from grading.lms.format import Format
from grading.lms.names import Owner
from grading.lms.sheet import Sheet, read_sheet

# "12345-67890 - Ada Lovelace - Jan 31, 2024 1200 PM", a folder or before " - practice.ipynb".
NAME = re.compile(
    r"(?P<id>\d+)-\d+ - (?P<name>.+?) - (?P<time>[^-]*\b\d{4}\b[^-]*?)(?: - (?P<file>.+))?",
    re.DOTALL,
)
TIME = re.compile(
    r"(?:(?P<month>\w{3})\w*\.? (?P<day>\d{1,2})|(?P<first>\d{1,2}) (?P<second>\w{3})\w*\.?),? "
    r"(?P<year>\d{4}) (?P<hour>\d{1,2}):?(?P<minute>\d\d)(?: (?P<half>[AP])M)?",
    re.IGNORECASE,
)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
INDEX = "index.html"  # a list of what is in the zip, which no student wrote
IDS = ("OrgDefinedId", "Username")
NAMES = ("Last Name", "First Name")
END = "End-of-Line Indicator"
POINTS = " Points Grade"
MAXIMUM = re.compile(r"MaxPoints:(\d+(?:[.,]\d+)?)")


class Places(NamedTuple):
    """Say in which columns the ids and names stand."""

    ids: list[int]
    last: int
    first: int


def _owner(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    """Return whose file it is by its folder's name, or by its own."""
    for depth, part in enumerate(parts[: 1 + wrapped], start=1):
        match = NAME.fullmatch(part)
        if match and bool(match["file"]) == (depth == len(parts)):
            found = Owner.of_user(match, match["file"] or parts[-1])
            return replace(found, time=_time(match["time"]))
    return None


def _time(text: str) -> datetime | None:
    """Return a time as "Jan 31, 2024 1200 PM" or "31 January, 2024 1200" gives it, in English.

    None in another language.
    """
    match = TIME.fullmatch(text.strip())
    month = match and (match["month"] or match["second"]).lower()
    if month not in MONTHS:
        return None
    hour, half = int(match["hour"]), (match["half"] or "").lower()
    hour = hour % 12 + 12 * (half == "p") if half else hour
    date = int(match["year"]), MONTHS.index(month) + 1, int(match["day"] or match["first"])
    try:
        return datetime(*date, hour, int(match["minute"]))
    except ValueError:
        return None


def is_gradebook(sheet: Sheet) -> bool:
    """Return whether a file is Brightspace's, in any language."""
    return _places(sheet) is not None


def _places(sheet: Sheet) -> Places | None:
    """Return where ids and names stand: by their titles in English, else by # and order."""
    head = sheet.header
    ids = [at for at in range(2) if _is_marked(sheet, at)]
    named = [head.index(title) for title in IDS if title in head]
    is_named = {IDS[0], END} & set(head) and set(head) >= set(NAMES)  # Blackboard has names too
    if named and is_named:
        return Places(named, *map(head.index, NAMES))
    is_ended = len(head) > len(ids) + 2 and set(sheet.column(len(head) - 1)) == {"#"}
    return Places(ids, len(ids), len(ids) + 1) if ids[:1] == [0] and is_ended else None


def _is_marked(sheet: Sheet, column: int) -> bool:
    cells = sheet.column(column)
    return bool(cells) and all(len(cell) > 1 and cell[0] == "#" for cell in cells)


def people(sheet: Sheet) -> list[tuple[str, str, str, str, str]]:
    """Return everybody's username, first and last name, e-mail address and OrgDefinedId."""
    places, mail = _places(sheet), emails(sheet)[:1]
    number = [at for at in places.ids if sheet.header[at] == IDS[0]]
    user = [at for at in places.ids if at not in number] or number
    columns = ([user[0]], [places.first], [places.last], mail, number)
    return [
        tuple("".join(_plain(sheet.cell(line, at)) for at in some) for some in columns)
        for line in lines_with(sheet, user[0])
    ]


def _plain(cell: str) -> str:
    return cell.removeprefix("#")


def _template(path: Path, assignment: str, column: str | None) -> Template:
    """Read the grades, in which each item has a column of points."""
    sheet = read_sheet(path, is_gradebook)
    places = _places(sheet)
    known = {*places.ids, places.last, places.first}
    titles = [(at, title) for at, title in enumerate(sheet.header) if at not in known]
    points = [(at, title) for at, title in titles if POINTS in title]
    at = choose(
        titles if column else points or titles,
        column or assignment,
        lambda title: title.partition(POINTS)[0],
        path,
    )
    keys: list[Key] = [(id_, _key, of) for of in (_number, _student) for id_ in places.ids]
    return Template(
        sheet,
        lines_with(sheet, places.ids[0]),
        at,
        keys,
        set(MAXIMUM.findall(sheet.header[at])),
        partial(_name, sheet, [places.first, places.last, places.ids[-1]]),
        lambda line, row: bears_another_name(row, _name(sheet, [places.first, places.last], line)),
    )


def _key(cell: str) -> str:
    return _plain(cell).casefold()


def _number(row: Row) -> str:
    return (row.lms_user_id or "").casefold()


def _student(row: Row) -> str:
    return row.student.casefold()


def _name(sheet: Sheet, columns: list[int], line: int) -> str:
    return " ".join(_plain(sheet.cell(line, at)) for at in columns)


def _row(row: Row) -> list[object]:
    ids = [f"#{row.lms_user_id or row.student}", f"#{row.student}"]
    return [*ids, row.last_name, row.first_name, row.email, mark(row), "#"]


BRIGHTSPACE = Format(
    file_name="brightspace.csv",
    owner=_owner,
    header=lambda title: (*IDS, *NAMES, "Email", f"{title}{POINTS}", END),
    row=_row,
    template=_template,
)

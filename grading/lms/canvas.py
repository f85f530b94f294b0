"""Canvas: the names in its zip of submissions, and its gradebook as a CSV file."""

import re
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from pathlib import Path

from grading.errors import GradingError
from grading.gradebook.row import Row
from grading.lms.columns import choose
from grading.lms.filling import Key, Template, is_number, lines_with, mark
from grading.lms.format import Format
from grading.lms.names import Owner
from grading.lms.sheet import Sheet, read_sheet

# Canvas writes LATE in capitals or not, and a code of five characters where marking is anonymous:
# that is no user's id, though it may be all digits.
REST = r"_(?:(?P<attachment>[0-9]+)_(?P<file>.+)|(?P<text>(?:text|link)\.html))"
FLAGS = re.IGNORECASE | re.DOTALL
ANONYMOUS = re.compile(r"(?P<late>late_)?anon_(?P<code>[a-z0-9]{5})" + REST, FLAGS)
NAME = re.compile(r"(?:(?P<name>.+?)_)?(?P<late>late_)?(?P<id>[0-9]+)" + REST, FLAGS)
RETURNED = re.compile(r"(?:.*_)?(?:\d+|anon_[^_]+)_\d+_.+\..+", re.DOTALL)
COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
SPLIT = ["LastName", "FirstName"]  # what stands for Student where Canvas splits names
TEST_STUDENTS = {"Student, Test", "Test Student"}
TEST_LOGIN = re.compile(r"[0-9a-f]{40}")  # of a test student, whose name follows the language
NUMBERED = re.compile(r"\s*\(\d+\)\s*$")  # "Practice (4711)"


def _owner(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    anonymous = ANONYMOUS.fullmatch(parts[-1])
    match = anonymous or NAME.fullmatch(parts[-1])
    if not match or len(parts) > 1 + wrapped:
        return None
    file, attachment = match["file"] or match["text"], int(match["attachment"] or 0)
    if anonymous:
        found = Owner(f"anon-{match['code']}", file, attachment=attachment)
    else:
        found = Owner.of_user(match, file, attachment)
    return replace(found, is_late=bool(match["late"]))


def _row(row: Row) -> list[object]:
    """Without Canvas' own id, the student id is the best guess at the login."""
    name = ", ".join(filter(None, [row.last_name, row.first_name])) or row.student
    login = "" if row.lms_user_id else row.student
    return [name, row.lms_user_id, "", login, "", mark(row)]


def _template(path: Path, assignment: str, column: str | None) -> Template:
    """Read the gradebook, in which each assignment has a column."""
    sheet = read_gradebook(path)
    at = _find_column(sheet, column, assignment, path)
    tops = [line for line in range(1, len(sheet.rows)) if "Points Possible" in sheet.cell(line, 0)]
    maxima = {sheet.cell(line, at) for line in tops} - {""}
    if refused := [cell for cell in maxima if not is_number(cell)]:
        raise GradingError(
            f"The column {sheet.header[at]} of {path} takes no marks, Canvas says {refused[0]}: "
            "choose another with --column."
        )
    number = sheet.header.index("ID")
    keys: list[Key] = [(number, str, lambda row: row.lms_user_id)]
    if "SIS Login ID" in sheet.header:
        keys.append((sheet.header.index("SIS Login ID"), str.casefold, _login))

    def name(line: int) -> str:
        return f"{sortable_name(sheet, line)} {sheet.cell(line, number)}".strip()

    return Template(sheet, people(sheet), at, keys, maxima, name)


def read_gradebook(path: Path) -> Sheet:
    """Read the gradebook as Canvas exports it; raise GradingError where a file is none."""
    return read_sheet(path, is_gradebook)


def is_gradebook(sheet: Sheet) -> bool:
    """Return whether a file is Canvas' gradebook, whose first columns are named in no language."""
    return {"ID", "Section"} <= set(sheet.header)


def people(sheet: Sheet) -> list[int]:
    """Return the lines about students, without posting policies, points and the test student."""
    lines = lines_with(sheet, sheet.header.index("ID"))
    return [line for line in lines if not _is_test_student(sheet, line)]


def sortable_name(sheet: Sheet, line: int) -> str:
    """Return a name as "Lovelace, Ada", also where it stands in two columns."""
    parts = [sheet.cell(line, at) for at in range(2 if sheet.header[:2] == SPLIT else 1)]
    return ", ".join(filter(None, parts))


def _is_test_student(sheet: Sheet, line: int) -> bool:
    login = sheet.header.index("SIS Login ID") if "SIS Login ID" in sheet.header else None
    return sortable_name(sheet, line) in TEST_STUDENTS or bool(
        login is not None and TEST_LOGIN.fullmatch(sheet.cell(line, login))
    )


def _login(row: Row) -> str | None:
    """Return what may be the login of somebody of whom Canvas' own id is not known."""
    return None if row.lms_user_id else row.student.casefold()


def _find_column(sheet: Sheet, column: str | None, assignment: str, path: Path) -> int:
    """Return where the assignment's marks go.

    Canvas' own columns have a number behind their title, an instructor's notes have none.
    """
    titles = list(enumerate(sheet.header))[sheet.header.index("Section") + 1 :]
    numbered = [(at, title) for at, title in titles if NUMBERED.search(title)]
    chosen = titles if column else numbered or titles
    return choose(chosen, column or assignment, partial(NUMBERED.sub, ""), path)


def _returned(row: Row, path: str, shared: bool) -> str | None:
    """Return the name of Canvas' own download, where it has the ids of a user and a file in it.

    A group has one name, and Canvas gives what comes back under it to all members.
    """
    name = path.rpartition("/")[2]
    return f"{name.rpartition('.')[0]}.html" if RETURNED.fullmatch(name) else None


CANVAS = Format(
    file_name="canvas.csv",
    owner=_owner,
    header=lambda title: (*COLUMNS, title),
    row=_row,
    template=_template,
    returned=_returned,
    numbers_agree=True,
)

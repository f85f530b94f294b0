"""Canvas: the names in its zip of submissions, and its gradebook as a CSV file."""

import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from grading.errors import GradingError
from grading.gradebook.book import Row
from grading.lms.filling import Key, Template, lines_with, mark
from grading.lms.format import Format
from grading.lms.names import Owner
from grading.lms.sheet import Sheet, read_sheet

# Canvas writes LATE in capitals or not, and a code of five characters where marking is anonymous:
# that is no user's id, though it may be all digits.
REST = r"_(?:(?P<attachment>[0-9]+)_(?P<file>.+)|(?P<text>(?:text|link)\.html))"
FLAGS = re.IGNORECASE | re.DOTALL
ANONYMOUS = re.compile(r"(?P<late>late_)?anon_(?P<code>[a-z0-9]{5})" + REST, FLAGS)
NAME = re.compile(r"(?:(?P<name>.+?)_)?(?P<late>late_)?(?P<id>[0-9]+)" + REST, FLAGS)
COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
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
    sheet = read_sheet(path, lambda header: {"ID", "Section"} <= set(header))
    at = _find_column(sheet, column or assignment, path)
    keys: list[Key] = [
        ("ID", str, lambda row: row.lms_user_id),
        ("SIS Login ID", str.casefold, _login),
    ]
    lines = [line for line in lines_with(sheet, "ID") if sheet.cell(line, 0) != "Student, Test"]
    tops = [line for line in range(1, len(sheet.rows)) if "Points Possible" in sheet.cell(line, 0)]
    return Template(sheet, lines, at, keys, {sheet.cell(line, at) for line in tops})


def _login(row: Row) -> str | None:
    """Return what may be the login of somebody of whom Canvas' own id is not known."""
    return None if row.lms_user_id else row.student.casefold()


def _find_column(sheet: Sheet, name: str, path: Path) -> int:
    """Return where the assignment's marks go; raise GradingError unless one column fits."""
    assignments = list(enumerate(sheet.header))[sheet.header.index("Section") + 1 :]
    exact = [at for at, title in assignments if title == name]
    alike = [at for at, title in assignments if _bare(title) == _bare(name)]
    found = exact or alike
    if len(found) == 1:
        return found[0]
    titles = ", ".join(sheet.header[at] for at in alike) or ", ".join(t for _, t in assignments)
    how = "several columns" if found else "no column"
    raise GradingError(f"{path} has {how} named {name}: choose with --column among {titles}.")


def _bare(title: str) -> str:
    """Return a title as people compare it: pattern_test is "Pattern Test (4711)"."""
    return " ".join(NUMBERED.sub("", title).casefold().replace("_", " ").split())


CANVAS = Format(
    file_name="canvas.csv",
    owner=_owner,
    header=lambda title: (*COLUMNS, title),
    row=_row,
    template=_template,
)

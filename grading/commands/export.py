"""The command export: write marks as nbgrader does, or as Canvas and Moodle take them."""

import argparse
import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from grading.errors import GradingError
from grading.gradebook import book
from grading.gradebook.book import GRADED, UNGRADED, Row
from grading.lms.filling import Exported, fill_canvas, fill_moodle, mark, tally
from grading.lms.sheet import write_text

NBGRADER = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
    "status",
    "reason",
)
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
# Moodle refuses a worksheet without the first, "Grade" and the last.
MOODLE = (
    "Identifier",
    "Full name",
    "Email address",
    "Grade",
    "Maximum Grade",
    "Last modified (grade)",
)
NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?", re.IGNORECASE)
NAMES = {"nbgrader": "grades.csv", "canvas": "canvas.csv", "moodle": "moodle.csv"}


def write_nbgrader(rows: list[Row], path: Path) -> Exported:
    """Write nbgrader's own columns, status and reason; a score is empty unless graded."""
    return _write(path, NBGRADER, map(_nbgrader, rows), rows)


def write_canvas(
    rows: list[Row], path: Path, template: Path | None = None, column: str | None = None
) -> Exported:
    """Write one assignment's marks for Canvas, into the gradebook downloaded there if given."""
    if template:
        return fill_canvas(rows, path, template, column)
    title = column or next((row.assignment for row in rows), "")
    return _write(path, (*CANVAS, title), map(_canvas, rows), rows)


def write_moodle(
    rows: list[Row], path: Path, template: Path | None = None, column: str | None = None
) -> Exported:
    """Write one assignment's marks for Moodle, into the grading worksheet from there if given."""
    if template:
        return fill_moodle(rows, path, template, column)
    return _write(path, MOODLE, map(_moodle, rows), rows)


def _write(
    path: Path, header: Sequence[str], lines: Iterable[Sequence[object]], rows: list[Row]
) -> Exported:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_harmless(cell) for cell in line] for line in [header, *lines])
    write_text(path, text.getvalue())
    return tally(rows, path)


def _harmless(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    is_formula = text.startswith(("=", "+", "-", "@", "\t", "\r")) and not NUMBER.fullmatch(text)
    # Python's csv leaves a bare CR unquoted, and readers take it for the end of the line.
    text = text.replace("\r", " ")
    return f"'{text}" if is_formula else text


def _nbgrader(row: Row) -> list[object]:
    graded = row.status == GRADED
    scores = [row.raw_score, row.late_penalty, row.score] if graded else ["", "", ""]
    who = [row.student, row.last_name, row.first_name, row.email]
    times = [row.duedate, row.timestamp]
    return [row.assignment, *times, *who, *scores, row.max_score, row.status, row.reason]


def _canvas(row: Row) -> list[object]:
    """Without Canvas' own id, the student id is the best guess at the login."""
    name = ", ".join(filter(None, [row.last_name, row.first_name])) or row.student
    login = "" if row.lms_user_id else row.student
    return [name, row.lms_user_id, "", login, "", mark(row)]


def _moodle(row: Row) -> list[object]:
    name = " ".join(filter(None, [row.first_name, row.last_name])) or row.student
    identifier = f"Participant {row.lms_user_id}" if row.lms_user_id else ""
    return [identifier, name, row.email, mark(row), row.max_score, ""]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command export takes."""
    parser.add_argument("--format", choices=NAMES, default="nbgrader", help="who will read it")
    parser.add_argument("--assignment", help="the one to export; nbgrader's format takes all")
    parser.add_argument("--template", type=Path, help="the CSV file downloaded from the LMS")
    parser.add_argument("--column", help="the assignment's column in it, if it is named otherwise")
    parser.add_argument("--to", type=Path, help="the file to write")


def run(options: argparse.Namespace) -> int:
    """Export, print who stays blank; return 1 where a mark has no place or work is ungraded."""
    with book.open_book(options.course) as opened:
        names = opened.assignments()
        rows = [row for name in _wanted(options, names) for row in opened.rows(name)]
    done = _export(options, rows)
    print(_document(done) if options.json else _table(done))
    ungraded = any(row.status == UNGRADED for row in done.blank)
    return int(ungraded or bool(done.without_line or done.without_row or done.notes))


def _wanted(options: argparse.Namespace, names: list[str]) -> list[str]:
    """Return the assignments to export; raise GradingError where one must be chosen."""
    listed = f"the gradebook has {', '.join(names) or 'none'}."
    if options.assignment and options.assignment not in names:
        raise GradingError(f"There is no assignment {options.assignment}: {listed}")
    if options.format == "nbgrader":
        if options.template or options.column:
            raise GradingError("--template and --column are for --format canvas and moodle.")
        return [options.assignment] if options.assignment else names
    if not options.assignment and len(names) != 1:
        raise GradingError(f"Say which with --assignment: {listed}")
    return [options.assignment or names[0]]


def _export(options: argparse.Namespace, rows: list[Row]) -> Exported:
    path = options.to or options.course / NAMES[options.format]
    if options.format == "nbgrader":
        return write_nbgrader(rows, path)
    write = {"canvas": write_canvas, "moodle": write_moodle}[options.format]
    return write(rows, path, options.template, options.column)


def _document(done: Exported) -> str:
    blank = [
        {"student": row.student, "assignment": row.assignment}
        | {"status": row.status, "reason": row.reason}
        for row in done.blank
    ]
    return json.dumps({**vars(done), "path": str(done.path), "blank": blank}, indent=2)


def _table(done: Exported) -> str:
    """Return who stays blank and why, then what found no place."""
    lines = [
        f"{row.student}  {row.assignment}  {row.status}  {row.reason}".rstrip()
        for row in done.blank
    ]
    if done.without_line:
        lines.append(f"Not in the template: {', '.join(done.without_line)}.")
    if done.without_row:
        lines.append(f"In the template only: {', '.join(done.without_row)}.")
    count = f"{done.path} is written; marks: {done.graded}, left blank: {len(done.blank)}."
    return "\n".join([*lines, *done.notes, count])

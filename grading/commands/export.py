"""The command export: write marks as nbgrader does, or as an LMS takes them."""

import argparse
import json
from pathlib import Path

from grading.commands.handed_in import not_graded
from grading.commands.personal_data import write_data
from grading.errors import GradingError
from grading.gradebook import book
from grading.gradebook.doubts import doubts
from grading.gradebook.row import Row
from grading.lms.filling import Exported
from grading.lms.formats import FORMATS, write
from grading.lms.returning import numbered


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "--format", choices=sorted(FORMATS), default="nbgrader", help="who will read it"
    )
    parser.add_argument("--assignment", help="the one to export; nbgrader's format takes all")
    parser.add_argument("--template", type=Path, help="the CSV file downloaded from the LMS")
    parser.add_argument("--column", help="the assignment's column in it, if it is named otherwise")
    parser.add_argument("--student", help="instead write all that is held of this person")
    parser.add_argument("--to", type=Path, help="the file to write")


def run(options: argparse.Namespace) -> int:
    """Export, print who stays blank; return 1 where a mark has no place or work is ungraded."""
    if options.student:
        return _give(options)
    with book.open_book(options.course) as opened:
        wanted = _wanted(options, opened.assignments())
        rows = [row for name in wanted for row in _rows(opened, name, options)]
        newer = not_graded(options.course, opened, wanted)
    path = options.to or options.course / FORMATS[options.format].file_name
    done = write(options.format, rows, path, options.template, options.column)
    told = [*doubts(rows), *newer]
    print(_document(done, told) if options.json else _table(done, told))
    out_of_place = done.without_line or done.without_row or done.held_back or done.notes or newer
    return int(any(row.needs_attention for row in rows) or bool(out_of_place))


def _give(options: argparse.Namespace) -> int:
    """Write all that is held of one person."""
    if options.assignment or options.template or options.column:
        raise GradingError("--student gives all that is held of one person: leave the rest out.")
    with book.open_book(options.course) as opened:
        path, left_out = write_data(options.course, opened, options.student, options.to)
    told = f"{path} is written: give it to {options.student} and to nobody else."
    document = {"path": str(path), "left_out": left_out}
    print(json.dumps(document) if options.json else "\n".join([told, *left_out]))
    return 0


def _rows(opened: book.Book, assignment: str, options: argparse.Namespace) -> list[Row]:
    """Return everyone's row, with the number that the LMS gave them in this assignment."""
    return numbered(options.format, opened.rows(assignment), opened.collected(assignment))


def _wanted(options: argparse.Namespace, names: list[str]) -> list[str]:
    """Return the assignments to export; raise GradingError where one must be chosen."""
    listed = f"the gradebook has {', '.join(names) or 'none'}."
    if options.assignment and options.assignment not in names:
        raise GradingError(f"There is no assignment {options.assignment}: {listed}")
    chosen = FORMATS[options.format]
    if not chosen.template and (options.template or options.column):
        able = " and ".join(name for name in sorted(FORMATS) if FORMATS[name].template)
        raise GradingError(f"--template and --column are for --format {able}.")
    if chosen.has_all_assignments:
        return [options.assignment] if options.assignment else names
    if not options.assignment and len(names) != 1:
        raise GradingError(f"Say which with --assignment: {listed}")
    return [options.assignment or names[0]]


def _document(done: Exported, told: list[str]) -> str:
    blank = [
        {"student": row.student, "assignment": row.assignment}
        | {"status": row.status, "reason": row.reason}
        for row in done.blank
    ]
    more = {"path": str(done.path), "blank": blank, "doubts": told}
    return json.dumps(vars(done) | more, indent=2)


def _table(done: Exported, told: list[str]) -> str:
    """Return who stays blank and why, what found no place, and which marks are in doubt."""
    lines = [
        f"{row.student}  {row.assignment}  {row.status}  {row.reason}".rstrip()
        for row in done.blank
    ]
    if done.without_line:
        lines.append(f"Not in the template: {', '.join(done.without_line)}.")
    if done.without_row:
        lines.append(f"In the template only: {', '.join(done.without_row)}.")
    count = f"{done.path} is written; marks: {done.graded}, left blank: {len(done.blank)}."
    guess = filter(None, [done.guess])
    return "\n".join([*lines, *done.kept, *done.older, *done.notes, *guess, *told, count])

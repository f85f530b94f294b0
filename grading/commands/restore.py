"""Bring back the notebook that a later one has replaced; the later one is kept in its place."""

import argparse
import json
from pathlib import Path

from grading import replaced
from grading.commands.grade import alone
from grading.errors import GradingError
from grading.gradebook.book import open_book
from grading.lms.names import is_safe

WHOSE = "Say whose, and of which assignment: make restore STUDENT=ada ASSIGNMENT=practice."
NOTHING = (
    "No older file of {assignment} by {student} is kept: replaced/ has what collect has replaced, "
    "and nothing that was replaced by hand."
)
UNKNOWN = "There is no {folder}: choose {known} of {assignment} by {student}."


def restore(
    root: Path, assignment: str, student: str, number: str | None = None
) -> tuple[Path, Path | None]:
    """Bring back the kept notebook with this number, else the one whose mark was the better one.

    Without a better mark it is the newest. Returns where it lay, and where what stood in
    submitted/ is kept now. Raises GradingError where nothing is kept.
    """
    folders = replaced.kept(root, student, assignment) if is_safe(student) else []
    if not folders:
        raise GradingError(NOTHING.format(assignment=assignment, student=student))
    with alone(root), open_book(root) as book:
        found = replaced.chosen(folders, assignment, book.best_submission(assignment, student))
    if number:
        found = _numbered(folders, number, assignment, student)
    before = replaced.keep(root, student, assignment)
    replaced.bring_back(root, found, student, assignment)
    return found, before


def _numbered(folders: list[Path], number: str, assignment: str, student: str) -> Path:
    for folder in folders:
        if folder.name == number:
            return folder
    known = " or ".join(folder.name for folder in folders)
    raise GradingError(
        UNKNOWN.format(
            folder=folders[0].with_name(number), known=known, assignment=assignment, student=student
        )
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--student", help="whose notebook to bring back")
    parser.add_argument("--assignment", help="of which assignment")
    parser.add_argument("--number", help="its folder in replaced/<student>/<assignment>/")


def run(options: argparse.Namespace) -> int:
    """Restore, and say what lies where."""
    if not (options.student and options.assignment):
        raise GradingError(WHOSE)
    found, before = restore(options.course, options.assignment, options.student, options.number)
    paths = {"restored": found, "kept": before}
    named = {name: path and str(path.relative_to(options.course)) for name, path in paths.items()}
    end = f"; what stood there is kept in {named['kept']}" if before else ""
    told = f"{named['restored']} is back in submitted/{end}. Now run make grade."
    print(json.dumps(named) if options.json else told)
    return 0

"""Let marks count as they are that fell, or that were given by hand for what has changed since."""

import argparse
import json
from pathlib import Path

from grading.commands.grade import alone
from grading.errors import GradingError
from grading.gradebook.book import open_book
from grading.gradebook.doubts import another_look, fall
from grading.gradebook.row import Row

WHOSE = (
    "Say whose or of which assignment: make accept STUDENT=ada ASSIGNMENT=practice; either may be "
    "left out, and not both."
)


def accept(root: Path, assignment: str | None, student: str | None) -> list[Row]:
    """Accept the marks of one student, of one assignment, or both; return what was in doubt.

    Raises GradingError where nothing is.
    """
    with alone(root), open_book(root) as book:
        names = [assignment] if assignment else book.assignments()
        rows = [row for name in names for row in book.rows(name)]
        chosen = [row for row in rows if row.fell or row.another_look]
        chosen = [row for row in chosen if student in (None, row.student)]
        if not chosen:
            raise GradingError(
                "There is no such mark to accept: make status names those there are."
            )
        for row in chosen:
            book.accept(row.assignment, row.student)
    return chosen


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--student", help="accept the marks of this one (else of all)")
    parser.add_argument("--assignment", help="of this assignment (else of all)")


def run(options: argparse.Namespace) -> int:
    """Accept, and say what counts now."""
    if not (options.student or options.assignment):
        raise GradingError(WHOSE)
    rows = accept(options.course, options.assignment, options.student)
    told = [sentence for row in rows for sentence in _accepted(row)]
    document = [{"student": row.student, "assignment": row.assignment} for row in rows]
    print(json.dumps(document) if options.json else "\n".join(told))
    return 0


def _accepted(row: Row) -> list[str]:
    found = [fall(row)] if row.fell else []
    found += [another_look(row)] if row.another_look else []
    return [f"Accepted: {sentence}" for sentence in found]

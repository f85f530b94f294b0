"""Write a page for each student: points by difficulty, and for each check what was missed."""

import argparse
import json
from pathlib import Path

from grading.course import must, open_course
from grading.errors import GradingError
from grading.gradebook.book import GRADED, open_book


def feedback(root: Path, assignment: str, students: list[str] | None = None) -> list[Path]:
    """Write feedback/<student>/<assignment>/<assignment>.html for all graded; return the files.

    Raises GradingError where nobody, or one of `students`, is not graded.
    """
    with open_book(root) as book:
        graded = [row.student for row in book.rows(assignment) if row.status == GRADED]
    for student in set(students or []) - set(graded):
        raise GradingError(f"{student} is not graded in {assignment}: grade first.")
    if not graded:
        raise GradingError(f"Nobody is graded in {assignment} yet: grade first.")
    course = open_course(root)
    for student in students or [None]:  # None: nbgrader's word for everyone
        must(course.generate_feedback(assignment, student), f"write the feedback on {assignment}")
    return [
        root / "feedback" / student / assignment / f"{assignment}.html"
        for student in students or graded
    ]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--assignment", help="write the pages on this one (else on all graded)")
    parser.add_argument("--student", action="append", help="write this page; may be given again")


def run(options: argparse.Namespace) -> int:
    """Write the pages, and say where."""
    paths = [
        str(path.relative_to(options.course))
        for assignment in _asked(options)
        for path in feedback(options.course, assignment, options.student)
    ]
    told = f"{len(paths)} pages are written to feedback/<student>/<assignment>/."
    print(json.dumps(paths) if options.json else told)
    return 0


def _asked(options: argparse.Namespace) -> list[str]:
    return [options.assignment] if options.assignment else graded(options.course)


def graded(root: Path) -> list[str]:
    """Return the assignments in which anybody is graded; raise GradingError where there is none."""
    with open_book(root) as book:
        names = [
            name
            for name in book.assignments()
            if any(row.status == GRADED for row in book.rows(name))
        ]
    if not names:
        raise GradingError("Nobody is graded yet: grade first.")
    return names

"""Write a page for each student: points by difficulty, and for each check what was missed."""

import argparse
import json
from pathlib import Path

from grading.errors import GradingError
from grading.gradebook.book import open_book
from grading.gradebook.row import EXAMINED, TO_READ, Row
from grading.lms.returning import RETURNABLE, names, pack
from grading.nbgrader_api import must, open_course

UNKNOWN = (
    "{} is not in the zip: the gradebook does not know under which name or number {} would take "
    "the page; collect the notebook from its export, and a team's members from its class list."
)
WRITTEN = "{} pages are written to feedback/<student>/<assignment>/."
WITHOUT = "The page on {} of {} gives no points yet: a person has to read the answer first."


def feedback(root: Path, assignment: str, students: list[str] | None = None) -> list[Path]:
    """Write feedback/<student>/<assignment>/<assignment>.html for all graded; return the files.

    Raises GradingError where nobody, or one of `students`, is not graded.
    """
    with open_book(root) as book:
        graded = [row.student for row in book.rows(assignment) if row.status in EXAMINED]
    for student in set(students or []) - set(graded):
        raise GradingError(f"{student} is not graded in {assignment}: grade first.")
    if not graded:
        raise GradingError(f"Nobody is graded in {assignment} yet: grade first.")
    course = open_course(root)
    for student in students or [None]:  # None: nbgrader's word for everyone
        must(course.generate_feedback(assignment, student), f"write the feedback on {assignment}")
    return [_page(root, student, assignment) for student in students or graded]


def pack_pages(
    root: Path, assignment: str, lms: str, students: list[str], to: Path
) -> tuple[int, list[str]]:
    """Put these students' pages into a zip for an LMS; return how many, and who is left out.

    Raises GradingError where the LMS would take none of them.
    """
    with open_book(root) as book:
        rows = [row for row in book.rows(assignment) if row.student in students]
        known, unknown = names(lms, rows, book.collected(assignment))
    if not known:
        raise GradingError(
            f"No notebook of {assignment} came from {lms.capitalize()}: collect its export first, "
            "so that the pages get its names."
        )
    pack(
        to, {name: _page(root, student, assignment).read_bytes() for student, name in known.items()}
    )
    return len(known), unknown


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--assignment", help="write the pages on this one (else on all graded)")
    parser.add_argument("--student", action="append", help="write this page; may be given again")
    parser.add_argument(
        "--format", choices=RETURNABLE, help="also put the pages into a zip that this LMS takes"
    )
    parser.add_argument("--to", type=Path, help="the zip to write (feedback.zip)")


def run(options: argparse.Namespace) -> int:
    """Write the pages, and say where; return 1 where one is not in the zip, or gives no points."""
    asked = _asked(options)
    pages = {name: feedback(options.course, name, options.student) for name in asked}
    paths = [str(path.relative_to(options.course)) for page in pages.values() for path in page]
    held = [WITHOUT.format(row.assignment, row.student) for row in _held(options.course, pages)]
    told = "\n".join([*held, WRITTEN.format(len(paths))])
    if not options.format:
        print(json.dumps(paths) if options.json else told)
        return int(bool(held))
    to = options.to or options.course / "feedback.zip"
    students = [path.parent.parent.name for path in pages[asked[0]]]
    count, unknown = pack_pages(options.course, asked[0], options.format, students, to)
    left = [UNKNOWN.format(student, options.format.capitalize()) for student in unknown]
    packed = f"{to} is written; pages: {count}, left out: {len(left)}."
    document = {"pages": paths, "zip": str(to), "left_out": unknown}
    print(json.dumps(document) if options.json else "\n".join([told, *left, packed]))
    return int(bool(left or held))


def _held(root: Path, pages: dict[str, list[Path]]) -> list[Row]:
    """Return the rows whose pages give no points, since a person has to read the answer first."""
    with open_book(root) as book:
        rows = [row for name in pages for row in book.rows(name) if row.status == TO_READ]
    return [
        row for row in rows if _page(root, row.student, row.assignment) in pages[row.assignment]
    ]


def _asked(options: argparse.Namespace) -> list[str]:
    found = [options.assignment] if options.assignment else graded(options.course)
    if options.to and not options.format:
        raise GradingError("--to is for the zip: say for which LMS with --format.")
    if options.format and len(found) > 1:
        raise GradingError(
            f"The zip is for one assignment: choose with --assignment among {', '.join(found)}."
        )
    return found


def graded(root: Path) -> list[str]:
    """Return the assignments in which anybody is graded; raise GradingError where there is none."""
    with open_book(root) as book:
        found = [
            name
            for name in book.assignments()
            if any(row.status in EXAMINED for row in book.rows(name))
        ]
    if not found:
        raise GradingError("Nobody is graded yet: grade first.")
    return found


def _page(root: Path, student: str, assignment: str) -> Path:
    return root / "feedback" / student / assignment / f"{assignment}.html"

"""What lies in submitted/: whose it is, and whether it is graded yet."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from grading import submission
from grading.course import assignments
from grading.errors import Ungradable
from grading.gradebook.book import Book
from grading.printing import printable

MISNAMED = (
    "submitted/{} was not graded: its name has signs that cannot be printed; rename it and grade "
    "again."
)
FIRST = "{who} handed in {assignment}, and it is not graded yet: make grade."
AGAIN = "{who} handed in {assignment} again since it was graded: make grade."
LISTED = 10  # names in one sentence


def submitted(root: Path, assignment: str) -> list[str]:
    """Return what stands in submitted/: a student a folder, and whatever was misplaced there.

    A student who handed in other known assignments and not this one is left out.
    """
    others = [name for name in assignments(root) if name != assignment]
    return [
        path.name
        for path in sorted((root / "submitted").glob("*"))
        if not path.name.startswith(".")
        and path.name.isprintable()
        and (is_there(path / assignment) or not any(is_there(path / name) for name in others))
    ]


def misnamed(root: Path) -> list[str]:
    """Return a sentence for each folder of submitted/ whose name can be no student's id."""
    names = sorted(path.name for path in (root / "submitted").glob("*"))
    return [MISNAMED.format(printable(name, kept="")) for name in names if not name.isprintable()]


def not_graded(root: Path, book: Book, names: Iterable[str]) -> list[str]:
    """Return a sentence for each of these assignments of which a file is not graded yet."""
    if not (root / "submitted").is_dir():
        return []
    return [told for name in names for told in _not_graded(root, book, name)]


def is_there(path: Path) -> bool:
    """Return whether there is something, also where nobody may look at it."""
    try:
        return path.exists()
    except PermissionError:
        return True


def _not_graded(root: Path, book: Book, assignment: str) -> list[str]:
    examined, files = book.examined(assignment), book.examined_files(assignment)
    students = submitted(root, assignment)
    first = [student for student in students if student not in examined]
    known = [student for student in students if student in files]
    again = [one for one in known if _file(root, one, assignment) != files[one]]
    told = [(FIRST, first), (AGAIN, again)]
    return [s.format(who=_listed(found), assignment=assignment) for s, found in told if found]


def _file(root: Path, student: str, assignment: str) -> str:
    """Return the SHA-256 of a student's notebook, "" where it cannot be read."""
    try:
        content = submission.read(root / "submitted" / student / assignment, assignment)
    except Ungradable:
        return ""
    return hashlib.sha256(content).hexdigest()


def _listed(students: list[str]) -> str:
    more = f" and {len(students) - LISTED} more" * (len(students) > LISTED)
    return ", ".join(students[:LISTED]) + more

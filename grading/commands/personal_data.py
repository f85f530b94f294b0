"""Give one person what the course holds of them: names, marks, answers, messages and files."""

import json
from dataclasses import asdict
from pathlib import Path

from grading.errors import GradingError
from grading.gradebook.book import Book
from grading.gradebook.row import Row
from grading.gradebook.schema import NAMES
from grading.lms.returning import pack

FOLDERS = ("submitted", "feedback", "replaced")  # autograded/ holds the hidden tests too


def write_data(root: Path, book: Book, student: str, to: Path | None) -> Path:
    """Write a zip with data.json and the person's files; return where.

    Raises GradingError where there is no such student.
    """
    known = [row for row in book.rows("") if row.student == student]
    if not known:
        raise GradingError(f"There is no student {student}: make status prints the class list.")
    rows = [row for name in book.assignments() for row in book.rows(name)]
    data = {"student": student, **{name: getattr(known[0], name) for name in NAMES}}
    data["assignments"] = [_held(book, row) for row in rows if row.student == student]
    path = to or root / f"{student}.data.zip"
    text = json.dumps(data, indent=2, default=str, ensure_ascii=False)
    files = [file for name in FOLDERS for file in (root / name / student).rglob("*")]
    plain = [file for file in files if file.is_file() and not file.is_symlink()]
    contents = {str(file.relative_to(root)): file.read_bytes() for file in plain}
    pack(path, {"data.json": text.encode(), **contents})
    return path


def _held(book: Book, row: Row) -> dict[str, object]:
    which = (row.assignment, row.student)
    kept = {"by_hand": book.given_by_hand(*which), "answers_read": book.answers_read(*which)}
    held = asdict(row) | kept
    return {name: value for name, value in held.items() if name not in ("student", *NAMES)}

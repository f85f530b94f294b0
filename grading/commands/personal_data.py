"""Give one person what the course holds of them: names, marks, answers, messages and files."""

import json
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grading.errors import GradingError
from grading.gradebook.book import Book
from grading.gradebook.row import TO_READ, Row
from grading.gradebook.schema import NAMES
from grading.lms.returning import pack

FOLDERS = ("submitted", "feedback", "replaced")  # autograded/ holds the hidden tests too
# What is not final until a person has read the answer, of a row and of its result.
NOT_FINAL = ("held", "reason", "by_hand", "marked_by_hand")
NOT_FINAL_OF_RESULT = ("marks", "to_read")
NOT_YET = (
    "{assignment} of {student} is to read: its points and messages are not in the file, since they "
    "are not final yet."
)


def write_data(root: Path, book: Book, student: str, to: Path | None) -> tuple[Path, list[str]]:
    """Write a zip with data.json and the person's files; return where, and what is not in it yet.

    Points and messages on an answer that a person has yet to read are left out. Raises GradingError
    where there is no such student.
    """
    known = [row for row in book.rows("") if row.student == student]
    if not known:
        raise GradingError(f"There is no student {student}: make status prints the class list.")
    rows = [row for name in book.assignments() for row in book.rows(name)]
    rows = [row for row in rows if row.student == student]
    data = {"student": student, **{name: getattr(known[0], name) for name in NAMES}}
    data["assignments"] = [_kept(book, row) for row in rows]
    path = to or root / f"{student}.data.zip"
    text = json.dumps(data, indent=2, default=str, ensure_ascii=False)
    files = [file for name in FOLDERS for file in (root / name / student).rglob("*")]
    plain = [file for file in files if file.is_file() and not file.is_symlink()]
    contents = {str(file.relative_to(root)): file.read_bytes() for file in plain}
    pack(path, {"data.json": text.encode(), **contents})
    return path, [NOT_YET.format(**vars(row)) for row in rows if row.status == TO_READ]


def _kept(book: Book, row: Row) -> dict[str, Any]:
    which = (row.assignment, row.student)
    kept = {"by_hand": book.given_by_hand(*which), "answers_read": book.answers_read(*which)}
    found = asdict(row) | kept
    if row.status == TO_READ:
        result = _without(found["result"] or {}, NOT_FINAL_OF_RESULT)
        found = _without(found, NOT_FINAL) | {"result": result}
    return _without(found, ("student", *NAMES))


def _without(found: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in names}

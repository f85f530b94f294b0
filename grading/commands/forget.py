"""Remove a person's files, rows and names, and name what is out of reach."""

import argparse
import glob
import json
import shutil
from pathlib import Path

from grading.commands.grade import alone
from grading.errors import GradingError
from grading.gradebook.book import open_book
from grading.gradebook.row import Row
from grading.lms.names import is_safe

FOLDERS = ("submitted", "autograded", "feedback", "replaced")
MADE = ("report/*.html", "feedback.zip")  # report and feedback make them anew
NAMED = ("*.csv", "gradebook.db?*", ".nbgrader.log")
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252")
OUT_OF_REACH = "Not reached: your LMS, the exports that came from it, copies and backups elsewhere."


def forget(root: Path, student: str) -> tuple[int, list[str], list[str]]:
    """Remove a student; return how many rows and which files went, and which files name them yet.

    Raises GradingError where there is no such student or a grading is at work.
    """
    folders = [root / name / student for name in FOLDERS] if is_safe(student) else []
    with alone(root), open_book(root) as book:
        words = _words(student, book.rows(""))
        count = book.forget(student)
        there = [folder for folder in folders if folder.is_dir() and not folder.is_symlink()]
        if not count and not there:
            raise GradingError(f"There is no student {student}: make status prints the class list.")
        made = [
            path
            for pattern in (*MADE, f"{glob.escape(student)}.data.zip")
            for path in sorted(root.glob(pattern))
        ]
        for folder in there:
            shutil.rmtree(folder)
        for page in made:
            page.unlink()
    gone = [str(path.relative_to(root)) for path in [*there, *made]]
    return count, gone, [str(path.relative_to(root)) for path in _naming(root, words)]


def _words(student: str, rows: list[Row]) -> list[str]:
    """Return the id, the e-mail address and the last name of a student."""
    known = [(row.email, row.last_name) for row in rows if row.student == student]
    return list(filter(None, [student, *(word for names in known for word in names)]))


def _naming(root: Path, words: list[str]) -> list[Path]:
    """Return the files beside the gradebook that have one of these words in them."""
    files = [path for pattern in NAMED for path in sorted(root.glob(pattern)) if path.is_file()]
    sought = {word.encode(encoding, "replace") for word in words for encoding in ENCODINGS}
    return [path for path in files if any(word in path.read_bytes() for word in sought)]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("student", nargs="?", help="the id on the class list")


def run(options: argparse.Namespace) -> int:
    """Forget a student, and say what is gone and what is not."""
    if not options.student:
        raise GradingError("Say whom to forget, as in make forget STUDENT=ada.")
    count, gone, left = forget(options.course, options.student)
    lines = [f"{count} rows of the gradebook are removed."]
    lines += [f"{path} is removed." for path in gone]
    lines += [f"{path} still names {options.student}: write it anew or delete it." for path in left]
    document = {"rows": count, "removed": gone, "left": left}
    print(json.dumps(document) if options.json else "\n".join([*lines, OUT_OF_REACH]))
    return 0

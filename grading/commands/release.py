"""Make the students' exercises from the instructor's solutions."""

import argparse
import json
from pathlib import Path

from grading.course import assignments
from grading.examining.assignment import read_exercise
from grading.gradebook.book import open_book
from grading.gradebook.registration import release_assignment


def release(root: Path, into: str = "exercises") -> dict[str, list[str]]:
    """Write exercises/ from solutions/, and the gradebook's list of cells.

    Returns for each assignment a sentence on each change of points. Raises GradingError where
    nbgrader cannot.
    """
    with open_book(root) as book:
        return {
            name: release_assignment(root, read_exercise(root, name), book, into)
            for name in assignments(root)
        }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command takes no arguments of its own."""


def run(options: argparse.Namespace) -> int:
    """Release every assignment, and say so; return 1 where points have changed."""
    changes = release(options.course)
    lines = [f"exercises/{name} is written; make bundle packs it for students." for name in changes]
    lines += [sentence for told in changes.values() for sentence in told]
    print(json.dumps(changes) if options.json else "\n".join(lines))
    return int(any(changes.values()))

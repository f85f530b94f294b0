"""Make the students' exercises from the instructor's solutions."""

import argparse
import json
from pathlib import Path

from grading.course import assignments, must, open_course


def release(root: Path, into: str = "exercises") -> list[str]:
    """Write exercises/ from solutions/ and the gradebook's list of cells; return the names.

    Raises GradingError where nbgrader cannot.
    """
    course = open_course(root)
    course.coursedir.release_directory = into
    names = assignments(root)
    for name in names:
        must(course.generate_assignment(name), f"release {name}")
    return names


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command takes no arguments of its own."""


def run(options: argparse.Namespace) -> int:
    """Release every assignment, and say so."""
    names = release(options.course)
    print(json.dumps(names) if options.json else _written(names))
    return 0


def _written(names: list[str]) -> str:
    lines = [f"exercises/{name} is written; make bundle packs it for students." for name in names]
    return "\n".join(lines)

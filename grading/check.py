"""Check a notebook's code by the public rules, as grading does: for students."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from examiner.examination import Examination
from examiner.internal_error import InternalError
from examiner.rule import Verdict
from grading.code_exercises import CODE_EXERCISES, CodeExercise, answer_source
from grading.errors import GradingError, Ungradable
from grading.submission import cells, content


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("notebook", type=Path, help="such as exercises/rotation/rotation.ipynb")
    parser.add_argument(
        "--exercise", choices=sorted(CODE_EXERCISES), help="where the file has another name"
    )


def run(options: argparse.Namespace) -> int:
    """Print the verdict on each public rule; return 1 where one is broken."""
    verdicts = check(options.notebook, options.exercise)
    if options.json:
        print(json.dumps([asdict(verdict) for verdict in verdicts], indent=1))
    else:
        print(*verdicts, _summary(verdicts), sep="\n\n")
    return int(not all(verdict.passed for verdict in verdicts))


def check(notebook: Path, exercise: str | None = None) -> list[Verdict]:
    """Return the verdicts on a notebook's code.

    Raises GradingError where there is none to check, or this machine cannot examine it.
    """
    code = _code_exercise(notebook, exercise)
    try:
        source = answer_source(code, cells(content(notebook)))
    except Ungradable as error:
        raise GradingError(f"{notebook}: {error}") from None
    if not source:
        raise GradingError(
            f"{notebook} has no code in a cell {code.answer}: take the exercise's notebook."
        )
    try:
        with Examination(source) as examination:
            return examination.examine_all(code.rules)
    except InternalError as error:
        raise GradingError(str(error)) from None


def _code_exercise(notebook: Path, exercise: str | None) -> CodeExercise:
    name = exercise or notebook.stem
    if name not in CODE_EXERCISES:
        raise GradingError(
            f"There are no rules to check {name} by: check {' or '.join(CODE_EXERCISES)}, or name "
            "it with --exercise."
        )
    return CODE_EXERCISES[name]


def _summary(verdicts: list[Verdict]) -> str:
    scored, points = (sum(getattr(v, name) for v in verdicts) for name in ("score", "points"))
    return f"{scored} of {points} points. The other rules are examined after you hand in."

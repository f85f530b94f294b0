"""Check a notebook's code by the public rules, as grading does: for students."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from examiner.examination import Examination
from examiner.internal_error import InternalError
from examiner.rule import Verdict
from examiner.source_scan import told_before
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
    """Print the verdict on each public rule, and why a person will read the code, if one will.

    Returns 1 where a rule is broken.
    """
    told = to_read(options.notebook, options.exercise)
    verdicts = check(options.notebook, options.exercise)
    if options.json:
        print(json.dumps([asdict(verdict) for verdict in verdicts], indent=1))
    else:
        print(*verdicts, _summary(verdicts), sep="\n\n")
    if told:
        print("", *told, sep="\n", file=sys.stderr if options.json else sys.stdout)
    return int(not all(verdict.passed for verdict in verdicts))


def check(notebook: Path, exercise: str | None = None) -> list[Verdict]:
    """Return the verdicts on a notebook's code.

    Raises GradingError where there is none to check, or this machine cannot examine it.
    """
    try:
        with Examination(_source(notebook, exercise)) as examination:
            return examination.examine_all(_code_exercise(notebook, exercise).rules)
    except InternalError as error:
        raise GradingError(str(error)) from None


def to_read(notebook: Path, exercise: str | None = None) -> tuple[str, ...]:
    """Return why a person will read a notebook's code before its points count; () for no reason.

    Raises GradingError where there is none.
    """
    return told_before(_source(notebook, exercise))


def _source(notebook: Path, exercise: str | None) -> str:
    code = _code_exercise(notebook, exercise)
    try:
        source = answer_source(code, cells(content(notebook)))
    except Ungradable as error:
        raise GradingError(f"{notebook}: {error}") from None
    if not source:
        raise GradingError(
            f"{notebook} has no code in a cell {code.answer}: take the exercise's notebook."
        )
    return source


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

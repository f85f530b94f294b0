"""The instructor's commands: python -m grading."""

import argparse
import sys
import warnings
from pathlib import Path

from grading.bundle import bundle
from grading.course import HERE, GradingError
from grading.demo import demo
from grading.grade import Marks, grade, table
from grading.release import release
from grading.worked import write_worked


def main(arguments: list[str] | None = None) -> None:
    """Run one command; exit with 1 and one sentence where it cannot be done."""
    options = _parser().parse_args(arguments)
    # nbgrader's own use of its libraries warns; nobody who grades can act on it.
    warnings.filterwarnings("ignore", module=r"nbgrader|nbformat|sqlalchemy")
    try:
        options.run(options)
    except (GradingError, OSError) as error:
        sys.exit(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m grading", description=__doc__)
    parser.add_argument("--course", type=Path, default=HERE, help="the course folder (this one)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for run, text in [
        (_release, "write exercises/ from solutions/"),
        (_worked, "write the worked solutions to worked/"),
        (_bundle, "write the student bundle to dist/"),
    ]:
        commands.add_parser(run.__name__[1:], help=text).set_defaults(run=run)
    for run, text in [
        (_grade, "grade what lies in submitted/"),
        (_demo, "grade a small sample class in demo/ and print its marks"),
    ]:
        named = commands.add_parser(run.__name__[1:], help=text)
        named.add_argument("assignment", help="the assignment's name, such as practice")
        named.set_defaults(run=run)
    return parser


def _release(options: argparse.Namespace) -> None:
    for name in release(options.course):
        print(f"exercises/{name} is written; make bundle packs it for students.")


def _grade(options: argparse.Namespace) -> None:
    marks = grade(options.course, options.assignment)
    _print(marks, "feedback/ and grades.csv are written.")


def _demo(options: argparse.Namespace) -> None:
    marks = demo(options.course / "demo", options.assignment)
    _print(marks, "demo/feedback/ and demo/grades.csv are written.")


def _worked(options: argparse.Namespace) -> None:
    for path in write_worked(options.course):
        print(f"{path.relative_to(options.course)} is written; publish it after the deadline.")


def _bundle(options: argparse.Namespace) -> None:
    path = bundle(options.course)
    print(f"{path.relative_to(options.course)} is written from the last commit.")


def _print(marks: list[Marks], written: str) -> None:
    """Print the table; raise GradingError where a submission is left without a mark."""
    print(table(marks), written, sep="\n\n")
    left = [row.student for row in marks if row.problem]
    if left:
        raise GradingError(f"Not graded, and not in grades.csv: {', '.join(left)}.")


if __name__ == "__main__":
    main()

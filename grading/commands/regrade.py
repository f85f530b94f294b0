"""Grade submissions again, changed or not: after a doubt, or after reading what was left to you."""

import argparse

from grading.commands import grade
from grading.errors import GradingError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes: what grade does, and a word for what was read."""
    grade.add_arguments(parser)
    parser.add_argument(
        "--as-read",
        action="store_true",
        help="with --student: you have read the source, so let its mark count whatever is in it",
    )


def run(options: argparse.Namespace) -> int:
    """Grade again, and print who got what."""
    if options.as_read and not options.student:
        raise GradingError(
            "--as-read is for those whose source you have read: name each --student."
        )
    return grade.grade_asked(options, again=True, as_read=options.as_read)

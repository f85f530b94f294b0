"""Grade submissions again, changed or not: after a doubt, or a new sandbox."""

import argparse

from grading import grade

add_arguments = grade.add_arguments


def run(options: argparse.Namespace) -> int:
    """Grade again, and print who got what."""
    return grade.grade_asked(options, again=True)

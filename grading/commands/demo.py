"""A small sample class: careful and careless students, graded for real in demo/."""

import argparse
import ast
import copy
import re
import shutil
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from grading.commands.feedback import feedback
from grading.commands.grade import grade
from grading.commands.release import release
from grading.commands.status import print_rows
from grading.course import HERE
from grading.errors import GradingError
from grading.gradebook.row import Row
from grading.lms.formats import write
from grading.notebooks import read_notebook

ANSWER = re.compile(r'^answer_(\d+) = (".*?")', re.MULTILINE)


def demo(root: Path, assignment: str, isolated: bool = True) -> list[Row]:
    """Make the sample class in `root`, which is emptied first, grade it and return everyone's row.

    Raises GradingError where there is no such assignment, or its answers are no letters.
    """
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(HERE / "solutions", root / "solutions")
    release(root)
    name = f"{assignment}/{assignment}.ipynb"
    right = answer_key(read_notebook(root / "solutions" / name))
    if not right:
        raise GradingError(
            f"{assignment} asks for no letters: the sample class answers by letters."
        )
    for student, make in STUDENTS.items():
        notebook = read_notebook(root / "exercises" / name)
        make(notebook, right)
        target = root / "submitted" / student / name
        target.parent.mkdir(parents=True)
        nbformat.write(notebook, target)
    rows = grade(root, assignment, isolated=isolated)
    feedback(root, assignment)
    write("nbgrader", rows, root / "grades.csv")
    return rows


def answer_key(source: NotebookNode) -> dict[int, str]:
    """Return question → right letter, read from the solution cells of the source notebook."""
    code = "\n".join(cell.source for cell in source.cells if cell.cell_type == "code")
    # The empty answer stands before the solution, and the later one wins.
    return {int(number): ast.literal_eval(letter) for number, letter in ANSWER.findall(code)}


def fill_in(notebook: NotebookNode, answers: dict[int, str]) -> None:
    """Write the answers where a student would."""
    for number, letter in answers.items():
        cell = find(notebook, f"answer-{number}")
        cell.source = cell.source.replace('= ""', f'= "{letter}"')


def find(notebook: NotebookNode, cell_id: str) -> NotebookNode:
    """Return the cell with this id."""
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def another(letter: str) -> str:
    """Return a letter that is not this one."""
    return "ABCD"["ABCD".index(letter) - 1]


def _all_right(notebook: NotebookNode, right: dict[int, str]) -> None:
    fill_in(notebook, right)


def _all_wrong(notebook: NotebookNode, right: dict[int, str]) -> None:
    fill_in(notebook, {number: another(letter) for number, letter in right.items()})


def _blank(notebook: NotebookNode, right: dict[int, str]) -> None:
    """Hand the notebook in as it came."""


def _partly_right(notebook: NotebookNode, right: dict[int, str]) -> None:
    fill_in(notebook, {1: right[1], 2: another(right[2]), 3: right[3], 4: another(right[4])})


def _lower_case(notebook: NotebookNode, right: dict[int, str]) -> None:
    fill_in(notebook, {number: letter.lower() for number, letter in right.items()})


def _deleted_answer(notebook: NotebookNode, right: dict[int, str]) -> None:
    fill_in(notebook, right)
    notebook.cells.remove(find(notebook, "answer-5"))


def _deleted_check(notebook: NotebookNode, right: dict[int, str]) -> None:
    fill_in(notebook, right)
    notebook.cells.remove(find(notebook, "check-3"))


def _deleted_both(notebook: NotebookNode, right: dict[int, str]) -> None:
    _deleted_answer(notebook, right)
    notebook.cells.remove(find(notebook, "check-5"))


def _copied_answer(notebook: NotebookNode, right: dict[int, str]) -> None:
    fill_in(notebook, right)
    copied = copy.deepcopy(find(notebook, "answer-1"))
    copied.id = "a-copy"
    notebook.cells.insert(0, copied)


STUDENTS = {
    "all_right": _all_right,
    "all_wrong": _all_wrong,
    "blank": _blank,
    "copied_answer": _copied_answer,
    "deleted_answer": _deleted_answer,
    "deleted_check": _deleted_check,
    "deleted_both": _deleted_both,
    "lower_case": _lower_case,
    "partly_right": _partly_right,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--assignment", default="practice", help="such as practice")
    parser.add_argument("--accept-risk", action="store_true", help="grade without bubblewrap")


def run(options: argparse.Namespace) -> int:
    """Grade the sample class, and print its marks."""
    rows = demo(options.course / "demo", options.assignment, not options.accept_risk)
    print_rows(rows, options.json)
    if not options.json:
        print("demo/feedback/ and demo/grades.csv are written.")
    return 0

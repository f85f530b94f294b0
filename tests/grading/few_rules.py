"""Let the code exercises of a course folder ask a few of their rules: examined the same way."""

from collections.abc import Collection, Mapping
from pathlib import Path

import nbformat
import pytest

from grading.examining.assignment import read_exercise
from grading.examining.exercise import named_rule
from grading.gradebook.book import open_book
from grading.gradebook.registration import release_assignment


def ask_only(root: Path, asked: Mapping[str, Collection[str]], patch: pytest.MonkeyPatch) -> None:
    """Take the other rules' checks out of solutions/, and release; `asked` is exercise → rules.

    Examiners ask what the checks name. That a rule has no check is an error, but not here.
    """
    patch.setattr("grading.examining.code_answers.bind", lambda exercise: None)
    for name, rules in asked.items():
        _cut(root / "solutions" / name / f"{name}.ipynb", rules)
        with open_book(root) as book:
            release_assignment(root, read_exercise(root, name), book, "exercises")


def _cut(path: Path, rules: Collection[str]) -> None:
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [
        cell for cell in notebook.cells if not _is_check(cell) or named_rule(cell.source) in rules
    ]
    nbformat.write(notebook, path)


def _is_check(cell: nbformat.NotebookNode) -> bool:
    return cell.metadata.get("nbgrader", {}).get("grade", False)


def rule_points(root: Path, name: str) -> dict[str, float]:
    """Return rule → points of a code exercise, or check → points of one with questions."""
    checks = read_exercise(root, name).checks
    return {named_rule(check.source) or check.name: check.points for check in checks}

"""Read an assignment from solutions/, and hold its checks against the rules that they name."""

import json
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import ClearSolutions

from grading.code_exercises import CODE_EXERCISES
from grading.course import assignments, read_notebook, settings
from grading.errors import GradingError
from grading.examining.code_answers import bind
from grading.examining.exercise import Exercise


def read_exercise(root: Path, name: str) -> Exercise:
    """Return the assignment of solutions/`name`.

    Raises GradingError where there is none, or where its checks and the rules of its code differ.
    """
    if name not in (known := assignments(root)):
        raise GradingError(f"There is no assignment {name}: choose {' or '.join(known)}.")
    notebook = read_notebook(root / "solutions" / name / f"{name}.ipynb")
    notebook.cells = [
        cell for cell in notebook.cells if "worked" not in cell.metadata.get("tags", [])
    ]
    notebook, _ = ClearSolutions(config=settings()).preprocess(notebook, {})
    exercise = Exercise(name, dict(notebook.metadata), tuple(map(_plain, notebook.cells)))
    if name in CODE_EXERCISES:
        bind(exercise)
    return exercise


def _plain(cell: Any) -> dict[str, Any]:
    kept = ("id", "cell_type", "source", "metadata")
    return json.loads(json.dumps({name: cell[name] for name in kept}))

"""Read an assignment from solutions/, and hold its checks against the rules that they name."""

import json
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

from grading.code_exercises import CODE_EXERCISES
from grading.course import assignments, settings
from grading.errors import GradingError
from grading.examining.code_answers import bind
from grading.examining.exercise import Exercise
from grading.examining.release import digest_of
from grading.notebooks import read_notebook


def read_exercise(root: Path, name: str) -> Exercise:
    """Return the assignment of solutions/`name`.

    Raises GradingError where there is none, nbgrader refuses it, or its checks and the rules of its
    code differ.
    """
    if name not in (known := assignments(root)):
        raise GradingError(f"There is no assignment {name}: choose {' or '.join(known)}.")
    notebook = read_notebook(root / "solutions" / name / f"{name}.ipynb")
    notebook.cells = [
        cell for cell in notebook.cells if "worked" not in cell.metadata.get("tags", [])
    ]
    try:
        notebook, _ = ClearSolutions(config=settings()).preprocess(notebook, {})
        cells = tuple(map(_plain, notebook.cells))
        released, _ = ClearHiddenTests(config=settings()).preprocess(notebook, {})
    except RuntimeError as error:  # a region that begins and does not end
        raise GradingError(f"nbgrader could not release {name}: {error}.") from None
    exercise = Exercise(name, dict(notebook.metadata), cells, digest_of(released.cells))
    if name in CODE_EXERCISES:
        bind(exercise)
    return exercise


def _plain(cell: Any) -> dict[str, Any]:
    kept = ("id", "cell_type", "source", "metadata")
    return json.loads(json.dumps({name: cell[name] for name in kept}))

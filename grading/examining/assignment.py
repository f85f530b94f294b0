"""Read an assignment from solutions/, and hold its checks against the rules that they name."""

import json
from pathlib import Path
from typing import Any

from grading.course import assignments
from grading.errors import GradingError
from grading.examining.exercise import Exercise
from grading.examining.regions import Refused, without_hidden_tests, without_solutions
from grading.examining.release import digest_of
from grading.plain_notebook import read_plain


def read_exercise(root: Path, name: str) -> Exercise:
    """Return the assignment of solutions/`name`.

    Raises GradingError where there is none, nbgrader refuses it, or its checks and the rules of its
    code differ.
    """
    if name not in (known := assignments(root)):
        raise GradingError(f"There is no assignment {name}: choose {' or '.join(known)}.")
    notebook = read_plain(root / "solutions" / name / f"{name}.ipynb")
    kept = [c for c in notebook["cells"] if "worked" not in c["metadata"].get("tags", [])]
    metadata = dict(notebook["metadata"])
    metadata.pop("celltoolbar", None)  # of an old Jupyter: nbgrader does not release it
    try:
        cells = without_solutions(kept, metadata.get("kernelspec", {}).get("language", "python"))
        released = without_hidden_tests(cells)
    except Refused as error:
        raise GradingError(f"nbgrader could not release {name}: {error}.") from None
    exercise = Exercise(name, metadata, tuple(map(_plain, cells)), digest_of(released))
    if exercise.is_code:
        from grading.examining.code_answers import bind

        bind(exercise)
    return exercise


def _plain(cell: Any) -> dict[str, Any]:
    kept = ("id", "cell_type", "source", "metadata")
    return json.loads(json.dumps({name: cell[name] for name in kept}))

"""An assignment as the instructor wrote it: its cells, its checks, and what counts as a change."""

import hashlib
import json
import sys
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grading.errors import GradingError

PACKAGES = Path(__file__).parents[2]
# What decides about a mark, beside the assignment itself.
DECIDES = (
    *(
        "examiner/*.py",
        "server/*.py",
        "examiner/choice.py",
        "examiner/mistake.py",
        "requirements.txt",
    ),
    *(
        f"grading/{name}.py"
        for name in ("choices", "codes", "examine", "exercise", "notebook", "reach")
    ),
    *(f"grading/{name}.py" for name in ("sandbox", "seccomp", "submission", "tasks", "watch")),
    *("grading/examining/hidden_rules/rotation.py", "grading/examining/hidden_rules/client.py"),
)


@dataclass(frozen=True)
class Check:
    """Hold a check as it stands in solutions/, with its hidden test."""

    name: str
    points: float
    source: str

    @property
    def number(self) -> str:
        """Return the number of its question or rule."""
        return self.name.removeprefix("check-")


@dataclass(frozen=True)
class Exercise:
    """Hold an assignment: plain data, so that it can travel to another machine.

    `cells` are those of the notebook as released, with their nbgrader metadata, and the checks'
    hidden tests in them.
    """

    name: str
    metadata: dict[str, Any]
    cells: tuple[dict[str, Any], ...]

    @property
    def checks(self) -> list[Check]:
        """Return its checks in order."""
        graded = [cell for cell in self.cells if nbgrader_metadata(cell).get("grade")]
        return [
            Check(cell["id"], nbgrader_metadata(cell)["points"], cell["source"]) for cell in graded
        ]

    @property
    def answers(self) -> dict[str, str]:
        """Return cell id → released source of the cells that students fill in."""
        return {
            cell["id"]: cell["source"]
            for cell in self.cells
            if nbgrader_metadata(cell).get("solution")
        }

    def content_digest(self) -> str:
        """Return what tells this version of the assignment from any other."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def digest(self) -> str:
        """Return what tells this version of the assignment and of the grader from any other."""
        return hashlib.sha256((self.content_digest() + version()).encode()).hexdigest()


def nbgrader_metadata(cell: dict[str, Any]) -> dict[str, Any]:
    """Return nbgrader's part of a cell's metadata; empty where it has none."""
    return cell["metadata"].get("nbgrader", {})


def read_exercise(root: Path, name: str) -> Exercise:
    """Return the assignment of solutions/`name`; raise GradingError where there is none."""
    from nbgrader.preprocessors import ClearSolutions  # takes two seconds: only who grades waits

    from grading.course import assignments, read_notebook, settings

    if name not in (known := assignments(root)):
        raise GradingError(f"There is no assignment {name}: choose {' or '.join(known)}.")
    notebook = read_notebook(root / "solutions" / name / f"{name}.ipynb")
    notebook.cells = [
        cell for cell in notebook.cells if "worked" not in cell.metadata.get("tags", [])
    ]
    notebook, _ = ClearSolutions(config=settings()).preprocess(notebook, {})
    return Exercise(name, dict(notebook.metadata), tuple(_plain(cell) for cell in notebook.cells))


@cache
def version() -> str:
    """Return a digest of all code that decides about marks."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(path for part in DECIDES for path in PACKAGES.glob(part)):
        digest.update(path.relative_to(PACKAGES).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _plain(cell: Any) -> dict[str, Any]:
    kept = ("id", "cell_type", "source", "metadata")
    return json.loads(json.dumps({name: cell[name] for name in kept}))

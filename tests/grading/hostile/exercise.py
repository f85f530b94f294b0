"""What the builders of hostile notebooks share: the exercise, its cells, and what they deserve.

A builder is given the exercise and its empty folder submitted/<student>/<assignment>. It returns
the bytes of the notebook, or None where it has filled the folder by itself. The reason for the
mark stands in its docstring. The questions bring 1, 1, 2, 2 and 3 points.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from grading.commands.demo import answer_key
from tests.exercises.solutions import solution

SCRIPT = "<script>document.title='left-behind'</script>"
PAGE = f"{SCRIPT}<img src=x onerror=alert(1)>[go](javascript:alert(1))<iframe srcdoc=y></iframe>"

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Exercise:
    """Hold a released exercise of a course, the key to its questions, and a folder of the host."""

    course: Path
    name: str
    host: Path

    def released(self) -> Notebook:
        """Return the notebook as students get it."""
        path = self.course / f"exercises/{self.name}/{self.name}.ipynb"
        return json.loads(path.read_text(encoding="utf-8"))

    def right(self) -> Notebook:
        """Return it with every answer right, for full marks."""
        notebook = self.released()
        if self.name == "rotation":
            sample = solution("rotation", "right/lock_free_pop")
            cell(notebook, "answer-rotation")["source"] = sample
        for number, letter in self.key().items():
            found = cell(notebook, f"answer-{number}")
            found["source"] = "".join(found["source"]).replace('= ""', f'= "{letter}"')
        return notebook

    def key(self) -> dict[int, str]:
        """Return question → letter; nothing for an exercise of code."""
        path = self.course / f"solutions/{self.name}/{self.name}.ipynb"
        return answer_key(nbformat.read(path, as_version=4))


Builder = Callable[[Exercise, Path], bytes | None]


@dataclass(frozen=True)
class Sample:
    """Hold one builder and what its submission deserves."""

    name: str
    assignment: str
    build: Builder
    deserved: str


SAMPLES: dict[str, Sample] = {}


def deserves(words: str, of: str = "practice") -> Callable[[Builder], Builder]:
    """Register a builder, with what its submission gets, such as "all or ungraded"."""

    def register(build: Builder) -> Builder:
        assert build.__name__ not in SAMPLES
        SAMPLES[build.__name__] = Sample(build.__name__, of, build, words)
        return build

    return register


def cell(notebook: Notebook, name: str) -> dict[str, Any]:
    """Return the cell with this id."""
    return next(found for found in notebook["cells"] if found.get("id") == name)


def checks(notebook: Notebook) -> list[dict[str, Any]]:
    """Return the cells that bring points."""
    return [found for found in notebook["cells"] if marks(found).get("grade")]


def marks(found: dict[str, Any]) -> dict[str, Any]:
    """Return what nbgrader has written into a cell."""
    return found["metadata"].get("nbgrader", {})


def code(source: str, name: str) -> dict[str, Any]:
    """Return a cell of the student's own."""
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }


def dumped(notebook: Any) -> bytes:
    """Return a notebook as a file's content."""
    return json.dumps(notebook).encode()

"""Notebooks whose cells, ids, metadata or format are not what they were."""

import copy
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.grading.hostile.exercise import (
    PAGE,
    SCRIPT,
    Builder,
    Exercise,
    cell,
    checks,
    code,
    deserves,
    dumped,
    marks,
)


@deserves("all")
def cells_copied(exercise: Exercise, folder: Path) -> bytes:
    """Every cell twice, with the same letters: what is meant is clear."""
    notebook = exercise.right()
    notebook["cells"] += copy.deepcopy(notebook["cells"])
    return dumped(notebook)


@deserves("all")
def cells_copied_under_new_ids(exercise: Exercise, folder: Path) -> bytes:
    """As JupyterLab copies cells: nbgrader's metadata stay, the id is new."""
    notebook = exercise.right()
    copies = copy.deepcopy(notebook["cells"])
    for number, found in enumerate(copies):
        found["id"] = f"copy-{number}"
    notebook["cells"] += copies
    return dumped(notebook)


@deserves("ungraded")
def two_letters(exercise: Exercise, folder: Path) -> bytes:
    """Two cells with one id and different letters: only the student can say which is meant."""
    notebook = exercise.right()
    other = copy.deepcopy(cell(notebook, "answer-1"))
    other["source"] = 'answer_1 = "A"'
    notebook["cells"].append(other)
    return dumped(notebook)


@deserves("all but 1")
def answer_deleted(exercise: Exercise, folder: Path) -> bytes:
    """The first answer is gone, the others are right."""
    notebook = exercise.right()
    notebook["cells"].remove(cell(notebook, "answer-1"))
    return dumped(notebook)


@deserves("all but 1 to all")
def answer_in_a_cell_of_its_own(exercise: Exercise, folder: Path) -> bytes:
    """The answer cell stays blank and the letter stands below: the exercise asks for the cell."""
    notebook = exercise.right()
    cell(notebook, "answer-1")["source"] = 'answer_1 = ""'
    place = notebook["cells"].index(cell(notebook, "check-1"))
    notebook["cells"].insert(place, code('answer_1 = "D"', "mine"))
    return dumped(notebook)


@deserves("all but 1 to all")
def answer_in_the_place_of_the_deleted(exercise: Exercise, folder: Path) -> bytes:
    """The answer cell was deleted and written anew, without id and marks."""
    notebook = exercise.right()
    place = notebook["cells"].index(cell(notebook, "answer-1"))
    notebook["cells"][place] = code('answer_1 = "D"', "mine")
    return dumped(notebook)


@deserves("all but 1 to all")
def answer_as_markdown(exercise: Exercise, folder: Path) -> bytes:
    """The answer's cell has become a text, which sets nothing; what is meant is clear."""
    notebook = exercise.right()
    found = cell(notebook, "answer-1")
    found["cell_type"] = "markdown"
    for name in ["outputs", "execution_count"]:
        found.pop(name)
    return dumped(notebook)


@deserves("all but 1 to all or ungraded")
def answer_as_raw(exercise: Exercise, folder: Path) -> bytes:
    """A raw cell is not run, and still has the id."""
    notebook = exercise.right()
    cell(notebook, "answer-1")["cell_type"] = "raw"
    return dumped(notebook)


@deserves("all or ungraded")
def ids_gone(exercise: Exercise, folder: Path) -> bytes:
    """As after a trip through an old editor: grade_id still says what is what."""
    notebook = exercise.right()
    for found in notebook["cells"]:
        found.pop("id")
    return dumped(notebook)


@deserves("all")
def marks_gone(exercise: Exercise, folder: Path) -> bytes:
    """As after a trip through Colab: the ids still say what is what."""
    notebook = exercise.right()
    for found in notebook["cells"]:
        found["metadata"] = {}
    return dumped(notebook)


@deserves("all or ungraded")
def ids_and_marks_gone(exercise: Exercise, folder: Path) -> bytes:
    """Only the names of the variables say what is what."""
    notebook = exercise.right()
    for found in notebook["cells"]:
        found.pop("id")
        found["metadata"] = {}
    return dumped(notebook)


@deserves("all or ungraded")
def ids_numbered(exercise: Exercise, folder: Path) -> bytes:
    """Ids that are no text, too long, or have forbidden characters, where no mark hangs on them."""
    notebook = exercise.right()
    odd = [5, None, "y" * 10_000, "../../x", SCRIPT, ["a"], {}, "", "\0"]
    texts = [found for found in notebook["cells"] if found["cell_type"] == "markdown"]
    for found, name in zip(texts, odd, strict=False):
        found["id"] = name
    return dumped(notebook)


@deserves("all or ungraded")
def format_3(exercise: Exercise, folder: Path) -> bytes:
    """A notebook of 2014: cells in a worksheet, source as input."""
    notebook = exercise.right()
    cells = [
        {"cell_type": "code", "language": "python", "input": found["source"], "outputs": []}
        | {"metadata": found["metadata"], "collapsed": False, "prompt_number": None}
        if found["cell_type"] == "code"
        else {"cell_type": "markdown", "metadata": {}, "source": found["source"]}
        for found in notebook["cells"]
    ]
    sheet = {"cells": cells, "metadata": {}}
    return dumped({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [sheet]})


def numbered(major: Any, minor: Any) -> Builder:
    """Return a builder for all answers right in a notebook of that format."""

    def build(exercise: Exercise, folder: Path) -> bytes:
        return dumped({**exercise.right(), "nbformat": major, "nbformat_minor": minor})

    return build


# A later minor format is to be read, by nbformat's own rule; of others the meaning may be open.
FORMATS = {
    "4_0": (4, 0, "all"),
    "4_99": (4, 99, "all"),
    "5_0": (5, 0, "all or ungraded"),
    "2_0": (2, 0, "all or ungraded"),
    "none": (None, None, "all or ungraded"),
    "text": ("4", "5", "all or ungraded"),
    "huge": (10**30, -1, "all or ungraded"),
}
for _name, (_major, _minor, _words) in FORMATS.items():
    _build = numbered(_major, _minor)
    _build.__name__ = f"format_{_name}"
    deserves(_words)(_build)


def with_schema(version: Any) -> Builder:
    """Return a builder for all answers right, under nbgrader metadata of that version."""

    def build(exercise: Exercise, folder: Path) -> bytes:
        notebook = exercise.right()
        for found in notebook["cells"]:
            if marks(found):
                marks(found)["schema_version"] = version
        return dumped(notebook)

    return build


# Stock nbgrader gives up the whole class over one of these; the answers are there to be read.
for _name, _version in {"old": 1, "new": 99, "text": "3", "none": None, "list": [3]}.items():
    _build = with_schema(_version)
    _build.__name__ = f"schema_{_name}"
    deserves("all")(_build)


@deserves("all")
def marks_of_wrong_types(exercise: Exercise, folder: Path) -> bytes:
    """nbgrader's metadata are a text, a list, a number: the ids say what is what."""
    notebook = exercise.right()
    for found, odd in zip(checks(notebook), cycle(["y", [1], 5, True, {"grade": "yes"}])):
        found["metadata"]["nbgrader"] = odd
    return dumped(notebook)


@deserves("all or ungraded")
def metadata_of_wrong_types(exercise: Exercise, folder: Path) -> bytes:
    """Metadata that are no object make it no notebook; the answers are there all the same."""
    notebook = exercise.right()
    for found, odd in zip(notebook["cells"], [None, [], "y", 5, True], strict=False):
        found["metadata"] = odd
    return dumped({**notebook, "metadata": [1, 2]})


@deserves("all")
def kernel_of_another_language(exercise: Exercise, folder: Path) -> bytes:
    """Nothing is run, so the kernel does not matter."""
    notebook = exercise.right()
    notebook["metadata"] = {
        "kernelspec": {"name": "ir", "language": "R", "display_name": "R"},
        "language_info": {"name": "R", "file_extension": "/../../x", "pygments_lexer": "no-such"},
    }
    return dumped(notebook)


@deserves("all")
def kernel_that_is_a_command(exercise: Exercise, folder: Path) -> bytes:
    """A kernel name that would be a path, and exporters that nbconvert might look up."""
    notebook = exercise.right()
    notebook["metadata"] = {
        "kernelspec": {"name": "../../bash; echo left-behind", "display_name": SCRIPT},
        "title": PAGE,
        "authors": [{"name": PAGE}],
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"y": PAGE}}},
        "celltoolbar": "Create Assignment",
    }
    return dumped(notebook)

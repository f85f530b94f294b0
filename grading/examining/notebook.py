"""The graded notebook, as nbgrader's formgrader and feedback read it.

Everything in it is the instructor's but the answers and the student's own cells, and those are
shown as text: nothing of them is rendered, so nothing of them can act in the reader's browser.
"""

import copy
import json
import re
from typing import Any

from grading.examining.exercise import Exercise
from grading.examining.release import NAMESPACE, nbgrader_metadata
from grading.examining.result import Mark, Result
from grading.submission import Cell

OWN = "own-"  # with a number, the id of a cell that is the student's own
MAX_OWN_CELLS = 100
MAX_OWN_CHARACTERS = 50_000
MAX_ANSWER_CHARACTERS = 50_000
MAX_LINE = 300


def graded_notebook(exercise: Exercise, cells: list[Cell], result: Result) -> str:
    """Return the notebook as JSON: answers filled in, each check with its verdict."""
    found = {mark.check: mark for mark in result.marks}
    own = _own_cells(exercise, cells, result)
    notebook = {
        "cells": [
            shown
            for cell in exercise.cells
            for shown in (_shown(cell, result, found), *own.get(cell["id"], []))
        ],
        "metadata": {"kernelspec": exercise.metadata.get("kernelspec", {})},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1) + "\n"


def _shown(cell: dict[str, Any], result: Result, found: dict[str, Mark]) -> dict[str, Any]:
    shown, name = copy.deepcopy(cell), cell["id"]
    if nbgrader_metadata(cell).get("solution"):
        shown["source"] = _cut(result.answers.get(name, cell["source"]), MAX_ANSWER_CHARACTERS)
    if name in found and found[name].section:
        shown["metadata"][NAMESPACE] = {"section": found[name].section}
    if cell["cell_type"] == "code":
        told = [*result.notes.get(name, ())]
        told += result.to_read if name in result.answers else ()
        outputs = [_printed("\n".join(told))] if told else []
        outputs += [_output(found[name])] if name in found else []
        shown |= {"execution_count": None, "outputs": outputs}
    return shown


def _printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": f"{text}\n"}


def _output(mark: Mark) -> dict[str, Any]:
    if mark.score == mark.points:
        return _printed(mark.message)
    return {
        "output_type": "error",
        "ename": "Mistake",
        "evalue": mark.message,
        "traceback": [mark.message],
    }


def _own_cells(
    exercise: Exercise, cells: list[Cell], result: Result
) -> dict[str, list[dict[str, Any]]]:
    """Return the student's own cells behind the id of the cell that they stood behind."""
    known = {cell["source"] for cell in exercise.cells} | set(result.answers.values())
    behind = exercise.cells[0]["id"]
    ids = {cell["id"] for cell in exercise.cells}
    own: dict[str, list[dict[str, Any]]] = {}
    left, count = MAX_OWN_CHARACTERS, 0
    for cell in cells:
        if cell.ids[0] in ids:
            behind = cell.ids[0]
        elif cell.source.strip() and cell.source not in known and count < MAX_OWN_CELLS:
            count += 1
            own.setdefault(behind, []).append(_as_text(cell, f"{OWN}{count}", left))
            left -= min(left, len(cell.source))
    return own


def _cut(source: str, most: int) -> str:
    """Return a source that can be coloured and read: a line of a million signs takes minutes."""
    kept = source[:most] + "\n…" * (len(source) > most)
    lines = [line[:MAX_LINE] + "…" * (len(line) > MAX_LINE) for line in kept.split("\n")]
    return "\n".join(lines)


def _as_text(cell: Cell, name: str, left: int) -> dict[str, Any]:
    source = _cut(cell.source, left)
    plain = {"id": name, "metadata": {}}
    if cell.kind == "code":
        code = {"cell_type": "code", "execution_count": None, "outputs": []}
        return plain | code | {"source": source}
    longest = max(map(len, re.findall("`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    return plain | {"cell_type": "markdown", "source": f"{fence}text\n{source}\n{fence}"}

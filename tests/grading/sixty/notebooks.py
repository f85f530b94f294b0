"""The notebooks that the sixty hand in: a right one of the practice, and what becomes of it."""

import copy
import io
import json
import zipfile
from functools import cache

from tests.conftest import REPOSITORY


@cache
def _released(name: str) -> str:
    return (REPOSITORY / f"exercises/{name}/{name}.ipynb").read_text(encoding="utf-8")


@cache
def content(shape: str, answers: str) -> bytes:
    """Return the bytes of a notebook of this shape, with these letters; - is a blank."""
    notebook = json.loads(_released("rotation" if shape == "rotation" else "practice"))
    for number, letter in enumerate(answers, start=1):
        _cell(notebook, number)["source"] = _answer(number, letter)
    made = SHAPES.get(shape, _bytes)(notebook)
    return made if isinstance(made, bytes) else _bytes(made)


def _answer(number: int, letter: str) -> str:
    return f'answer_{number} = "{letter.strip("-")}"  # A, B, C or D\n'


def _cell(notebook: dict, number: int) -> dict:
    name = f"answer-{number}"
    return next((cell for cell in notebook["cells"] if cell["id"] == name), {})


def _answers(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["id"].startswith("answer-")]


def _bytes(notebook: dict) -> bytes:
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


def _magics(notebook: dict) -> dict:
    heads = ["%%time\n", "%pip install flask\n", "!ls\n", "?print\n", "%autoreload 2\n"]
    for head, cell in zip(heads, _answers(notebook), strict=True):
        cell["source"] = head + cell["source"]
    return notebook


def _glued(notebook: dict) -> dict:
    """Two copies on one line, as after a conflict of a sync."""
    for cell in _answers(notebook):
        line = cell["source"].partition("  #")[0]
        cell["source"] = line + line
    return notebook


def _appended(notebook: dict) -> dict:
    """The released code cells once more at the end, under new ids and without marks."""
    code = [cell for cell in json.loads(_released("practice"))["cells"] if "outputs" in cell]
    for at, cell in enumerate(code):
        notebook["cells"].append(cell | {"id": f"copy-{at}", "metadata": {}})
    return notebook


def _without_ids(notebook: dict) -> dict:
    for cell in notebook["cells"]:
        cell["id"], cell["metadata"] = f"x{len(json.dumps(cell))}", {}
    return notebook


def _nbformat3(notebook: dict) -> dict:
    cells = copy.deepcopy(notebook["cells"])
    for cell in cells:
        del cell["id"]
        if cell["cell_type"] == "code":
            cell |= {"input": cell.pop("source"), "language": "python", "prompt_number": 1}
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}


def _disagreeing(notebook: dict) -> dict:
    notebook["cells"].append(_cell(notebook, 1) | {"source": 'answer_1 = "C"'})
    return notebook


def _conflict(notebook: dict) -> bytes:
    lines = _bytes(notebook).decode().split("\n")
    at = next(number for number, line in enumerate(lines) if "answer_1 =" in line)
    lines[at:at] = ["<<<<<<< HEAD", lines[at], "=======", lines[at], ">>>>>>> theirs"]
    return "\n".join(lines).encode()


def _packed(notebook: dict) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("practice.ipynb"), _bytes(notebook))
    return packed.getvalue()


SHAPES = {
    "magics": _magics,
    "glued": _glued,
    "appended": _appended,
    "without_ids": _without_ids,
    "nbformat3": _nbformat3,
    "disagreeing": _disagreeing,
    "conflict": _conflict,
    "packed": _packed,
    "bom": lambda notebook: b"\xef\xbb\xbf" + _bytes(notebook),
    "cut": lambda notebook: _bytes(notebook)[:2000],
    "empty": lambda notebook: b"",
    "data": lambda notebook: b'{"marks": [1, 2, 3]}',
    "paper": lambda notebook: b"%PDF-1.7\n",
}

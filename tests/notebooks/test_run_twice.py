"""A learner runs cells again: each lesson goes top to bottom twice in one kernel.

It does so in the student bundle, which has no server/rotation.py: no lesson may need that. What the
cells of its predictions show then decides between the choices.
"""

import copy
import os
import re
import tomllib
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from lesson.predictions.questions import read_questions
from lesson.widgets.stored import WithoutWidgets

NOTEBOOKS = sorted(Path(__file__).parents[2].glob("notebooks/*.ipynb"))
WHERE = new_code_cell("import server; print(server.__file__)")
UNCHOSEN = "No letter was chosen, so none is kept. Here is what happens. "
OUTCOMES = {
    f"{lesson}.{cell}": shown
    for lesson, cells in tomllib.loads(
        Path(__file__).with_name("outcomes.toml").read_text(encoding="utf-8")
    ).items()
    for cell, shown in cells.items()
}


def results(cells) -> list[tuple[str, list]]:
    """Return what each code cell printed or returned, without counters and widgets' numbers."""
    found = []
    for cell in cells:
        WithoutWidgets().preprocess_cell(cell, {}, 0)
        outputs = [output.get("text") or output.get("data") for output in cell.get("outputs", [])]
        if cell.cell_type == "code":
            found.append((cell.id, outputs))
    return found


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.name)
def cells(request, unpacked) -> list:
    """All cells of a notebook after it has run twice, and one that says where the server is."""
    notebook = nbformat.read(unpacked / "notebooks" / request.param.name, as_version=4)
    notebook.cells += [*copy.deepcopy(notebook.cells), WHERE]
    where = {"metadata": {"path": unpacked / "notebooks"}}
    # What a cell prints may arrive in one piece or in several.
    client = NotebookClient(notebook, timeout=60, resources=where, coalesce_streams=True)
    client.execute(env=os.environ | {"PYTHONPATH": str(unpacked)})
    return notebook.cells


def test_does_the_second_run_in_the_bundle_show_what_the_first_did(cells, unpacked):
    *lesson, asked = cells
    count = len(lesson) // 2
    assert results(lesson[:count]) == results(lesson[count:])
    assert any(outputs for _, outputs in results(lesson[:count]))
    assert asked.outputs[0].text.strip() == str(unpacked / "server/__init__.py")


def shown(cell) -> str:
    """Return on one line what the cell of a prediction shows."""
    texts = [output.get("text") or output.data["text/plain"] for output in cell.outputs]
    return " ".join(" ".join(texts).split()).removeprefix(UNCHOSEN)


def test_does_the_outcome_of_each_prediction_decide_between_its_choices(cells):
    for cell in cells[: len(cells) // 2]:
        if "predict" in cell.metadata.get("tags", []):
            [name] = re.findall(r'^predict\("([\w.-]+)"', cell.source)
            came, expected = shown(cell), dict(OUTCOMES[name])
            assert re.search(expected.pop("shows"), came), (name, came)
            assert [x for x, text in expected.items() if re.search(text, came)] == [], (name, came)


def test_has_every_wrong_choice_an_outcome_that_would_speak_for_it():
    wrong = {name: {*q.choices} - {q.right} for name, q in read_questions().items()}
    assert {name: {*shown} - {"shows"} for name, shown in OUTCOMES.items()} == wrong

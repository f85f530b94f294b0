"""A learner runs cells again: each lesson goes top to bottom twice in one kernel.

It does so in the student bundle, which has no server/rotation.py: no lesson may need that.
"""

import copy
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from lesson.widgets.stored import WithoutWidgets

LESSONS = sorted(Path(__file__).parents[2].glob("notebooks/*.ipynb"))
WHERE = new_code_cell("import server; print(server.__file__)")


def results(cells) -> list[tuple[str, list]]:
    """Return what each code cell printed or returned, without counters and widgets' numbers."""
    found = []
    for cell in cells:
        WithoutWidgets().preprocess_cell(cell, {}, 0)
        outputs = [output.get("text") or output.get("data") for output in cell.get("outputs", [])]
        if cell.cell_type == "code":
            found.append((cell.id, outputs))
    return found


@pytest.mark.parametrize("name", [path.name for path in LESSONS])
def test_does_the_second_run_in_the_bundle_show_what_the_first_did(name, unpacked):
    notebook = nbformat.read(unpacked / "notebooks" / name, as_version=4)
    count = len(notebook.cells)
    notebook.cells += [*copy.deepcopy(notebook.cells), WHERE]
    where = {"metadata": {"path": unpacked / "notebooks"}}
    # What a cell prints may arrive in one piece or in several.
    client = NotebookClient(notebook, timeout=60, resources=where, coalesce_streams=True)
    client.execute(env=os.environ | {"PYTHONPATH": str(unpacked)})
    *lesson, asked = notebook.cells
    assert results(lesson[:count]) == results(lesson[count:])
    assert any(outputs for _, outputs in results(lesson[:count]))
    assert asked.outputs[0].text.strip() == str(unpacked / "server/__init__.py")

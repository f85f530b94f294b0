"""A learner runs cells again: each lesson goes top to bottom twice in one kernel."""

import copy
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from lesson.widgets.stored import WithoutWidgets

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"


def results(cells) -> list[tuple[str, list]]:
    """Return what each code cell printed or returned, without counters and widgets' numbers."""
    found = []
    for cell in cells:
        WithoutWidgets().preprocess_cell(cell, {}, 0)
        outputs = [output.get("text") or output.get("data") for output in cell.get("outputs", [])]
        if cell.cell_type == "code":
            found.append((cell.id, outputs))
    return found


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_does_the_second_run_show_what_the_first_did(path):
    notebook = nbformat.read(path, as_version=4)
    count = len(notebook.cells)
    notebook.cells += copy.deepcopy(notebook.cells)
    where = {"metadata": {"path": NOTEBOOKS}}
    # What a cell prints may arrive in one piece or in several.
    NotebookClient(notebook, timeout=60, resources=where, coalesce_streams=True).execute()
    assert results(notebook.cells[:count]) == results(notebook.cells[count:])
    assert any(outputs for _, outputs in results(notebook.cells[:count]))

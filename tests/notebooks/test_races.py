"""What the lesson on races says can go wrong, tried in the lesson itself."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
UNASKED = """
def unasked():
    refresh_tokens.swap(text_member("token"), "new")
    return "ok"


len(overtake(unasked, store=Rows).faults)
"""


def test_does_a_view_that_does_not_ask_the_statement_serve_both():
    notebook = nbformat.read(NOTEBOOKS / "09_races.ipynb", as_version=4)
    notebook.cells.append(new_code_cell(UNASKED))
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": NOTEBOOKS}}).execute()
    assert notebook.cells[-1].outputs[-1].data["text/plain"] == "5"

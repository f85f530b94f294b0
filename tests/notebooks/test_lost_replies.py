"""What the lesson on lost replies says of its grace windows, tried in the lesson itself."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
BEGIN = "restart({store}(), {view})\nhands['Mallory'] = hands['Tab 1']\n"
SAID = {
    "a second tab ends the session": (
        "Families",
        "rotate",
        "[refresh(who) for who in ('Tab 1', 'Tab 2', 'Tab 1')]",
        "[200, 403, 403]",
    ),
    "the window closes after thirty seconds": (
        "Grace",
        "gracious",
        "[refresh('Tab 1'), course.clock.advance(seconds=30), refresh('Tab 2'), refresh('Tab 1')]",
        "[200, None, 403, 403]",
    ),
    "the window counts from the first use": (
        "Grace",
        "gracious",
        "first = hands['Tab 1']\nfound = []\nfor _ in range(3):\n    hands['Tab 1'] = first\n"
        "    found.append(refresh('Tab 1'))\n    course.clock.advance(seconds=20)\nfound",
        "[200, 200, 403]",
    ),
    "it forgives any ancestor": (
        "Grace",
        "gracious",
        "[refresh('Tab 1'), refresh('Tab 1'), refresh('Mallory')]",
        "[200, 200, 200]",
    ),
    "the careful one forgives the parent": (
        "Careful",
        "gracious",
        "[refresh('Tab 1'), refresh('Tab 2')]",
        "[200, 200]",
    ),
    "the careful one forgives no grandparent": (
        "Careful",
        "gracious",
        "[refresh('Tab 1'), refresh('Tab 1'), refresh('Mallory'), refresh('Tab 1')]",
        "[200, 200, 403, 403]",
    ),
    "the store has no successor to hand out again": (
        "Families",
        "rotate",
        "refresh('Tab 1'), sorted(vars(course.refresh_tokens.nodes[-1]))",
        "(200, ['family', 'name', 'parent', 'state', 'user'])",
    ),
    "the tunnel delivers the request": (
        "Families",
        "rotate",
        "with expect(httpx.ReadError):\n    refresh_in_tunnel('Tab 1')\n"
        "len(course.refresh_tokens.nodes)",
        "2",
    ),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    """Each of the above, after the lesson has run from top to bottom."""
    notebook = nbformat.read(NOTEBOOKS / "10_lost_replies.ipynb", as_version=4)
    asked = [BEGIN.format(store=s, view=v) + code for s, v, code, _ in SAID.values()]
    notebook.cells += [new_code_cell(source) for source in asked]
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": NOTEBOOKS}}).execute()
    outputs = [cell.outputs[-1].data["text/plain"] for cell in notebook.cells[-len(asked) :]]
    return dict(zip(SAID, outputs, strict=True))


@pytest.mark.parametrize("sentence", SAID)
def test_is_it_true_that(answers, sentence):
    assert answers[sentence] == SAID[sentence][3]

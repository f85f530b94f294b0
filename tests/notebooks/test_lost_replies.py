"""What the lesson on lost replies says of its grace windows, tried in the lesson itself."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
BEGIN = "{begin}\nhands['Mallory'] = hands['Tab 2'] = hands['Alice']\n"
NO_WINDOW, BY_TIME, CAREFUL = "no window", "the lesson's window", "the solution's window"
SAID = {
    "a second tab ends the session": (
        NO_WINDOW,
        "[refresh(who) for who in ('Alice', 'Tab 2', 'Alice')]",
        "[200, 403, 403]",
    ),
    "the window closes after thirty seconds": (
        BY_TIME,
        "[refresh('Alice'), course.clock.advance(seconds=30), refresh('Tab 2'), refresh('Alice')]",
        "[200, None, 403, 403]",
    ),
    "the window counts from the first use": (
        BY_TIME,
        "first = hands['Alice']\nfound = []\nfor _ in range(3):\n    hands['Alice'] = first\n"
        "    found.append(refresh('Alice'))\n    course.clock.advance(seconds=20)\nfound",
        "[200, 200, 403]",
    ),
    "it forgives any ancestor": (
        BY_TIME,
        "[refresh('Alice'), refresh('Alice'), refresh('Mallory')]",
        "[200, 200, 200]",
    ),
    "no forged token gets through the window": (
        BY_TIME,
        "from lesson.scenarios import tamper\nhands['Mallory'] = tamper(hands['Alice'])\n"
        "[refresh('Alice'), refresh('Mallory'), refresh('Alice')]",
        "[200, 403, 200]",
    ),
    "the careful one forgives the parent": (
        CAREFUL,
        "[refresh('Alice'), refresh('Tab 2')]",
        "[200, 200]",
    ),
    "the careful one forgives no grandparent": (
        CAREFUL,
        "[refresh('Alice'), refresh('Alice'), refresh('Mallory'), refresh('Alice')]",
        "[200, 200, 403, 403]",
    ),
    "the careful one forgives nobody after a log-out": (
        CAREFUL,
        "refresh('Alice')\nnow = {'token': hands['Alice']}\n"
        "course.client.request('DELETE', '/logout', json=now)\nrefresh('Mallory')",
        "403",
    ),
    "the store has no successor to hand out again": (
        NO_WINDOW,
        "refresh('Alice'), sorted(vars(course.refresh_tokens.nodes[-1]))",
        "(200, ['family', 'name', 'parent', 'state', 'user'])",
    ),
    "the tunnel delivers the request": (
        NO_WINDOW,
        "with expect(httpx.ReadError):\n    refresh_in_tunnel('Alice')\n"
        "len(course.refresh_tokens.nodes)",
        "2",
    ),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    """Each of the above, after the lesson has run from top to bottom."""
    notebook = nbformat.read(NOTEBOOKS / "10_lost_replies.ipynb", as_version=4)
    texts = {cell.id: cell.source for cell in notebook.cells}
    [solution] = re.findall(r"```python\n(.*?)```", texts["solution-forgives"], re.DOTALL)
    begin = {
        NO_WINDOW: "restart(rotate)",
        BY_TIME: f"{texts['grace-store']}\n\nbegin()",
        CAREFUL: f"{solution}\n\nbegin()",
    }
    asked = [BEGIN.format(begin=begin[window]) + code for window, code, _ in SAID.values()]
    notebook.cells += [new_code_cell(source) for source in asked]
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": NOTEBOOKS}}).execute()
    outputs = [cell.outputs[-1].data["text/plain"] for cell in notebook.cells[-len(asked) :]]
    return dict(zip(SAID, outputs, strict=True))


@pytest.mark.parametrize("sentence", SAID)
def test_is_it_true_that(answers, sentence):
    assert answers[sentence] == SAID[sentence][2]

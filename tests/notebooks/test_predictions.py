"""In a notebook the verdict on a choice stands under what the cell shows."""

import os

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

BEGIN = "from lesson import predict\n"
CELLS = {
    "chosen": 'predict("why.first", "B", sure=3)\n\n"what happened"',
    "again": 'predict("why.first", "A")\n\n"what happened"',
    "unchosen": 'predict("why.first", "")\n\n"what happened"',
    "a later cell": '"nothing chosen here"',
    "an error": 'predict("why.stop", "A")\n\n1 / 0',
    "a slip": 'predict("why.stop", "X")\n\n"what happened"',
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> dict[str, list[str]]:
    """Return cell → what it shows, an output after the other."""
    notebook = new_notebook(cells=[new_code_cell(BEGIN + source) for source in CELLS.values()])
    own = os.environ | {"XDG_DATA_HOME": str(tmp_path_factory.mktemp("own"))}
    NotebookClient(notebook, timeout=60, allow_errors=True).execute(env=own)
    return {
        name: [text(output) for output in cell.outputs]
        for name, cell in zip(CELLS, notebook.cells, strict=True)
    }


def text(output) -> str:
    if output.output_type == "error":
        return "\n".join(output.traceback)
    return " ".join((output.get("text") or output.data["text/plain"]).split())


def test_is_a_choice_kept_before_the_outcome_and_judged_after_it(shown):
    kept, outcome, verdict = shown["chosen"]
    assert kept.startswith("Your choices are kept in ")
    assert outcome == "'what happened'"
    assert verdict.startswith("You chose B, and A is right. ")


def test_is_a_second_choice_judged_and_the_first_one_kept(shown):
    kept, _, verdict = shown["again"]
    assert kept == "You chose B first, and that choice stays the one that is kept."
    assert verdict.startswith("A is right. ")


def test_does_a_cell_run_without_a_letter(shown):
    assert len(shown["unchosen"]) == 2
    assert shown["unchosen"][1] == "'what happened'"


def test_is_a_later_cell_left_alone(shown):
    assert shown["a later cell"] == ["'nothing chosen here'"]


def test_is_nothing_said_of_a_choice_whose_cell_failed(shown):
    *_, error, verdict = shown["an error"]
    assert "ZeroDivisionError" in error
    assert verdict.startswith("The cell ended in an error, so nothing is said of your choice")


def test_does_a_slip_stop_the_cell_with_one_sentence(shown):
    [told] = shown["a slip"]
    assert told.startswith("'X' is no choice here: put A, B or C between the quotes")
    assert "Traceback" not in told

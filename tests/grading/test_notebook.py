"""The graded notebook is the instructor's, with what the student wrote shown in it as text."""

import json

import nbformat
import pytest

from grading.examining.assignment import read_exercise
from grading.examining.notebook import (
    MAX_ANSWER_CHARACTERS,
    MAX_LINE,
    MAX_OWN_CELLS,
    MAX_OWN_CHARACTERS,
    graded_notebook,
)
from grading.examining.result import Mark, Result
from grading.submission import Cell


@pytest.fixture(scope="module")
def exercise(repository):
    return read_exercise(repository, "practice")


@pytest.fixture
def graded(exercise):
    """Return the graded notebook of these cells and answers, checked, as id → cell in order."""

    def graded(cells=(), answers=None, score=0):
        marks = [
            Mark(check.name, check.points, score and check.points, f"Said of {check.name}.")
            for check in exercise.checks
        ]
        text = graded_notebook(exercise, list(cells), Result(tuple(marks), answers or {}))
        nbformat.validate(nbformat.reads(text, as_version=4))
        return {cell["id"]: cell for cell in json.loads(text)["cells"]}

    return graded


def own(shown: dict) -> list[dict]:
    return [cell for name, cell in shown.items() if name.startswith("own-")]


def test_are_all_cells_the_instructors_whatever_came(graded, exercise):
    forged = [
        Cell("code", "answer_1 = 'A'; 100", (cell["id"], None)) for cell in reversed(exercise.cells)
    ]
    shown = graded(forged)
    assert list(shown) == [cell["id"] for cell in exercise.cells]
    for cell in exercise.cells:
        assert shown[cell["id"]]["source"] == cell["source"]
        assert shown[cell["id"]]["metadata"] == cell["metadata"]
        assert shown[cell["id"]]["cell_type"] == cell["cell_type"]


def test_are_answers_filled_in_and_nothing_else(graded, exercise):
    shown = graded(answers={"answer-1": "mine", "check-1": "100", "question-1": "forged"})
    changed = {
        cell["id"] for cell in exercise.cells if shown[cell["id"]]["source"] != cell["source"]
    }
    assert changed == {"answer-1"}
    assert shown["answer-1"]["source"] == "mine"


def test_does_each_check_carry_its_verdict(graded, exercise):
    for check in exercise.checks:
        [output] = graded()[check.name]["outputs"]
        assert output["output_type"] == "error"
        assert output["evalue"] == f"Said of {check.name}."
        assert output["traceback"] == [output["evalue"]]
        [output] = graded(score=1)[check.name]["outputs"]
        assert (output["output_type"], output["text"]) == ("stream", f"Said of {check.name}.\n")
    assert graded()["answer-1"]["outputs"] == []


def test_is_nothing_but_the_kernel_taken_from_any_metadata(exercise):
    text = graded_notebook(exercise, [], Result((), {}))
    assert set(json.loads(text)["metadata"]) == {"kernelspec"}


def test_do_own_cells_stand_where_they_stood(graded):
    shown = list(
        graded(
            [
                Cell("code", "first"),
                Cell("code", "x", ("answer-2", None)),
                Cell("code", "mine", ("of-my-own", "check-1")),
                Cell("markdown", "words"),
                Cell("code", "y", ("check-3", None)),
                Cell("raw", "last"),
            ]
        )
    )
    assert shown[1] == "own-1"
    at = shown.index("answer-2")
    assert shown[at : at + 3] == ["answer-2", "own-2", "own-3"]
    assert shown[shown.index("check-3") + 1] == "own-4"


def test_is_what_is_known_or_blank_not_shown_again(graded, exercise):
    known = [Cell("code", cell["source"]) for cell in exercise.cells]
    given = [*known, Cell("code", " \n"), Cell("code", "mine", ("x", None))]
    assert own(graded(given, {"answer-1": "mine"})) == []


def test_is_code_of_the_students_own_shown_with_nothing_to_run(graded):
    [cell] = own(graded([Cell("code", "1 / 0", ("x", "check-1"))]))
    assert cell["cell_type"] == "code"
    assert (cell["metadata"], cell["outputs"], cell["execution_count"]) == ({}, [], None)


@pytest.mark.parametrize("kind", ["markdown", "raw", "heading", "<script>"])
@pytest.mark.parametrize("text", ["<b>x</b>", "```\n<script>\n```", "a ``````` b\n~~~", "`"])
def test_is_text_fenced_off_whatever_is_in_it(graded, kind, text):
    [cell] = own(graded([Cell(kind, text)]))
    first, *inner, last = cell["source"].split("\n")
    assert cell["cell_type"] == "markdown"
    assert (first, "\n".join(inner)) == (f"{last}text", text)
    assert set(last) == {"`"}
    assert len(last) >= 3
    assert last not in text


@pytest.mark.parametrize(("kind", "around"), [("code", 0), ("markdown", len("```text\n\n```"))])
def test_is_a_long_line_cut(graded, kind, around):
    [cell] = own(graded([Cell(kind, "a" * 10_000)]))
    assert len(cell["source"]) == MAX_LINE + 1 + around
    assert "…" in cell["source"]
    [cell] = own(graded([Cell(kind, "a" * MAX_LINE)]))
    assert "…" not in cell["source"]


def test_is_a_long_answer_cut(graded):
    long = "a = 1\n" * MAX_ANSWER_CHARACTERS
    source = graded(answers={"answer-1": long})["answer-1"]["source"]
    assert len(source) == MAX_ANSWER_CHARACTERS + 2
    assert source.endswith("\n…")


def test_do_own_cells_share_one_length(graded):
    long = "a\n" * (MAX_OWN_CHARACTERS // 4)
    given = [Cell("code", long + f"{number}") for number in range(9)]
    shown = own(graded(given))
    assert sum(len(cell["source"]) for cell in shown) < MAX_OWN_CHARACTERS + 9 * 2
    assert shown[-1]["source"] == "\n…"


def test_are_so_many_own_cells_shown_and_no_more(graded):
    shown = own(graded([Cell("code", f"{number}") for number in range(1000)]))
    assert [cell["source"] for cell in shown] == [f"{number}" for number in range(MAX_OWN_CELLS)]


def test_does_it_show_no_hidden_test_of_an_exercise_with_rules(repository):
    """What stands in a check is the instructor's; formgrader reads its source, students do not."""
    exercise = read_exercise(repository, "rotation")
    shown = json.loads(graded_notebook(exercise, [Cell("code", "x")], Result((), {})))["cells"]
    sources = {cell["id"]: cell["source"] for cell in exercise.cells}
    assert all(cell["source"] == sources[cell["id"]] for cell in shown if cell["id"] != "own-1")
    assert "worked" not in {tag for cell in shown for tag in cell["metadata"].get("tags", [])}

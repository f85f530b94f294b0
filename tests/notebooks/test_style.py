"""The house style of the notebooks, as far as a machine can see it."""

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from grading.examining.release import NAMESPACE
from lesson.quiz import read_quizzes
from lesson.widgets.stored import WIDGET

REPOSITORY = Path(__file__).parent.parent.parent
LESSONS = sorted(REPOSITORY.glob("notebooks/[0-9]*.ipynb"))
PAGES = sorted(REPOSITORY.glob("notebooks/[a-z]*.ipynb"))
EXERCISES = sorted(
    [*REPOSITORY.glob("solutions/*/*.ipynb"), *REPOSITORY.glob("exercises/*/*.ipynb")]
)
UNSTORED = {"predict", "unstored"}
# The examiner loads such a cell alone, so all of a solution stands in it.
WHOLE_SOLUTIONS = {"answer-client": 50, "answer-rotation": 85, "worked-second": 65}
TAGS = {*UNSTORED, "worked"}
CLOSING = ["What can go wrong", "Summary", "Glossary", "Next"]
PREDICT = re.compile(r"^predict\(.*\)\n\n")  # every prediction begins with it
FENCE = re.compile(r"```.*?```", re.DOTALL)


def named(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


@pytest.fixture(params=LESSONS, ids=named)
def lesson(request):
    return nbformat.read(request.param, as_version=nbformat.NO_CONVERT)


@pytest.fixture(params=[*LESSONS, *PAGES, *EXERCISES], ids=named)
def path(request) -> Path:
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def tags(cell) -> set[str]:
    return set(cell.metadata.get("tags", []))


def shown(cell, kind: str) -> list[str]:
    """Return what a cell's stored outputs hold of one MIME type."""
    return [output.data[kind] for output in cell.outputs if kind in output.get("data", {})]


def headings(notebook, level: int) -> list[str]:
    text = "\n".join(FENCE.sub("", cell.source) for cell in prose(notebook))
    return re.findall(rf"^#{{{level}}} (.+)$", text, re.MULTILINE)


def bullets(text: str) -> list[str]:
    return re.findall(r"^- .+$", text, re.MULTILINE)


def test_are_there_lessons_and_exercises():
    """Every test below is parametrized over these; an empty list would pass them all."""
    assert len(LESSONS) >= 4
    assert len(EXERCISES) >= 2


def test_is_the_notebook_valid_and_current(notebook):
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert set(notebook.metadata) - {NAMESPACE} == {"kernelspec"}  # exercises name their release
    assert notebook.metadata.kernelspec.name == "python3"


def test_is_every_cell_id_a_slug_of_its_own(notebook):
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert [name for name in ids if not re.fullmatch(r"[a-z][a-z0-9-]+", name)] == []


def test_are_tags_from_the_closed_list(notebook):
    assert set().union(*(tags(cell) for cell in notebook.cells)) <= TAGS


def test_is_no_line_of_code_over_79_columns(notebook):
    lines = [line for cell in code(notebook) for line in cell.source.splitlines()]
    assert [line for line in lines if len(line) > 79] == []


def test_is_no_cell_too_long(path, notebook):
    code_limit, word_limit = (25, 130) if path in EXERCISES else (15, 90)
    long = [
        cell.id
        for cell in code(notebook)
        if len(PREDICT.sub("", cell.source).splitlines()) > WHOLE_SOLUTIONS.get(cell.id, code_limit)
    ]
    wordy = [
        cell.id
        for cell in prose(notebook)
        if len(re.findall(r"\w+", FENCE.sub("", cell.source))) > word_limit * 1.2
        or len(FENCE.sub("", cell.source).split()) > word_limit
    ]
    assert long + wordy == []


def test_does_no_sentence_call_a_thing_simple(notebook):
    text = " ".join(cell.source for cell in prose(notebook))
    assert (
        re.findall(r"\b(simply|just|obviously|trivial\w*|of course)\b", text, re.IGNORECASE) == []
    )


def test_does_every_link_lead_somewhere(path, notebook):
    text = "\n".join(cell.source for cell in prose(notebook))
    links = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []


def anchors(path: Path) -> set[str]:
    """Return where links can lead in a notebook: its headings, as JupyterLab names them."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    found = [name for level in (1, 2, 3) for name in headings(notebook, level)]
    return {name.strip().replace(" ", "-") for name in found}


def test_does_every_anchor_lead_to_a_heading(path, notebook):
    text = "\n".join(cell.source for cell in prose(notebook))
    for target, anchor in re.findall(r"\]\(([^)#]+\.ipynb)#([^)]+)\)", text):
        assert anchor in anchors(path.parent / target), anchor


def test_does_every_picture_say_what_it_shows(notebook):
    """A stored picture has a description, and stands over a table or list with the same in it."""
    pages = [html for cell in code(notebook) for html in shown(cell, "text/html")]
    for page in pages:
        for image in re.findall(r"<img [^>]*>", page):
            assert len(re.search(r'alt="([^"]*)"', image)[1]) > 40
            assert re.search(r"<(table|ul)>", page.split(image)[1])
    assert not [cell.id for cell in prose(notebook) if "![](" in cell.source]


@pytest.mark.parametrize("exercise", EXERCISES, ids=named)
def test_does_an_exercise_store_no_output(exercise):
    cells = code(nbformat.read(exercise, as_version=4))
    assert [cell.id for cell in cells if cell.outputs or cell.execution_count] == []


def test_has_a_lesson_the_right_size(lesson):
    assert 20 <= len(lesson.cells) <= 64


def test_does_a_lesson_begin_with_a_number_and_a_claim(lesson):
    [title] = headings(lesson, 1)
    assert re.match(r"\d+ · \w+ \w+", title)
    opening = lesson.cells[0].source
    assert "question" in opening
    assert 1 <= len(bullets(opening)) <= 3


def test_does_a_lesson_close_as_all_do(lesson):
    sections = headings(lesson, 2)
    assert 4 <= len(sections) <= 8
    assert sections[-4:] == CLOSING
    summary = next(cell for cell in lesson.cells if cell.source.startswith("## Summary"))
    assert len(bullets(summary.source)) <= 5


def last_section(path: Path) -> str:
    """Return the text below a lesson's last heading, which is `Next`."""
    text = "\n".join(cell.source for cell in prose(nbformat.read(path, as_version=4)))
    return text.rpartition("\n## ")[2]


@pytest.mark.parametrize(("one", "following"), [*pairwise(LESSONS)], ids=lambda path: path.stem)
def test_does_each_lesson_lead_to_the_following_one(one, following):
    assert f"]({following.name})" in last_section(one)


def test_does_the_last_lesson_alone_say_that_it_is_the_last():
    closing = [path for path in LESSONS if "This was the last lesson" in last_section(path)]
    assert closing == LESSONS[-1:]


def test_does_a_lesson_end_with_a_quiz(lesson):
    """Under the summary; from the second lesson on, one question comes back from before."""
    order = list(read_quizzes())
    ids = [cell.id for cell in lesson.cells]
    [asked] = re.findall(r'^quiz\("([\w-]+)"\)$', lesson.cells[ids.index("quiz-end")].source)
    assert ids.index("summary") < ids.index("quiz-end") < ids.index("glossary")
    again = [question.get("again") for question in read_quizzes()[asked]["question"]]
    earlier = order[: order.index(asked)]
    assert set(again) - {None} <= set(earlier)
    assert any(again) or not earlier


def test_is_the_setup_short(lesson):
    setup = next(cell for cell in lesson.cells if cell.id == "setup")
    assert len([line for line in setup.source.splitlines() if line]) <= 5


def test_does_a_sentence_lead_to_every_code_cell(lesson):
    pairs = zip(lesson.cells, lesson.cells[1:], strict=False)
    assert [b.id for a, b in pairs if a.cell_type == b.cell_type == "code"] == []


def test_does_a_prediction_ask_first_and_explain_after(lesson):
    found = [index for index, cell in enumerate(lesson.cells) if "predict" in tags(cell)]
    assert len(found) >= 2
    for index in found:
        before, after = lesson.cells[index - 1].source, lesson.cells[index + 1].source
        assert 2 <= len(re.findall(r"^- [A-D] · ", before, re.MULTILINE)) <= 4
        assert after.startswith("<details><summary>Why</summary>")
        assert re.search(r"^\*\*[A-D]\.\*\*", after, re.MULTILINE)


def test_is_no_prediction_spoiled_and_every_other_cell_executed(lesson):
    """Strict nbval passes silently over a notebook without outputs, so this asserts them."""
    for cell in code(lesson):
        assert (cell.execution_count is None) == bool(UNSTORED & tags(cell)), cell.id
        if UNSTORED & tags(cell):
            assert cell.outputs == []


def test_is_every_stored_output_short_and_no_error(lesson):
    for cell in code(lesson):
        for output in cell.outputs:
            assert output.output_type in {"execute_result", "stream"}, cell.id
            assert output.get("name") != "stderr", cell.id
            assert WIDGET not in output.get("data", {}), cell.id
            text = output.get("text") or output.data["text/plain"]
            assert len(text.splitlines()) <= 12, cell.id


def test_is_what_a_cell_prints_stored_in_one_piece(lesson):
    """In how many pieces it comes from the kernel is chance, and would change a stored notebook."""
    for cell in code(lesson):
        for one, other in pairwise(cell.outputs):
            assert "name" not in one or one.name != other.get("name"), cell.id


def test_is_one_full_token_shown_and_no_more(lesson):
    shown = "".join(str(cell.outputs) for cell in code(lesson))
    assert len(re.findall(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+", shown)) <= 1

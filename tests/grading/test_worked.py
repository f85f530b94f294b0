"""The worked solutions: run for real, complete, and closed to the network."""

import html
import re
import shutil

import pytest

from grading.commands.demo import answer_key
from grading.commands.worked import write_worked
from grading.errors import GradingError


@pytest.fixture(scope="module")
def pages(repository, tmp_path_factory):
    """The written file of each assignment."""
    root = tmp_path_factory.mktemp("worked")
    shutil.copytree(repository / "solutions", root / "solutions")
    paths = write_worked(root)
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in paths}


@pytest.fixture
def page(pages, assignment):
    return pages[f"worked/{assignment}.html"]


@pytest.fixture
def text(page):
    return html.unescape(re.sub(r"<(style|script).*?</\1>|<[^>]+>", "", page, flags=re.DOTALL))


def test_does_each_question_have_steps_answer_check_and_mistakes(text, source):
    for number, right in answer_key(source).items():
        part = re.split(rf"Worked solution {number}\b", text)[1].partition("Question")[0]
        assert f"Answer: {right}." in part
        assert "Quick check:" in part
        assert "Common mistakes:" in part
        assert len(part.partition("Answer:")[0].strip().splitlines()) >= 3


@pytest.mark.parametrize("assignment", ["practice"], indirect=True)
def test_is_the_bug_of_question_4_shown_live(text):
    assert "{'token': 'made up'} → 200 {'accessToken': 'a-789'}" in text


def test_do_the_hidden_tests_stay_out(text):
    assert "HIDDEN" not in text
    assert "misconception =" not in text
    assert "section =" not in text
    assert "SOLUTION" not in text


def test_does_the_page_load_nothing_from_the_network(page):
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]+"', page) == []


def test_is_a_solution_that_fails_named(repository, tmp_path):
    shutil.copytree(repository / "solutions/practice", tmp_path / "solutions/practice")
    path = tmp_path / "solutions/practice/practice.ipynb"
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace(r"answer_1 = \"D\"", r"answer_1 = \"A\""), encoding="utf-8")
    with pytest.raises(GradingError, match="has a cell that fails: AssertionError: Nothing here"):
        write_worked(tmp_path)

"""Pages are written by some processes at once, and none is missing without a word."""

import shutil

import pytest

from grading.commands.feedback import feedback
from grading.commands.grade import grade
from grading.errors import GradingError
from grading.reporting import feedback_pages


@pytest.fixture(scope="module")
def course(registered_course, practice_class, tmp_path_factory):
    """Grade a class of three."""
    root = tmp_path_factory.mktemp("course")
    registered_course(root)
    practice_class(root, 3)
    grade(root, "practice")
    return root


@pytest.fixture
def graded(course, monkeypatch):
    """Let a process write a page at a time."""
    monkeypatch.setattr(feedback_pages, "MOST", 1)
    monkeypatch.setattr(feedback_pages, "processors", lambda: 1)
    shutil.rmtree(course / "feedback", ignore_errors=True)
    return course


def test_has_everybody_a_page_from_one_of_two_processes(graded, monkeypatch):
    monkeypatch.setattr(feedback_pages, "processors", lambda: 2)
    pages = feedback(graded, "practice")
    assert len(pages) == 3
    assert all("How strong you are" in page.read_text(encoding="utf-8") for page in pages)
    assert len({page.read_text(encoding="utf-8") for page in pages}) > 1


def test_are_the_other_pages_left_alone_where_one_is_asked_for(graded):
    [page] = feedback(graded, "practice", ["student01", "student01"])
    assert [*graded.glob("feedback/*/*/*.html")] == [page]


def test_is_a_page_missed_that_cannot_be_written(graded):
    notebook = graded / "autograded/student02/practice/practice.ipynb"
    aside = notebook.rename(notebook.with_suffix(".aside"))
    with pytest.raises(GradingError, match=r"write the feedback on practice: .*student02"):
        feedback(graded, "practice")
    aside.rename(notebook)


def test_is_it_said_where_no_process_starts(graded, monkeypatch):
    monkeypatch.setattr(feedback_pages, "MODULE", "grading.none")
    with pytest.raises(GradingError, match="feedback on practice cannot be written: Nothing can"):
        feedback(graded, "practice")

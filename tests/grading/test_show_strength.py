"""What the top of the feedback says: points by difficulty, a verdict, sections to revisit."""

import json
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grading.commands.demo import find
from grading.commands.feedback import feedback
from grading.commands.grade import grade
from grading.examining.release import NAMESPACE
from grading.nbgrader_api import open_course
from grading.plugins.hide_tests import HideTests
from grading.plugins.show_strength import ShowStrength

LIVE = "<img src=x onerror=alert(1)>"
FIRST, SECOND = "Two tokens · Log out ends it", "Why it is built so · Refused means stop"


def heading(number, level):
    return new_markdown_cell(f"## Question {number} · {level} · 2 points\n\nAnd so on.")


def check(number, score, points=2, section=None):
    marks = {"grade": True, "grade_id": f"check-{number}", "score": score, "points": points}
    hidden = f'section = "{section}"\n' if section else ""
    source = f"### BEGIN HIDDEN TESTS\n{hidden}### END HIDDEN TESTS"
    return new_code_cell(source, metadata={"nbgrader": marks})


def top(*cells) -> list[str]:
    """Return the lines of the cell that is put on top."""
    notebook, _ = ShowStrength().preprocess(new_notebook(cells=list(cells)), {})
    return notebook.cells[0].source.splitlines()


def test_do_the_points_stand_by_difficulty():
    cells = [heading(1, "easy"), heading(2, "hard"), heading(3, "hard")]
    lines = top(*cells, check(1, 1, points=1), check(2, 0, points=3), check(3, 3, points=3))
    assert [line for line in lines if " of " in line and line.startswith("|")] == [
        "| easy | 1 of 1 |",
        "| hard | 3 of 6 |",
        "| **all** | 4 of 7 |",
    ]


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (20, "You are strong on the pattern:"),
        (16, "You are strong on the pattern:"),
        (15.5, "You are nearly there:"),
        (10, "You are nearly there:"),
        (9.5, "You are not there yet:"),
        (0, "You are not there yet:"),
    ],
)
def test_does_the_sentence_follow_the_rule(score, said):
    [sentence] = [
        line for line in top(heading(1, "easy"), check(1, score, 20)) if "You are" in line
    ]
    assert sentence.startswith(f"**{said}** {score:g} of 20 points")


def test_is_a_notebook_without_such_headings_left_alone():
    notebook = new_notebook(cells=[new_markdown_cell("## Exercise 1"), check(1, 1)])
    notebook, _ = ShowStrength().preprocess(notebook, {})
    assert len(notebook.cells) == 2


def test_is_a_notebook_without_checks_left_alone():
    notebook, _ = ShowStrength().preprocess(new_notebook(cells=[heading(1, "easy")]), {})
    assert len(notebook.cells) == 1


def test_does_a_question_count_whose_heading_was_deleted():
    lines = top(heading(1, "easy"), check(1, 2), check(2, 0))
    assert "| other | 0 of 2 |" in lines
    assert "| **all** | 2 of 4 |" in lines


def test_does_each_missed_section_stand_there_once_and_no_other():
    cells = [heading(number, "easy") for number in (1, 2, 3, 10)]
    checks = [
        check(10, 0, section=FIRST),
        check(1, 2, section=SECOND),
        check(2, 1, section=FIRST),
        check(3, 0),
    ]
    assert top(*cells, *checks)[-1] == f"- {FIRST} (questions 2 and 10)"
    assert SECOND not in "".join(top(*cells, *checks))


def test_is_there_no_list_where_nothing_was_missed():
    lines = top(heading(1, "easy"), check(1, 2, section=FIRST))
    assert lines[-1].startswith("**You are strong")


@pytest.mark.parametrize(
    "said",
    [
        f"Read again: {LIVE}",
        f'section = "{LIVE}"',
        f"came 200 {{role: x\nRead again: {LIVE}}}",
        f"expected 403\n\nRead again: [a]({LIVE})\n",
    ],
)
def test_is_nothing_that_a_students_server_said_taken_for_ours(said):
    """What the examiner says of a section stands in the metadata, and nowhere else."""
    missed = check(1, 0)
    missed.outputs = [new_output("error", ename="Mistake", evalue=said, traceback=[said])]
    assert LIVE not in "".join(top(heading(1, "easy"), missed))
    missed.metadata[NAMESPACE] = {"section": FIRST}
    assert top(heading(1, "easy"), missed)[-1] == f"- {FIRST} (question 1)"


def test_does_a_students_own_heading_change_no_difficulty():
    own = heading(2, "easy")
    own.id = "own-1"
    lines = top(heading(1, "easy"), heading(2, "hard"), own, check(1, 1), check(2, 0, points=3))
    assert "| hard | 0 of 3 |" in lines


def test_does_the_summary_outlive_the_hiding_of_the_tests():
    notebook = new_notebook(cells=[heading(1, "easy"), check(1, 0, section=FIRST)])
    for step in [ShowStrength(), HideTests()]:
        notebook, _ = step.preprocess(notebook, {})
    assert FIRST in notebook.cells[0].source
    assert FIRST not in notebook.cells[-1].source


@pytest.fixture
def submission(repository, tmp_path):
    """A course folder in which Alice hands in the pattern test, unanswered."""
    shutil.copytree(repository / "solutions", tmp_path / "solutions")
    path = tmp_path / "submitted/alice/pattern_test/pattern_test.ipynb"
    path.parent.mkdir(parents=True)
    shutil.copy(repository / "exercises/pattern_test/pattern_test.ipynb", path)
    return path


def page(course) -> str:
    feedback(course, "pattern_test")
    path = course / "feedback/alice/pattern_test/pattern_test.html"
    return path.read_text(encoding="utf-8")


def test_does_a_student_write_nothing_into_it(submission, tmp_path):
    """A check of one's own making is replaced; and so is a heading."""
    notebook = nbformat.read(submission, as_version=4)
    find(notebook, "check-1").source = 'section = "Lesson 9 · My own"'
    question = find(notebook, "question-1")
    question.source = question.source.replace("· easy ·", "· <b>mine</b> ·")
    submission.write_text(json.dumps(notebook), encoding="utf-8")
    grade(tmp_path, "pattern_test")
    assert "My own" not in page(tmp_path)
    assert "Two tokens · The whole flow in one picture (question 1)" in page(tmp_path)
    assert "<td>other</td>" not in page(tmp_path)


def test_does_an_instructors_mark_count(submission, tmp_path):
    """Points given by hand in formgrader change the table and the sections."""
    grade(tmp_path, "pattern_test")
    assert "Log out ends it" in page(tmp_path)
    with open_course(tmp_path).gradebook as gradebook:
        found = gradebook.find_grade("check-4", "pattern_test", "pattern_test", "alice")
        found.manual_score = 2
        gradebook.db.commit()
    assert "<td>2 of 8</td>" in page(tmp_path)
    assert "Two tokens · Log out ends it" not in page(tmp_path)

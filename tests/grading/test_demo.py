"""The sample class gets exactly the marks it deserves, and feedback that gives nothing away."""

import csv
import re
from html import unescape

import pytest

from grading.demo import answer_key, demo
from grading.grade import table

MARKS = {
    "all_right": [1, 1, 2, 2, 3],
    "all_wrong": [0, 0, 0, 0, 0],
    "blank": [0, 0, 0, 0, 0],
    "copied_answer": [1, 1, 2, 2, 3],
    "deleted_answer": [1, 1, 2, 2, 0],
    "deleted_both": [1, 1, 2, 2, 0],
    "deleted_check": [1, 1, 2, 2, 3],
    "lower_case": [1, 1, 2, 2, 3],
    "partly_right": [1, 0, 2, 0, 0],
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "course"


@pytest.fixture(scope="module")
def marks(course):
    return demo(course)


@pytest.fixture
def feedback(course, marks):
    """Return the text of a student's feedback page, tags taken out."""

    def feedback(student: str) -> str:
        html = (course / f"feedback/{student}/practice/practice.html").read_text(encoding="utf-8")
        return unescape(re.sub(r"<(style|script).*?</\1>|<[^>]+>", "", html, flags=re.DOTALL))

    return feedback


def test_does_everyone_get_the_marks_they_deserve(marks):
    assert {row.student: list(row.points.values()) for row in marks} == MARKS
    assert [row.problem for row in marks] == [None] * 9


def test_does_the_table_show_them(marks):
    lines = table(marks).splitlines()
    assert lines[0].split() == ["student", *(f"check-{n}" for n in range(1, 6)), "total"]
    for line, (student, points) in zip(lines[1:], MARKS.items(), strict=True):
        assert line.split() == [student, *map(str, points), str(sum(points))]


def test_does_the_csv_hold_everyone(course, marks):
    with (course / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["student_id"]: float(row["score"]) for row in rows} == {
        student: sum(points) for student, points in MARKS.items()
    }
    assert {row["max_score"] for row in rows} == {"9.0"}


@pytest.mark.parametrize("student", MARKS)
def test_does_the_feedback_show_no_hidden_test_and_no_traceback(feedback, student):
    text = feedback(student)
    for secret in ["HIDDEN", "misconception =", "Traceback", "AssertionError", "BEGIN SOLUTION"]:
        assert secret not in text
    assert "Worked solution" not in text


@pytest.mark.parametrize(
    "student", ["all_wrong", "blank", "partly_right", "deleted_answer", "deleted_both"]
)
def test_does_the_feedback_name_no_right_letter_that_was_missed(feedback, student, practice_source):
    """The student's own letters stand there, and the options; a right one that was missed is no
    letter of theirs, and no sentence says it."""
    text = feedback(student)
    for number, right in answer_key(practice_source).items():
        if MARKS[student][number - 1] == 0:
            assert f'answer_{number} = "{right}"' not in text
            assert not re.search(rf"answer is {right}\b|choice_{number} == \W*{right}", text)


def test_does_each_wrong_answer_get_its_sentence(feedback, practice_source):
    text = feedback("all_wrong")
    checks = [cell for cell in practice_source.cells if cell.id.startswith("check-")]
    sentences = re.findall(r'"([A-D])": \(?((?:\s*"[^"]+")+)', "".join(c.source for c in checks))
    said = ["".join(re.findall(r'"([^"]+)"', parts)) for _, parts in sentences]
    assert len(said) == 15
    assert sum(sentence in text for sentence in said) == 5


def test_does_a_blank_read_that_nothing_was_answered(feedback):
    assert feedback("blank").count("has no answer yet") == 5
    assert feedback("deleted_answer").count("has no answer yet") == 1


def test_does_no_hint_stand_unfolded(feedback):
    assert "Hint" not in feedback("blank")


def test_does_a_right_answer_read_that_it_is_right(feedback):
    assert feedback("all_right").count("Right.") == 5
    assert feedback("partly_right").count("Right.") == 2


def test_does_the_demo_start_afresh(course, marks):
    """A second run over the first one's folder gives the same marks."""
    assert demo(course) == marks

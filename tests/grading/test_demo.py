"""The sample class gets exactly the marks it deserves, and feedback that gives nothing away."""

import csv
import re
from html import unescape

import pytest

from grading.commands.demo import answer_key, demo
from grading.commands.status import table
from grading.errors import GradingError
from tests.conftest import points_of

POINTS = {name: [*points_of(name).values()] for name in ("practice", "pattern_test")}
EVERY = set(range(1, 1 + max(map(len, POINTS.values()))))
MISSED = {
    "all_right": set(),
    "all_wrong": EVERY,
    "blank": EVERY,
    "copied_answer": set(),
    "deleted_answer": {5},
    "deleted_both": {5},
    "deleted_check": set(),
    "lower_case": set(),
    "partly_right": EVERY - {1, 3},
}


@pytest.fixture(scope="session", params=POINTS)
def assignment(request) -> str:
    """Those whose answers are letters."""
    return request.param


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "course"


@pytest.fixture(scope="module")
def marks(course, assignment):
    return demo(course, assignment)


@pytest.fixture(scope="module")
def deserved(assignment):
    """Student → the points of each question."""
    numbered = list(enumerate(POINTS[assignment], start=1))
    return {
        student: [0 if number in missed else points for number, points in numbered]
        for student, missed in MISSED.items()
    }


@pytest.fixture
def feedback(course, marks, assignment):
    """Return the text of a student's feedback page, tags taken out."""

    def feedback(student: str) -> str:
        page = course / f"feedback/{student}/{assignment}/{assignment}.html"
        html = page.read_text(encoding="utf-8")
        return unescape(re.sub(r"<(style|script).*?</\1>|<[^>]+>", "", html, flags=re.DOTALL))

    return feedback


def test_does_everyone_get_the_marks_they_deserve(marks, deserved):
    found = {row.student: [mark.score for mark in row.result.marks] for row in marks}
    assert found == deserved


def test_does_the_table_show_them(marks, deserved, assignment):
    lines = table(marks).splitlines()
    numbers = [str(number + 1) for number in range(len(POINTS[assignment]))]
    assert lines[1].split() == ["student", *numbers, "mark"]
    for line, (student, points) in zip(lines[2:-1], deserved.items(), strict=True):
        assert line.split() == [student, *map(str, points), str(sum(points))]


def test_does_the_csv_hold_everyone(course, marks, deserved, assignment):
    with (course / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["student_id"]: float(row["score"]) for row in rows} == {
        student: sum(points) for student, points in deserved.items()
    }
    assert {float(row["max_score"]) for row in rows} == {sum(POINTS[assignment])}


@pytest.mark.parametrize("student", MISSED)
def test_does_the_feedback_show_no_hidden_test_and_no_traceback(feedback, student):
    text = feedback(student)
    for secret in [
        "HIDDEN",
        "misconception =",
        "section =",
        "Traceback",
        "AssertionError",
        "BEGIN SOLUTION",
    ]:
        assert secret not in text
    assert "Worked solution" not in text


@pytest.mark.parametrize(
    "student", ["all_wrong", "blank", "partly_right", "deleted_answer", "deleted_both"]
)
def test_does_the_feedback_name_no_right_letter_that_was_missed(feedback, student, source):
    """The student's own letters stand there, and the options; a right one that was missed is no
    letter of theirs, and no sentence says it."""
    text = feedback(student)
    for number, right in answer_key(source).items():
        if number in MISSED[student]:
            assert f'answer_{number} = "{right}"' not in text
            assert not re.search(rf"answer is {right}\b|choice_{number} == \W*{right}", text)


def test_does_each_wrong_answer_get_its_sentence(feedback, source):
    text = feedback("all_wrong")
    checks = [cell for cell in source.cells if cell.id.startswith("check-")]
    sentences = re.findall(r'"([A-D])": \(?((?:\s*"[^"]+")+)', "".join(c.source for c in checks))
    said = ["".join(re.findall(r'"([^"]+)"', parts)) for _, parts in sentences]
    assert len(said) == 3 * len(checks)
    assert sum(sentence in text for sentence in said) == len(checks)


def test_does_a_blank_read_that_nothing_was_answered(feedback, assignment):
    assert feedback("blank").count("has no answer yet") == len(POINTS[assignment])
    assert feedback("deleted_answer").count("has no answer yet") == 1


def test_does_no_hint_stand_unfolded(feedback):
    assert "Hint" not in feedback("blank")


def test_does_a_right_answer_read_that_it_is_right(feedback, assignment):
    assert feedback("all_right").count("Right.") == len(POINTS[assignment])
    assert feedback("partly_right").count("Right.") == 2


@pytest.mark.parametrize("student", MISSED)
def test_does_the_page_begin_with_the_points_by_difficulty(feedback, student, assignment, deserved):
    said = feedback(student).partition("How strong")[2].partition("You are")[0]
    levels = {1: [0, 0], 2: [0, 0], 3: [0, 0]}
    for points, most in zip(deserved[student], POINTS[assignment], strict=True):
        levels[most][0] += points
        levels[most][1] += most
    expected = [f"{points} of {most}" for points, most in levels.values()]
    assert re.findall(r"\d+ of \d+", said)[:-1] == expected


@pytest.mark.parametrize(
    ("student", "verdict"),
    [
        (
            "all_right",
            {"practice": "strong on the pattern", "pattern_test": "strong on the pattern"},
        ),
        ("deleted_answer", {"practice": "nearly there", "pattern_test": "strong on the pattern"}),
        ("blank", {"practice": "not there yet", "pattern_test": "not there yet"}),
    ],
)
def test_does_the_page_say_how_strong_the_student_is(feedback, student, assignment, verdict):
    assert f"You are {verdict[assignment]}:" in feedback(student)


@pytest.mark.parametrize("student", MISSED)
def test_does_the_page_name_the_sections_of_what_was_missed_and_no_other(feedback, student, source):
    """Those of the practice name none."""
    sections = {
        int(cell.id.removeprefix("check-")): section
        for cell in source.cells
        for section in re.findall(r'^section = "(.+)"$', cell.source, re.MULTILINE)
    }
    missed = {section for number, section in sections.items() if number in MISSED[student]}
    assert {section for section in sections.values() if section in feedback(student)} == missed


@pytest.mark.parametrize("assignment", ["practice"], indirect=True)
def test_does_the_demo_start_afresh(course, marks, assignment):
    """A second run over the first one's folder gives the same marks."""
    assert demo(course, assignment) == marks


def test_is_an_assignment_without_letters_named(tmp_path):
    with pytest.raises(GradingError, match="rotation asks for no letters"):
        demo(tmp_path / "course", "rotation")

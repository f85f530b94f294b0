"""The rotation exercise is graded by its rules, and its feedback says which were missed."""

import re
import shutil
from html import unescape

import nbformat
import pytest

from examiner.rotation.rules import RULES as PUBLIC
from grading.__main__ import main
from grading.commands.as_read import NOTHING_HELD
from grading.commands.demo import find
from grading.commands.feedback import feedback as feedback_on
from grading.commands.grade import grade
from grading.examining.hidden_rules.rotation import RULES as HIDDEN
from grading.gradebook.row import TO_READ
from tests.exercises.solutions import solution
from tests.grading.few_rules import ask_only

POINTS = {rule.name: rule.points for rule in (*PUBLIC, *HIDDEN)}
FULL = sum(POINTS.values())
MISSED = {
    "right": set(),
    "blank": set(POINTS),
    "not_python": set(POINTS),
    "never_invalidated": {"one_use", "reuse", "race"},
}


@pytest.fixture(scope="module")
def solutions():
    """Student → the text of the answer; None hands in the cell as it came."""
    names = {"right": "right/dataclass_enum", "never_invalidated": "wrong/never_invalidated"}
    texts = {student: solution("rotation", name) for student, name in names.items()}
    return {**texts, "blank": None, "not_python": "def token(:"}


@pytest.fixture(scope="module")
def course(repository, solutions, tmp_path_factory):
    root = tmp_path_factory.mktemp("rotation") / "course"
    shutil.copytree(repository / "solutions/rotation", root / "solutions/rotation")
    for student, text in solutions.items():
        exercise = repository / "exercises/rotation/rotation.ipynb"
        notebook = nbformat.read(exercise, as_version=4)
        if text is not None:
            find(notebook, "answer-rotation").source = text
        path = root / f"submitted/{student}/rotation/rotation.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    return root


@pytest.fixture(scope="module")
def marks(course):
    rows = {row.student: row for row in grade(course, "rotation")}
    feedback_on(course, "rotation")
    return rows


@pytest.fixture
def feedback(course, marks):
    """Return the text of a student's feedback page, tags taken out."""

    def feedback(student: str) -> str:
        page = course / f"feedback/{student}/rotation/rotation.html"
        html = page.read_text(encoding="utf-8")
        return unescape(re.sub(r"<(style|script).*?</\1>|<[^>]+>", "", html, flags=re.DOTALL))

    return feedback


@pytest.mark.parametrize("student", MISSED)
def test_does_each_rule_bring_its_points(marks, student):
    assert sorted((mark.rule, mark.score) for mark in marks[student].result.marks) == sorted(
        (name, 0 if name in MISSED[student] else points) for name, points in POINTS.items()
    )


def test_does_the_feedback_say_what_was_expected_and_what_to_read(feedback):
    text = feedback("never_invalidated")
    missed = sum(POINTS[name] for name in MISSED["never_invalidated"])
    assert f"You are nearly there: {FULL - missed} of {FULL} points." in text
    assert "Rotation · A spent token comes back (rule 7)" in text
    assert "R1 again: expected 403, came 200." in text
    assert text.count("Right.") == len(POINTS) - 3


def test_does_a_blank_read_that_nothing_was_attempted(feedback):
    assert feedback("blank").count("Not attempted yet") == len(POINTS)


@pytest.mark.parametrize("student", MISSED)
def test_does_the_feedback_show_no_hidden_test_and_no_traceback(feedback, student):
    for secret in [
        "HIDDEN",
        "grading.examining.hidden_rules.rotation",
        "Traceback",
        "BEGIN SOLUTION",
        "Worked",
    ]:
        assert secret not in feedback(student)


def test_is_what_reaches_for_its_examiner_graded_and_held_until_a_person_has_read_it(
    new_course, hand_in, rotation_answer, tmp_path, capsys, monkeypatch
):
    root = new_course(tmp_path / "course")
    ask_only(root, {"rotation": {rule.name for rule in PUBLIC}}, monkeypatch)
    full = sum(rule.points for rule in PUBLIC)
    answer = rotation_answer["answer-rotation"]
    hand_in(root, "eve", "rotation", {"answer-rotation": f"import gc\n{answer}"})
    [row] = grade(root, "rotation")
    assert (row.status, row.score, row.held) == (TO_READ, None, full)
    assert row.reason == "Line 1 uses gc, which reaches for what examines it."
    chosen = ["regrade", "--course", str(root), "--assignment", "rotation", "--as-read"]
    with pytest.raises(SystemExit, match="name each --student"):
        main(chosen)
    assert main([*chosen, "--student", "eve"]) == 0
    assert str(full) in capsys.readouterr().out.split()
    assert main(chosen[:-1]) == 0
    hand_in(root, "ada", "rotation", {"answer-rotation": answer})
    assert main(["grade", "--course", str(root)]) == 0
    capsys.readouterr()
    assert main([*chosen, "--student", "ada"]) == 1
    assert NOTHING_HELD.format(student="ada", assignment="rotation") in capsys.readouterr().out
    [_, row] = grade(root, "rotation")
    assert row.score == full

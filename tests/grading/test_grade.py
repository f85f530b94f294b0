"""Grading a real course folder, and what the commands say when they cannot."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grading.__main__ import main
from grading.course import GradingError, open_course
from grading.grade import grade, table


def submit(root: Path, student: str, text: str, name: str = "practice.ipynb") -> None:
    folder = root / "submitted" / student / "practice"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def honest(repository) -> str:
    """A notebook whose first answer is right, and no other given."""
    text = (repository / "exercises/practice/practice.ipynb").read_text(encoding="utf-8")
    return text.replace(r"answer_1 = \"\"", r"answer_1 = \"D\"")


@pytest.fixture(scope="module")
def course(repository, tmp_path_factory, honest):
    """A course folder with an honest submission, one that is no notebook, and a renamed one."""
    root = tmp_path_factory.mktemp("course")
    for name in ["solutions", "exercises"]:
        shutil.copytree(repository / name, root / name)
    (root / "exercises/practice/practice.ipynb").write_text("my own answers", encoding="utf-8")
    submit(root, "honest", honest)
    submit(root, "junk", "not JSON")
    submit(root, "renamed", honest, name="practice (1).ipynb")
    return root


@pytest.fixture(scope="module")
def marks(course):
    return {row.student: row for row in grade(course, "practice")}


def exported(course) -> list[str]:
    lines = (course / "grades.csv").read_text(encoding="utf-8").splitlines()
    return [line.split(",")[3] for line in lines[1:]]


def test_is_an_honest_submission_graded_beside_broken_ones(marks, course):
    assert marks["honest"].total == 1
    assert (course / "feedback/honest/practice/practice.html").exists()


def test_does_a_broken_submission_say_why_it_has_no_mark(marks, course):
    assert marks["junk"].points == marks["renamed"].points == {}
    assert marks["junk"].problem.endswith("practice.ipynb is not a notebook (NotJSONError).")
    assert marks["renamed"].problem.startswith("there is no practice.ipynb in ")


def test_does_the_export_hold_those_with_a_mark_and_nobody_else(marks, course):
    assert exported(course) == ["honest"]


def test_does_the_table_show_the_reason(marks):
    [_, honest, junk, renamed] = table(list(marks.values())).splitlines()
    assert honest.split()[-1] == "1"
    assert "not a notebook" in junk
    assert "no practice.ipynb" in renamed


def test_does_grading_leave_the_exercises_alone(marks, course):
    """Somebody may be answering the questions there."""
    assert (course / "exercises/practice/practice.ipynb").read_text() == "my own answers"


def test_does_the_command_fail_when_somebody_has_no_mark(course, capsys):
    with pytest.raises(SystemExit, match=r"Not graded, and not in grades.csv: junk, renamed\."):
        main(["--course", str(course), "grade", "practice"])
    assert "honest" in capsys.readouterr().out


def test_does_no_stale_mark_survive_a_broken_resubmission(repository, tmp_path, honest):
    shutil.copytree(repository / "solutions", tmp_path / "solutions")
    submit(tmp_path, "alice", honest)
    [first] = grade(tmp_path, "practice")
    submit(tmp_path, "alice", "garbage")
    [second] = grade(tmp_path, "practice")
    assert (first.total, second.problem is None) == (1, False)
    assert exported(tmp_path) == []
    assert not (tmp_path / "feedback/alice/practice").exists()
    assert not (tmp_path / "autograded/alice/practice").exists()


def test_is_an_empty_course_named(repository, tmp_path):
    shutil.copytree(repository / "solutions", tmp_path / "solutions")
    with pytest.raises(GradingError, match=r"nothing to grade: put each notebook into submitted/"):
        grade(tmp_path, "practice")


def test_is_an_unknown_assignment_named(repository, tmp_path):
    shutil.copytree(repository / "solutions", tmp_path / "solutions")
    with pytest.raises(GradingError, match="no assignment homework: choose practice"):
        grade(tmp_path, "homework")


def test_does_a_new_gradebook_know_its_version(tmp_path, monkeypatch):
    """nbgrader calls alembic by name; without it on the PATH the gradebook gets no version."""
    monkeypatch.setenv("PATH", "/usr/bin")
    with open_course(tmp_path).gradebook as gradebook:
        assert gradebook.db.bind.dialect.has_table(gradebook.db.connection(), "alembic_version")


@pytest.mark.parametrize("command", [[], ["--help"], ["grade", "--help"]])
def test_does_help_come_without_a_traceback(command):
    done = subprocess.run(
        [sys.executable, "-m", "grading", *command], capture_output=True, text=True, check=False
    )
    assert "usage: python -m grading" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_is_a_wrong_folder_one_sentence(tmp_path):
    with pytest.raises(SystemExit, match="is no course folder"):
        main(["--course", str(tmp_path), "release"])

"""Grading a real course folder, and what the commands say when they cannot."""

import shutil
import subprocess
import sys

import pytest

from grading.__main__ import main
from grading.course import GradingError, open_course
from grading.grade import grade, table


@pytest.fixture(scope="module")
def course(repository, tmp_path_factory):
    """A course folder with one honest submission, one that is no notebook, and one empty."""
    root = tmp_path_factory.mktemp("course")
    for name in ["solutions", "exercises"]:
        shutil.copytree(repository / name, root / name)
    honest = (root / "exercises/practice/practice.ipynb").read_text(encoding="utf-8")
    texts = {"honest": honest.replace(r"answer_1 = \"\"", r"answer_1 = \"D\""), "junk": "not JSON"}
    for student, text in texts.items():
        folder = root / "submitted" / student / "practice"
        folder.mkdir(parents=True)
        (folder / "practice.ipynb").write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def marks(course):
    return {row.student: row for row in grade(course, "practice")}


def test_is_an_honest_submission_graded_beside_a_broken_one(marks, course):
    assert marks["honest"].total == 1
    assert (course / "feedback/honest/practice/practice.html").exists()
    assert (course / "grades.csv").read_text(encoding="utf-8").count("\n") == 3


def test_does_a_broken_submission_say_why_it_has_no_mark(marks):
    assert marks["junk"].points == {}
    assert "could not grade junk" in marks["junk"].problem
    assert "JSON" in marks["junk"].problem


def test_does_the_table_show_the_reason(marks):
    [_, honest, junk] = table(list(marks.values())).splitlines()
    assert honest.split()[-1] == "1"
    assert "could not grade" in junk


def test_does_the_command_fail_when_somebody_has_no_mark(course, capsys):
    with pytest.raises(SystemExit, match=r"Not graded, and 0 in grades.csv: junk\."):
        main(["--course", str(course), "grade", "practice"])
    assert "honest" in capsys.readouterr().out


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

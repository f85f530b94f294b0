"""Grading a real course folder, and what the commands say when they cannot."""

import copy
import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from grading.__main__ import main
from grading.course import open_course
from grading.errors import GradingError
from grading.grade import grade, table


def submit(root: Path, student: str, text: str, name: str = "practice.ipynb") -> Path:
    folder = root / "submitted" / student / "practice"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


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


def test_does_an_instructors_comment_outlive_a_new_grading(repository, tmp_path, honest):
    shutil.copytree(repository / "solutions", tmp_path / "solutions")
    submit(tmp_path, "alice", honest)
    for _ in range(2):
        grade(tmp_path, "practice")
        with open_course(tmp_path).gradebook as gradebook:
            comment = gradebook.find_comment("answer-1", "practice", "practice", "alice")
            assert comment.manual_comment in (None, "Well seen.")
            seen, comment.manual_comment = comment.manual_comment, "Well seen."
            gradebook.db.commit()
    assert seen == "Well seen."


def test_does_nothing_in_submitted_vanish(repository, tmp_path, honest):
    """A file without a folder, a notebook one floor too high, a wrong folder: each is named.

    Frank handed in another assignment, which is no mishap.
    """
    shutil.copytree(repository / "solutions", tmp_path / "solutions")
    submit(tmp_path, "alice", honest)
    (tmp_path / "submitted/bob").mkdir()
    (tmp_path / "submitted/bob/practice.ipynb").write_text(honest, encoding="utf-8")
    (tmp_path / "submitted/carol.ipynb").write_text(honest, encoding="utf-8")
    (tmp_path / "submitted/dave").mkdir()
    submit(tmp_path, "eve", honest).rename(tmp_path / "submitted/eve/Practice ")
    submit(tmp_path, "frank", honest).rename(tmp_path / "submitted/frank/rotation")
    shutil.copytree(tmp_path / "solutions/practice", tmp_path / "solutions/another")
    (tmp_path / "submitted/.DS_Store").touch()
    marks = {row.student: row.problem for row in grade(tmp_path, "practice")}
    assert [name for name, problem in marks.items() if problem is None] == ["alice"]
    assert sorted(marks) == ["alice", "bob", "carol.ipynb", "dave", "eve"]
    assert all("no practice.ipynb in" in problem for problem in marks.values() if problem)


def strip_marks(notebook):
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)


def rename_marks(notebook):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.grade_id = "mine-" + cell.metadata.nbgrader.grade_id


def double(notebook):
    copies = copy.deepcopy(notebook.cells)
    for cell in copies:
        cell.id = f"copy-of-{cell.id}"
    notebook.cells += copies


def drop_all(notebook):
    notebook.cells = []


@pytest.mark.parametrize("mistreat", [strip_marks, rename_marks, double, drop_all])
def test_is_a_mistreated_notebook_graded_all_the_same(repository, tmp_path, honest, mistreat):
    """With its cells' marks gone the answers are still there, in cells that nbgrader reads."""
    shutil.copytree(repository / "solutions", tmp_path / "solutions")
    notebook = nbformat.reads(honest, as_version=4)
    mistreat(notebook)
    submit(tmp_path, "alice", json.dumps(notebook))
    [marks] = grade(tmp_path, "practice")
    assert marks.problem is None
    assert list(marks.points) == [f"check-{number}" for number in range(1, 6)]
    assert marks.total == (0 if mistreat is drop_all else 1)


def test_is_an_empty_course_named(repository, tmp_path):
    shutil.copytree(repository / "solutions", tmp_path / "solutions")
    with pytest.raises(GradingError, match=r"nothing to grade: put each notebook into submitted/"):
        grade(tmp_path, "practice")


def test_is_an_unknown_assignment_named(repository, tmp_path):
    shutil.copytree(repository / "solutions", tmp_path / "solutions")
    with pytest.raises(
        GradingError, match="no assignment homework: choose client or pattern_test or"
    ):
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


def test_is_a_table_that_cannot_be_written_one_sentence(course):
    """As when somebody has it open in a spreadsheet on Windows."""
    (course / "grades.csv").unlink(missing_ok=True)
    (course / "grades.csv").mkdir()
    with pytest.raises(SystemExit, match=r"grades\.csv"):
        main(["--course", str(course), "grade", "practice"])


def test_is_a_course_without_assignments_named(tmp_path):
    (tmp_path / "solutions").mkdir()
    with pytest.raises(GradingError, match="holds no assignment"):
        grade(tmp_path, "practice")


def test_is_a_wrong_folder_one_sentence(tmp_path):
    with pytest.raises(SystemExit, match="is no course folder"):
        main(["--course", str(tmp_path), "release"])

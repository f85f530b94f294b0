"""Grading a real course folder, and what the commands say when they cannot."""

import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import Future
from contextlib import nullcontext
from pathlib import Path

import nbformat
import pytest

from examiner.launching import PREFIX
from grading.__main__ import main
from grading.commands.feedback import feedback
from grading.commands.grade import _asked, grade, own_temporary_folder
from grading.commands.status import table
from grading.errors import GradingError
from grading.examining.examine import job
from grading.gradebook.book import open_book
from grading.gradebook.row import GRADED, MISSING, UNGRADED
from grading.nbgrader_api import open_course
from tests.conftest import full_marks, points_of

CHECKS = [*points_of("practice")]


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
def rows(course):
    return {row.student: row for row in grade(course, "practice")}


def statuses(rows) -> dict[str, str]:
    return {row.student: row.status for row in rows}


def points(row) -> list[float]:
    return [mark.score for mark in row.result.marks]


def test_is_an_honest_submission_graded_beside_broken_ones(rows, course):
    assert (rows["honest"].score, rows["honest"].max_score) == (1, full_marks("practice"))
    assert points(rows["honest"]) == [float(name == "check-1") for name in CHECKS]
    assert (course / "autograded/honest/practice/practice.ipynb").exists()


def test_does_a_broken_submission_say_why_it_has_no_mark(rows):
    assert (rows["junk"].status, rows["junk"].score) == (UNGRADED, None)
    assert rows["junk"].reason.startswith("The file is no notebook: it is not JSON")


def test_does_a_renamed_notebook_count_where_it_is_the_only_one(rows):
    assert rows["renamed"].score == 1


def test_does_the_table_show_the_reason(rows):
    [_, _, honest, junk, renamed, counts] = table(list(rows.values())).splitlines()
    assert honest.split() == ["honest", "1", *["0"] * (len(CHECKS) - 1), "1"]
    assert "ungraded: The file is no notebook" in junk
    assert renamed.split()[-1] == "1"
    assert counts == "2 graded, 1 ungraded."


def test_does_grading_leave_the_exercises_alone(rows, course):
    """Somebody may be answering the questions there."""
    assert (course / "exercises/practice/practice.ipynb").read_text() == "my own answers"


def test_does_the_command_fail_when_somebody_has_no_mark(course, capsys):
    assert main(["grade", "--course", str(course), "--assignment", "practice"]) == 1
    assert "ungraded" in capsys.readouterr().out


def test_does_json_say_all_of_it(course, rows, capsys):
    main(["status", "--course", str(course), "--json"])
    [honest, junk, _] = json.loads(capsys.readouterr().out)
    assert honest["checks"] == {name: name == "check-1" for name in CHECKS}
    assert (junk["status"], junk["score"]) == ("ungraded", None)


def test_does_a_second_run_examine_only_what_has_changed(
    registered_course, tmp_path, honest, monkeypatch
):
    registered_course(tmp_path)
    submit(tmp_path, "alice", honest)
    submit(tmp_path, "bob", honest)
    grade(tmp_path, "practice")
    submit(tmp_path, "bob", honest.replace(r"answer_2 = \"\"", r"answer_2 = \"A\""))
    seen = []
    monkeypatch.setattr(
        "grading.commands.grade_assignment.job",
        lambda exercise, content, *more: seen.append(content) or job(exercise, content, *more),
    )
    second = grade(tmp_path, "practice")
    assert [row.score for row in second] == [1, 2]
    assert len(seen) == 1
    grade(tmp_path, "practice", again=True, students=["alice"])
    assert len(seen) == 2


@pytest.mark.parametrize(("found", "asked"), [({"retry": True}, 2), ({}, 1)])
def test_is_only_what_failed_by_our_fault_tried_again(
    registered_course, tmp_path, honest, monkeypatch, found, asked
):
    class Examiners:
        jobs, seen = 1, 0

        def submit(self, job: dict) -> Future:
            self.seen += 1
            future = Future()
            future.set_result({"ungraded": "The examiner failed.", **found})
            return future

    registered_course(tmp_path)
    submit(tmp_path, "alice", honest)
    examiners = Examiners()
    monkeypatch.setattr("grading.commands.grade._examiners", lambda *_: nullcontext(examiners))
    for _ in range(2):
        [row] = grade(tmp_path, "practice")
        assert (row.status, row.reason) == (UNGRADED, "The examiner failed.")
    assert examiners.seen == asked


def test_does_no_stale_mark_survive_a_broken_resubmission(registered_course, tmp_path, honest):
    registered_course(tmp_path)
    submit(tmp_path, "alice", honest)
    [first] = grade(tmp_path, "practice")
    feedback(tmp_path, "practice")
    submit(tmp_path, "alice", "garbage")
    [second] = grade(tmp_path, "practice")
    assert (first.score, second.score, second.status) == (1, None, UNGRADED)
    assert not (tmp_path / "feedback/alice/practice").exists()
    assert not (tmp_path / "autograded/alice/practice").exists()
    with open_course(tmp_path).gradebook as gradebook:
        assert gradebook.assignment_submissions("practice") == []


def test_do_an_instructors_mark_and_comment_outlive_a_new_grading(
    registered_course, tmp_path, honest
):
    """Nothing has changed that the mark is for, so it needs no other look."""
    registered_course(tmp_path)
    submit(tmp_path, "alice", honest)
    grade(tmp_path, "practice")
    with open_course(tmp_path).gradebook as gradebook:
        names = ("practice", "practice", "alice")
        gradebook.find_comment("answer-1", *names).manual_comment = "Well seen."
        gradebook.find_grade("check-5", *names).manual_score = 2
        gradebook.db.commit()
    [row] = grade(tmp_path, "practice", again=True)
    assert row.score == 3
    with open_course(tmp_path).gradebook as gradebook:
        assert gradebook.find_comment("answer-1", *names).manual_comment == "Well seen."
        assert not gradebook.find_grade("check-5", *names).needs_manual_grade


def test_does_a_run_keep_its_temporary_files_where_the_next_one_sweeps():
    """nbgrader makes some, which a kill would leave behind."""
    before = tempfile.gettempdir()
    with own_temporary_folder():
        folder = Path(tempfile.mkdtemp()).parent
        assert folder.name.startswith(f"{PREFIX}{os.getpid()}-")
    assert not folder.exists()
    assert tempfile.gettempdir() == before


def test_is_everyone_of_the_class_list_told_of(registered_course, tmp_path, honest):
    registered_course(tmp_path)
    submit(tmp_path, "alice", honest)
    with open_book(tmp_path) as book:
        book.enrol("zoe", first_name="Zoë")
    assert statuses(grade(tmp_path, "practice")) == {"alice": GRADED, "zoe": MISSING}


def test_does_nothing_in_submitted_vanish(registered_course, tmp_path, honest):
    """A file without a folder, a notebook one floor too high, a wrong folder: each is named.

    Frank handed in another assignment, which is no mishap.
    """
    registered_course(tmp_path)
    submit(tmp_path, "alice", honest)
    (tmp_path / "submitted/bob").mkdir()
    (tmp_path / "submitted/bob/practice.ipynb").write_text(honest, encoding="utf-8")
    (tmp_path / "submitted/carol.ipynb").write_text(honest, encoding="utf-8")
    (tmp_path / "submitted/dave").mkdir()
    submit(tmp_path, "eve", honest).rename(tmp_path / "submitted/eve/Practice ")
    submit(tmp_path, "frank", honest).rename(tmp_path / "submitted/frank/rotation")
    shutil.copytree(tmp_path / "solutions/practice", tmp_path / "solutions/another")
    (tmp_path / "submitted/.DS_Store").touch()
    rows = grade(tmp_path, "practice")
    assert statuses(rows) == {"alice": GRADED} | dict.fromkeys(
        ["bob", "carol.ipynb", "dave", "eve"], UNGRADED
    )
    assert all("There is no" in row.reason for row in rows if row.status == UNGRADED)


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
def test_is_a_mistreated_notebook_graded_all_the_same(
    registered_course, tmp_path, honest, mistreat
):
    """With its cells' marks gone the answers are still there, in cells that nbgrader reads."""
    registered_course(tmp_path)
    notebook = nbformat.reads(honest, as_version=4)
    mistreat(notebook)
    submit(tmp_path, "alice", json.dumps(notebook))
    [row] = grade(tmp_path, "practice")
    assert row.status == GRADED
    assert [mark.check for mark in row.result.marks] == CHECKS
    assert row.score == (0 if mistreat is drop_all else 1)


def test_is_an_empty_course_named(repository, tmp_path):
    shutil.copytree(repository / "solutions", tmp_path / "solutions")
    with pytest.raises(GradingError, match=r"nothing to grade: put each notebook into submitted/"):
        grade(tmp_path, "practice")


def test_is_one_student_graded_in_what_that_one_has_handed_in(new_course, hand_in, tmp_path):
    """Whatever others have handed in besides; who has handed in nothing at all is named."""
    root = new_course(tmp_path / "course")
    for student, names in {"ada": ["practice"], "bob": ["practice", "rotation"], "cem": []}.items():
        (root / "submitted" / student).mkdir(parents=True)
        for name in names:
            hand_in(root, student, name, {})
    assert _asked(root, None, None) == {"practice": None, "rotation": None}
    assert _asked(root, None, ["ada"]) == {"practice": ["ada"]}
    assert _asked(root, None, ["bob", "ada"]) == {"practice": ["ada", "bob"], "rotation": ["bob"]}
    assert _asked(root, "rotation", ["ada"]) == {"rotation": ["ada"]}
    with pytest.raises(GradingError, match=r"There is no submission by cem\."):
        _asked(root, None, ["ada", "cem"])


def test_is_an_unknown_assignment_named(repository, tmp_path):
    shutil.copytree(repository / "solutions", tmp_path / "solutions")
    with pytest.raises(
        GradingError, match="no assignment homework: choose client or pattern_test or"
    ):
        grade(tmp_path, "homework")


@pytest.mark.starts("nbgrader")
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


def test_is_a_course_without_assignments_named(tmp_path):
    (tmp_path / "solutions").mkdir()
    with pytest.raises(GradingError, match="holds no assignment"):
        grade(tmp_path, "practice")


def test_is_a_wrong_folder_one_sentence(tmp_path):
    with pytest.raises(SystemExit, match="is no course folder"):
        main(["release", "--course", str(tmp_path)])

"""python -m grading: exit codes, sentences and JSON, and no long wait for help."""

import json
import shutil
import subprocess
import sys
import zipfile

import filelock
import pytest

from examiner import process
from examiner.source_scan import HINT, reaches
from grading.__main__ import COMMANDS, main
from grading.check import check
from grading.errors import GradingError
from grading.gradebook.book import open_book
from tests.exercises.solutions import solution


@pytest.fixture
def course(new_course, tmp_path):
    return new_course(tmp_path)


@pytest.fixture(scope="module")
def graded(registered_course, practice_class, tmp_path_factory):
    """A course folder with two graded submissions and one that is no notebook."""
    root = registered_course(tmp_path_factory.mktemp("commands"))
    practice_class(root, 3)
    (root / "submitted/student02/practice/practice.ipynb").write_text("none")
    assert main(["grade", "--course", str(root), "--jobs", "1"]) == 1
    return root


def sentence(*command: object) -> str:
    """Return what a command that cannot do its work says."""
    with pytest.raises(SystemExit) as caught:
        main([str(word) for word in command])
    assert isinstance(caught.value.code, str), "the exit code would not be 1"
    assert caught.value.code.count("\n") == 0
    return caught.value.code


def fails_at_once(*command: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main([*command])
    return caught.value.code


@pytest.mark.parametrize(
    "command", [[], ["no-such"], ["grade", "--no-such"], ["grade", "--jobs", "0"], ["check"]]
)
def test_does_what_is_not_understood_exit_with_two(command, capsys):
    assert fails_at_once(*command) == 2
    told = capsys.readouterr().err
    assert "usage: python -m grading" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("name", COMMANDS)
def test_does_each_command_say_what_it_takes(name, capsys):
    assert fails_at_once(name, "--help") == 0
    told = capsys.readouterr().out
    assert told.startswith(f"usage: python -m grading {name}")
    assert "--course" in told
    assert "--json" in told


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"]])
def test_does_help_wait_for_no_large_library(arguments):
    code = (
        "import sys\nfrom grading.__main__ import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert loaded & {"nbgrader", "nbformat", "sqlalchemy", "matplotlib", "distributed"} == set()
    assert "grading" in loaded


def test_does_the_list_name_every_command(capsys):
    assert fails_at_once("--help") == 0
    told = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n  {name} " not in told] == []


@pytest.mark.parametrize("command", [["grade"], ["regrade"], ["grade", "--assignment", "client"]])
def test_is_nothing_to_grade_one_sentence(course, command):
    assert sentence(*command, "--course", course).startswith("There is nothing to grade: put ")


def test_is_another_grading_at_work_one_sentence(course, practice_class):
    practice_class(course, 1)
    with filelock.FileLock(course / ".grading.lock"):
        told = sentence("grade", "--course", course, "--jobs", 1)
    assert told == f"Another grading is at work in {course}: wait until it has ended."


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["grade", "--assignment", "homework"], "There is no assignment homework: choose"),
        (["grade", "--assignment", "practice", "--student", "eve"], "no submission of practice by"),
        (["status", "--assignment", "homework"], "knows no assignment homework"),
    ],
)
def test_is_what_is_not_there_one_sentence(graded, command, says):
    assert says in sentence(*command, "--course", graded, "--json")


def test_does_a_file_that_cannot_be_read_end_in_a_sentence(monkeypatch):
    def fail(options):
        raise PermissionError(13, "Permission denied", "gradebook.db")

    monkeypatch.setattr("grading.commands.status.run", fail)
    assert "Permission denied" in sentence("status")


@pytest.mark.parametrize("at", ["grading.commands.status.run", "importlib.import_module"])
def test_does_an_interrupt_exit_as_a_shell_expects(monkeypatch, capsys, at):
    """Also in the first seconds, in which libraries are imported."""

    def interrupted(asked):
        raise KeyboardInterrupt

    monkeypatch.setattr(at, interrupted)
    assert main(["status"]) == 130
    assert capsys.readouterr().err.startswith("Stopped: what was done is kept")


@pytest.mark.parametrize("command", [["status"], ["grade", "--jobs", "1"]])
def test_is_json_told_and_nothing_else(graded, command, capsys):
    assert main([*command, "--course", str(graded), "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert [row["student"] for row in rows] == ["student00", "student01", "student02"]
    assert [row["status"] for row in rows] == ["graded", "graded", "ungraded"]
    assert rows[2]["score"] is None
    assert "is not JSON" in rows[2]["reason"]


def test_does_feedback_leave_who_is_ungraded_out(graded, capsys):
    code = main(["feedback", "--course", str(graded), "--json"])
    json.loads(capsys.readouterr().out)
    assert code in (0, 1)
    assert (graded / "feedback/student00/practice/practice.html").exists()
    assert not (graded / "feedback/student02").exists()


def test_does_feedback_go_back_under_the_names_that_came(graded, tmp_path, capsys):
    with open_book(graded) as book:
        path = "Ada Lovelace_101_assignsubmission_file/practice.ipynb"
        book.record_collected("practice", "student00", "moodle", path)
    to = tmp_path / "feedback.zip"
    command = ["feedback", "--course", str(graded), "--to", str(to), "--format"]
    assert main([*command, "moodle"]) == 1
    told = capsys.readouterr().out
    assert "student01 is not in the zip" in told
    assert f"{to} is written; pages: 1, left out: 1." in told
    with zipfile.ZipFile(to) as archive:
        [name] = archive.namelist()
        page = archive.read(name)
    assert name == "Ada Lovelace_101_assignsubmission_file/practice.html"
    assert page == (graded / "feedback/student00/practice/practice.html").read_bytes()
    assert "No notebook of practice came from Canvas" in sentence(*command, "canvas")


@pytest.fixture
def handed(hand_in, tmp_path):
    """Return the path of a notebook with this answer to an exercise."""

    def handed(answer: str, exercise: str = "rotation"):
        hand_in(tmp_path, "me", exercise, {f"answer-{exercise}": answer})
        return tmp_path / f"submitted/me/{exercise}/{exercise}.ipynb"

    return handed


def test_does_check_say_what_it_is_about(repository, tmp_path):
    blank = repository / "exercises/practice/practice.ipynb"
    assert "no rules to check practice by: check rotation or client" in sentence("check", blank)
    assert "cannot be read: No such file" in sentence("check", tmp_path / "rotation.ipynb")
    (tmp_path / "client.ipynb").write_text("{}")
    assert "there is no list of cells" in sentence("check", tmp_path / "client.ipynb")
    (tmp_path / "client.ipynb").write_text('{"cells": []}')
    assert "has no code in a cell answer-client" in sentence("check", tmp_path / "client.ipynb")


def test_does_check_refuse_two_answers(handed):
    path = handed("x = 1")
    notebook = json.loads(path.read_text())
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "answer-rotation")
    notebook["cells"].append(cell | {"source": "x = 2"})
    path.write_text(json.dumps(notebook))
    with pytest.raises(GradingError, match="2 different cells may be answer-rotation: keep one"):
        check(path)


def test_does_check_say_that_it_can_start_no_process(handed, monkeypatch):
    monkeypatch.setattr(process, "STARTING", 0)
    path = handed(solution("rotation", "right/dataclass_enum"))
    assert "Nothing can be examined on this machine now" in sentence("check", path)


def test_does_check_tell_points_and_exit_by_them(handed, capsys):
    path = handed("def token():\n    pass")
    assert main(["check", str(path)]) == 1
    told = capsys.readouterr().out
    assert "0 of 1 point" in told
    assert told.rstrip().endswith("The other rules are examined after you hand in.")
    assert "Traceback" not in told


def test_does_check_say_what_a_person_will_read_and_change_no_points(handed, capsys):
    right = solution("client", "right/one_lock")
    told = [*reaches("import gc"), HINT]
    path = handed(f"import gc\n{right}", "client")
    assert main(["check", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == told
    assert main(["check", str(path), "--json"]) == 0
    printed = capsys.readouterr()
    assert all(verdict["passed"] for verdict in json.loads(printed.out))
    assert printed.err.split("\n")[-3:-1] == told


def test_does_check_tell_json_of_a_notebook_by_another_name(handed, capsys):
    right = solution("client", "right/one_lock")
    path = handed(right, "client")
    shutil.move(path, path.with_name("mine (2).ipynb"))
    command = ["check", str(path.with_name("mine (2).ipynb")), "--exercise", "client", "--json"]
    assert main(command) == 0
    verdicts = json.loads(capsys.readouterr().out)
    assert all(verdict["passed"] for verdict in verdicts)

"""What students get is made from the source, to the byte, and tells them no answer."""

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from examiner.rotation.rules import RULES
from grading.commands.bundle import bundle
from grading.commands.release import release
from grading.errors import GradingError
from tests.exercises.solutions import solution

SECRETS = [
    "BEGIN SOLUTION",
    "HIDDEN TESTS",
    "misconception =",
    "section =",
    "grading.examining.hidden_rules.rotation",
    "grading.examining.hidden_rules.client",
    "Worked solution",
    "Quick check",
]
# Of grading, students get these modules.
CHECK = {"__init__", "__main__", "check", "errors", "printing", "submission", "code_exercises"}
# What examines the hidden rules, and what turns answers into marks.
HIDDEN_MODULES = [
    "examining/hidden_rules/rotation",
    "examining/hidden_rules/rotation_kept",
    "examining/hidden_rules/rotation_races",
    "examining/hidden_rules/client",
    "examining/hidden_rules/client_vault",
    "examining/multiple_choice",
    "examining/code_answers",
]
ANSWERED = re.compile(r'answer_\d+ = \\?"[A-D]')
QUESTIONS = {
    "practice": {"easy": 2, "medium": 2, "hard": 1},
    "pattern_test": {"easy": 3, "medium": 4, "hard": 3},
    "client": {"easy": 9, "medium": 2, "hard": 1},
    "rotation": {"easy": 7, "medium": 4, "hard": 3},
}
POINTS = {"easy": 1, "medium": 2, "hard": 3}


@pytest.fixture
def exercise(repository, assignment):
    return repository / f"exercises/{assignment}/{assignment}.ipynb"


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }


@pytest.fixture(scope="module")
def made(repository, tmp_path_factory):
    """What the command makes that nbgrader's users know, without a gradebook."""
    root = tmp_path_factory.mktemp("made")
    shutil.copytree(repository / "solutions", root / "solutions")
    shutil.copy(repository / "nbgrader_config.py", root)
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "*", "--no-db"]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return root / "exercises"


@pytest.mark.starts("nbgrader")
def test_is_what_is_committed_what_the_source_makes(repository, made, assignment):
    assert files(made / assignment) == files(repository / "exercises" / assignment)


@pytest.mark.starts("nbgrader")
def test_does_our_command_make_the_same(repository, tmp_path):
    shutil.copytree(repository / "solutions", tmp_path / "solutions")
    assert list(release(tmp_path)) == sorted(
        path.name for path in (repository / "solutions").iterdir()
    )
    assert files(tmp_path / "exercises") == files(repository / "exercises")
    assert (tmp_path / "gradebook.db").exists()


def test_is_a_folder_without_solutions_named(tmp_path):
    with pytest.raises(GradingError, match="no course folder"):
        release(tmp_path)


@pytest.mark.starts("nbgrader")
def test_does_a_source_that_nbgrader_refuses_give_its_reason(repository, tmp_path):
    shutil.copytree(repository / "solutions", tmp_path / "solutions")
    source = tmp_path / "solutions/practice/practice.ipynb"
    source.write_text(source.read_text(encoding="utf-8").replace("### END SOLUTION", ""), "utf-8")
    with pytest.raises(GradingError, match=r"could not release practice: .*no end solution"):
        release(tmp_path)


def test_does_an_exercise_hold_the_questions_and_no_answer(exercise, assignment):
    text = exercise.read_text(encoding="utf-8")
    counts = {level: text.count(f"· {level} ·") for level in POINTS}
    assert counts == QUESTIONS[assignment]
    assert [secret for secret in [*SECRETS, "grading."] if secret in text] == []
    assert not ANSWERED.search(text)


def test_do_the_points_follow_the_difficulty_and_is_there_a_hint(source, assignment):
    cells = {cell.id: cell for cell in source.cells}
    for number in range(1, sum(QUESTIONS[assignment].values()) + 1):
        question = cells[f"question-{number}"].source
        heading = question.splitlines()[0]
        difficulty = re.match(rf"##+ (?:Question|Rule) {number} · (\w+) · (\d) points?$", heading)
        assert POINTS[difficulty[1]] == int(difficulty[2])
        assert POINTS[difficulty[1]] == cells[f"check-{number}"].metadata.nbgrader.points
        assert "<details><summary>Hint</summary>" in question


def texts(folder: Path) -> dict[str, str]:
    return {
        name: content.decode()
        for name, content in files(folder).items()
        if not name.endswith((".png", ".pyc"))
    }


def run_grading(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run a command of the course in a folder, by what lies there."""
    return subprocess.run(
        [sys.executable, "-m", "grading", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_does_the_bundle_hold_what_students_need_and_no_more(unpacked, repository):
    tops = {path.name for path in unpacked.iterdir()}
    assert tops == {
        "LICENSE",
        "Makefile",
        "README.md",
        "docs",
        "examiner",
        "exercises",
        "grading",
        "lab",
        "lesson",
        "notebooks",
        "pyproject.toml",
        "requirements.txt",
        "runtime.txt",
        "server",
    }
    assert {path.name for path in (unpacked / "docs").iterdir()} == {"lab.png"}
    assert set(files(unpacked / "grading")) == {f"{name}.py" for name in CHECK}
    for folder in ["exercises", "notebooks"]:
        assert files(unpacked / folder) == files(repository / folder)


def test_does_every_link_of_the_readme_lead_somewhere_in_the_bundle(unpacked):
    text = (unpacked / "README.md").read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in link]
    assert len(links) > 10
    assert [link for link in links if not (unpacked / link).exists()] == []


def test_does_the_bundle_tell_no_hidden_rule(unpacked, repository):
    """Not a sentence or a function of what examines them, nor the name of such a module."""
    text = "\n".join(texts(unpacked).values())
    for name in HIDDEN_MODULES:
        module = (repository / f"grading/{name}.py").read_text(encoding="utf-8")
        own = re.findall(r'^ *(?:f?".{30,}|def [a-z]\w+\(.{10,}):?,?$', module, re.MULTILINE)
        assert len(own) > 3
        assert [line for line in own if line.strip() in text] == []
        assert f"grading.{name.replace('/', '.')}" not in text


@pytest.mark.starts("an examiner")
def test_can_students_check_their_code_by_the_public_rules(unpacked, repository, tmp_path):
    """In the bundle: a blank breaks rules, a right answer keeps them, and that is all there is."""
    blank = run_grading(unpacked, "check", "exercises/rotation/rotation.ipynb")
    assert blank.returncode == 1, blank.stderr
    every = sum(rule.points for rule in RULES)
    assert f"0 of {every} points" in blank.stdout
    notebook = nbformat.read(unpacked / "exercises/rotation/rotation.ipynb", as_version=4)
    [answer] = [cell for cell in notebook.cells if cell.id == "answer-rotation"]
    answer.source = solution("rotation", "right/dataclass_enum")
    nbformat.write(notebook, tmp_path / "rotation.ipynb")
    right = run_grading(unpacked, "check", str(tmp_path / "rotation.ipynb"))
    assert right.returncode == 0, right.stdout
    assert f"{every} of {every} points" in right.stdout
    listed = run_grading(unpacked, "--help").stdout
    assert re.findall(r"^  ([a-z]+) ", listed, re.MULTILINE) == ["check"]


@pytest.mark.skipif(sys.platform == "win32", reason="make is not used on Windows")
def test_does_make_say_that_a_bundle_is_none_of_the_instructors(unpacked):
    done = subprocess.run(["make", "grade"], cwd=unpacked, capture_output=True, text=True)
    assert done.returncode != 0
    assert "This is the student bundle" in done.stdout
    assert not (unpacked / ".venv").exists()


def test_does_the_bundle_tell_no_answer(unpacked, source):
    """Neither the markers nor one line of a hidden test or a worked solution."""
    hidden = [
        line.strip()
        for cell in source.cells
        for line in cell.source.partition("HIDDEN TESTS")[2].splitlines()
        if cell.cell_type == "code" and len(line.strip()) > 20
    ]
    worked = [
        line
        for cell in source.cells
        if "worked" in cell.metadata.get("tags", [])
        for line in cell.source.splitlines()
        if cell.cell_type == "markdown" and len(line) > 20
    ]
    assert len(hidden) >= 10
    assert len(worked) > 20
    text = "".join(texts(unpacked).values())
    for secret in [*SECRETS, *hidden, *worked]:
        assert secret not in text
        assert secret.replace('"', '\\"') not in text
    assert not ANSWERED.search(text)


def test_has_the_bundle_all_lessons_and_not_what_its_exercise_asks_for(unpacked, repository):
    """That they run there, tests/notebooks/test_run_twice.py sees."""
    lessons = sorted(path.name for path in repository.glob("notebooks/*.ipynb"))
    assert sorted(path.name for path in unpacked.glob("notebooks/*.ipynb")) == lessons
    assert not (unpacked / "server/rotation.py").exists()


def test_can_the_bundle_be_installed(unpacked, tmp_path):
    """Of a folder that the package list names students get a part; the build must not mind."""
    build = f"import hatchling.build; hatchling.build.build_editable({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=unpacked, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    assert zipfile.ZipFile(wheel).testzip() is None


def test_is_a_folder_that_is_no_checkout_named(tmp_path):
    with pytest.raises(
        GradingError, match=r"git could not pack the course: .*not a git repository"
    ):
        bundle(tmp_path)


def test_does_the_released_notebook_run_before_it_is_answered(exercise):
    """Every question's code runs as it came; the checks alone complain, in a few words each.

    A check whose test is hidden altogether holds a comment.
    """
    from nbclient import NotebookClient

    notebook = nbformat.read(exercise, as_version=4)
    NotebookClient(notebook, timeout=60, allow_errors=True).execute()
    for cell in notebook.cells:
        errors = [out for out in cell.get("outputs", []) if out.output_type == "error"]
        if cell.id.startswith("check-") and not cell.source.startswith("#"):
            [error] = errors
            assert error.traceback == [error.evalue]
            assert re.search("has no answer yet|Not attempted yet", error.evalue)
        else:
            assert errors == [], cell.id


@pytest.mark.starts("a kernel")
def test_does_validate_say_success_to_a_wrong_letter(repository, tmp_path):
    """As the practice says; why learners get no nbgrader."""
    from nbgrader.validator import Validator

    notebook = nbformat.read(repository / "exercises/practice/practice.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = re.sub(r'^(answer_\d = )""', r'\1"A"', cell.source)
    nbformat.write(notebook, tmp_path / "practice.ipynb")
    validator = Validator()
    validator.stream = io.StringIO()
    validator.validate_and_print(str(tmp_path / "practice.ipynb"))
    assert validator.stream.getvalue().startswith("Success!")
    assert "says *Success* to a wrong letter" in "\n".join(cell.source for cell in notebook.cells)

"""The cells that registering writes are those that nbgrader's own release writes."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from grading import course
from grading.examining.assignment import read_exercise
from grading.gradebook import registration
from grading.gradebook.book import open_book
from grading.gradebook.registration import register_assignment, release_assignment
from grading.gradebook.released_cells import are_plain
from tests.conftest import ASSIGNMENTS

NAMED = """
    SELECT id, 'assignment ' || name FROM assignment
    UNION SELECT id, 'notebook ' || name FROM notebook
    UNION SELECT id, type || ' ' || name FROM base_cell
    UNION SELECT id, 'source ' || name FROM source_cell
"""


def rows(root: Path) -> dict[str, list[tuple]]:
    """Return the rows of all tables, with names in place of ids, which are random."""
    with closing(sqlite3.connect(root / "gradebook.db")) as database:
        names = dict(database.execute(NAMED))
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master")]
        tables = [name for name in tables if not name.startswith("sqlite_autoindex")]
        found = {name: list(database.execute(f"SELECT * FROM {name}")) for name in tables}
    return {
        table: [tuple(names.get(value, value) for value in line) for line in lines]
        for table, lines in found.items()
    }


def edit(root: Path, name: str, cell_id: str, **members) -> None:
    path = root / f"solutions/{name}/{name}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    [cell] = [cell for cell in notebook["cells"] if cell["id"] == cell_id]
    cell |= members
    path.write_text(json.dumps(notebook), "utf-8")


@pytest.fixture
def courses(new_course, tmp_path) -> dict[str, Path]:
    return {name: new_course(tmp_path / name) for name in ("ours", "theirs")}


def register(courses: dict[str, Path], name: str, monkeypatch) -> None:
    """Register an assignment without nbgrader, and in the other course by it."""
    exercises = {root: read_exercise(root, name) for root in courses.values()}
    with open_book(courses["theirs"]) as book:
        root = courses["theirs"]
        release_assignment(root, exercises[root], book, str(root / "exercises"))
    with monkeypatch.context() as patch, open_book(courses["ours"]) as book:
        patch.setattr(registration, "release_assignment", None)
        register_assignment(courses["ours"], exercises[courses["ours"]], book)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_are_the_rows_those_that_nbgrader_writes(courses, name, monkeypatch):
    register(courses, name, monkeypatch)
    assert rows(courses["ours"]) == rows(courses["theirs"])
    assert len(rows(courses["ours"])["base_cell"]) > 3


def test_are_they_so_after_a_change(courses, monkeypatch):
    """A source changes, then the points, which puts the layout aside, then they come back."""
    register(courses, "practice", monkeypatch)
    before = rows(courses["ours"])["source_cell"]
    for root in courses.values():
        edit(root, "practice", "check-3", source="assert answer_3")
    register(courses, "practice", monkeypatch)
    after = rows(courses["ours"])
    assert after == rows(courses["theirs"])
    assert len({*after["source_cell"]} - {*before}) == 1
    marks = {"grade": True, "solution": False, "locked": True, "points": 5, "schema_version": 3}
    for points in (5, 2):
        marks |= {"grade_id": "check-3", "points": points}
        for root in courses.values():
            edit(root, "practice", "check-3", metadata={"nbgrader": marks})
        register(courses, "practice", monkeypatch)
        for table in ("grade_cells", "base_cell", "source_cell", "notebook", "kept_release"):
            ours, theirs = (sorted(rows(root)[table], key=repr) for root in courses.values())
            assert ours == theirs, table


@pytest.mark.parametrize(
    ("cell_id", "changed"),
    [
        ("answer-1", {"cell_type": "markdown"}),
        ("check-1", {"id": "answer-1"}),
        ("check-1", {"id": "check 1"}),
        ("check-1", {"source": "### AUTOTEST answer_1"}),
        ("title", {"source": "### BEGIN MARK SCHEME"}),
        ("check-1", {"schema_version": 2}),
        ("check-1", {"points": None}),
        ("check-1", {"grade_id": "check-7"}),
        ("check-1", {"task": True}),
        ("check-1", {"locked": "yes"}),
    ],
)
def test_is_what_nbgrader_may_refuse_or_change_left_to_it(repository, cell_id, changed):
    exercise = read_exercise(repository, "practice")
    assert are_plain(exercise)
    [cell] = [cell for cell in exercise.cells if cell["id"] == cell_id]
    marks = cell["metadata"].get("nbgrader", {})
    own = {name: value for name, value in changed.items() if name in cell}
    marks |= {name: value for name, value in changed.items() if name not in cell}
    at = exercise.cells.index(cell)
    cells = (*exercise.cells[:at], cell | own, *exercise.cells[at + 1 :])
    assert not are_plain(replace(exercise, cells=cells))


@pytest.fixture
def asked(monkeypatch) -> list[tuple]:
    """What nbgrader is asked to release, and does not."""
    found = []
    monkeypatch.setattr(registration, "release_assignment", lambda *given: found.append(given))
    return found


def test_is_a_second_notebook_left_to_nbgrader(new_course, tmp_path, asked):
    """nbgrader registers it too."""
    root = new_course(tmp_path / "course")
    (root / "solutions/practice/notes.ipynb").write_text("{}")
    with open_book(root) as book:
        register_assignment(root, read_exercise(root, "practice"), book)
    assert asked


@pytest.mark.parametrize(
    "line",
    [
        'c.GenerateAssignment.preprocessors.append("somebodys.own.Step")',
        'c.GenerateAssignment.preprocessors = ["nbgrader.preprocessors.SaveCells"]',
        "c.GenerateAssignment.create_assignment = False",
    ],
)
def test_are_other_steps_of_a_release_left_to_nbgrader(
    new_course, tmp_path, asked, monkeypatch, line
):
    """They may change what is graded."""
    root = new_course(tmp_path / "course")
    config = tmp_path / "nbgrader_config.py"
    config.write_text(f"{course.CONFIG.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    monkeypatch.setattr(course, "CONFIG", config)
    with open_book(root) as book:
        register_assignment(root, read_exercise(root, "practice"), book)
    assert asked

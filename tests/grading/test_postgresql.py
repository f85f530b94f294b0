"""The gradebook in a real PostgreSQL server: what comes out is what SQLite holds."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest
from nbgrader import api
from sqlalchemy import Connection, create_engine, text

from grading.commands.grade import grade, register
from grading.gradebook import create
from grading.gradebook.book import Book, open_book

pytestmark = pytest.mark.starts("a database server")
USER = "postgres" if hasattr(os, "geteuid") and os.geteuid() == 0 else None  # it refuses root
GRADE = """
import sys
from pathlib import Path
from grading.commands.grade import grade
grade(Path(sys.argv[1]), sys.argv[2], jobs=1)
"""


def programs() -> Path:
    """Return where PostgreSQL's programs are: Debian keeps them off the PATH."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve())
    if not found:
        if os.environ.get("CI"):
            raise AssertionError("There is no PostgreSQL here.")
        pytest.skip("no PostgreSQL here: on Debian and Ubuntu, apt install postgresql")
    return found[-1].parent


def run(*command: object) -> None:
    done = subprocess.run(
        [*map(str, command)], user=USER, cwd="/", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a database server without its database's name.

    Its folder is not in pytest's, which is closed to other users.
    """
    pg_ctl = programs() / "pg_ctl"
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    port, data, log = free_port(), folder / "data", folder / "log"
    if USER:
        shutil.chown(folder, USER)
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -F"
    run(pg_ctl, "init", "-s", "-D", data, "-o", "-U grader -A trust --no-sync -E UTF8")
    run(pg_ctl, "start", "-s", "-w", "-D", data, "-l", log, "-o", options)
    yield f"postgresql+psycopg://grader@127.0.0.1:{port}"
    run(pg_ctl, "stop", "-s", "-w", "-m", "immediate", "-D", data)
    shutil.rmtree(folder)


@pytest.fixture
def database(server, monkeypatch, numbers=count()) -> str:  # noqa: B008
    """The URL of an empty database, where the gradebook is to be."""
    name = f"course{next(numbers)}"
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    monkeypatch.setenv("GRADEBOOK_URL", f"{server}/{name}")
    return f"{server}/{name}"


@pytest.fixture
def course(new_course, practice_class, tmp_path) -> Path:
    """A course folder with six submissions of the practice, one of them broken."""
    root = new_course(tmp_path / "course")
    practice_class(root, 6)
    (root / "submitted/student05/practice/practice.ipynb").write_text("not JSON")
    (root / "submitted/student04/practice/timestamp.txt").write_text("2026-10-01 12:00:00 UTC")
    return root


def content(url: str) -> dict[str, list]:
    """Return the rows of all tables that grading writes."""
    engine = create_engine(url)
    asked = {name: f"SELECT * FROM {name} ORDER BY 1, 2" for name in ("grade", "comment")}
    asked["examined_submission"] = "SELECT * FROM examined_submission ORDER BY 1, 2"
    with engine.connect() as connection:
        found = {name: connection.execute(text(query)).all() for name, query in asked.items()}
    engine.dispose()
    return found


def test_are_the_rows_those_of_sqlite(database, course, monkeypatch):
    rows = grade(course, "practice", jobs=2)
    assert [row.status for row in rows] == ["graded"] * 5 + ["ungraded"]
    assert not (course / "gradebook.db").exists()
    written = content(database)
    assert grade(course, "practice", jobs=2) == rows
    assert content(database) == written
    monkeypatch.delenv("GRADEBOOK_URL")
    assert grade(course, "practice", jobs=2) == rows


def test_does_nbgrader_find_the_scores_and_does_a_mark_given_by_hand_stay(database, course):
    rows = {row.student: row for row in grade(course, "practice", jobs=1)}
    with api.Gradebook(database, "refresh-tokens") as gradebook:
        found = {
            each.student.id: each.score for each in gradebook.assignment_submissions("practice")
        }
        given = gradebook.find_grade("check-3", "practice", "practice", "student00")
        before, given.manual_score = given.auto_score, 1.5
        gradebook.db.commit()
    assert found == {name: row.score for name, row in rows.items() if row.status == "graded"}
    again = {row.student: row for row in grade(course, "practice", jobs=1, again=True)}
    expected = rows["student00"].score - before + 1.5
    assert again.pop("student00").score == expected
    assert again == {name: row for name, row in rows.items() if name != "student00"}


def test_do_changed_points_and_a_fall_keep_what_was_there(database, course, hand_in):
    """Each submission has the maximum of its version, and the better mark before is known."""
    path = course / "solutions/practice/practice.ipynb"
    before = {row.student: row for row in grade(course, "practice", jobs=1)}
    notebook = json.loads(path.read_text("utf-8"))
    [check] = [cell for cell in notebook["cells"] if cell["id"] == "check-3"]
    check["metadata"]["nbgrader"]["points"] = 3
    path.write_text(json.dumps(notebook), "utf-8")
    assert register(course, "practice") == ["check-3 of practice: 2 → 3 points."]
    shutil.rmtree(course / "submitted/student00")
    hand_in(course, "student00", "practice", {})
    after = {row.student: row for row in grade(course, "practice", jobs=1)}
    assert (after["student00"].best, after["student00"].score) == (before["student00"].score, 0)
    assert after["student05"].status == "ungraded"
    for row in (after["student01"], after["student02"]):
        assert (row.score, row.max_score) == (before[row.student].score, 9)


def test_can_two_course_folders_be_graded_into_one_gradebook_at_once(
    database, course, new_course, hand_in, tmp_path
):
    """They make its tables, the course and the students at the same time."""
    other = new_course(tmp_path / "other")
    for number in range(5):
        hand_in(other, f"student{number:02}", "pattern_test", {})
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", GRADE, root, assignment],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for root, assignment in [(course, "practice"), (other, "pattern_test")]
    ]
    for process in runs:
        _, said = process.communicate()
        assert process.returncode == 0, said
    with open_book(course) as book:
        assert book.assignments() == ["pattern_test", "practice"]
        practice, test = book.rows("practice"), book.rows("pattern_test")
    assert [row.status for row in practice] == ["graded"] * 5 + ["ungraded"]
    assert [row.status for row in test] == ["graded"] * 5 + ["missing"]
    assert [row.student for row in practice] == [row.student for row in test]


def test_can_many_open_an_empty_database_at_once(database, monkeypatch):
    at_once = Barrier(4)

    def met(connection: Connection) -> None:
        at_once.wait()
        wait_for_others(connection)

    wait_for_others = create._wait_for_others
    monkeypatch.setattr(create, "_wait_for_others", met)
    with ThreadPoolExecutor() as threads:
        for opened in [threads.submit(Book, database) for _ in range(4)]:
            opened.result().close()


def test_can_two_runs_enrol_one_student_at_once(database):
    """The second waits for the first, and then finds the student there."""
    engine = create_engine(database)
    with Book(database) as book, ThreadPoolExecutor() as threads, engine.connect() as first:
        first.execute(text("INSERT INTO student (id) VALUES ('alice')"))
        second = threads.submit(book.enrol, "alice", email="alice@example.org")
        with engine.connect() as observer:
            while not observer.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                assert not second.done()
        first.commit()
        second.result()
        assert [row.email for row in book.rows("practice")] == ["alice@example.org"]
    engine.dispose()

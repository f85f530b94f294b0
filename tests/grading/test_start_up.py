"""A command loads what it needs, and none of the large libraries that others need."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grading.commands.grade import grade

pytestmark = pytest.mark.starts("a command line")
# Run in a process of its own: what has been imported there when a command has ended.
AFTER = "import json, sys; {}; print(json.dumps(sorted(sys.modules)))"
COMMAND = "from grading.__main__ import main; main(sys.argv[1:])"
EXAMINER = "import grading.examining.examine"
LARGE = {
    *("nbgrader", "nbconvert", "nbformat", "nbclient", "jsonschema", "traitlets.config.manager"),
    *("alembic", "sqlalchemy.orm", "setuptools", "tornado", "zmq", "jinja2", "bs4", "requests"),
    *("flask", "werkzeug", "httpx", "jwt", "cryptography", "dask", "distributed", "IPython"),
    *("pandas", "numpy", "matplotlib", "examiner.rotation.rules", "examiner.client.rules"),
}


def loaded(statements: str, *command: object) -> set[str]:
    """Return the names of all modules that a process has imported when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", AFTER.format(statements), *map(str, command)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def course(new_course, practice_class, tmp_path_factory) -> Path:
    root = new_course(tmp_path_factory.mktemp("start") / "course")
    practice_class(root, 2)
    (root / "submitted/student00/practice/timestamp.txt").write_text("2026-10-01 12:00:00 UTC")
    grade(root, "practice", jobs=1)
    return root


def test_does_status_load_no_large_library(course):
    found = loaded(COMMAND, "status", "--course", course)
    assert "grading.gradebook.book" in found
    assert found & {*LARGE, "psutil", "dateutil", "tqdm", "filelock", "examiner.process"} == set()


@pytest.mark.parametrize("command", ["grade", "regrade"])
def test_does_grading_of_the_practice_load_no_large_library(course, command):
    """Neither for a new gradebook, nor for one that knows the submissions."""
    (course / "gradebook.db").unlink()
    for _ in range(2):
        found = loaded(COMMAND, command, "--course", course, "--assignment", "practice")
        assert "grading.examining.pool" in found
        assert found & LARGE == set()


def test_does_an_examiner_of_the_practice_load_no_large_library():
    found = loaded(EXAMINER)
    assert "grading.examining.multiple_choice" in found
    assert found & {*LARGE, "sqlalchemy"} == set()

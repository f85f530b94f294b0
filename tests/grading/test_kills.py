"""Grading is killed at random moments, again and again; then the marks are those of a quiet run."""

import contextlib
import multiprocessing
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from tempfile import gettempdir

import nbformat
import psutil
import pytest
from nbgrader import api

from grading.examining.assignment import read_exercise
from grading.examining.examine import examine, job
from grading.examining.sandbox import sweep
from grading.gradebook.book import open_book
from grading.gradebook.row import Row
from tests.conftest import full_marks, points_of

pytestmark = pytest.mark.starts("an examiner")
CHECKS = {name: len(points_of(name)) for name in ("practice", "rotation")}
PATIENCE = 60  # seconds for the killed to be gone, on a busy machine
MADE = {"alembic_version", "course", "grade", "examined_submission", "learned_assignment"}
GRADE = """
import os
from pathlib import Path
from grading.commands.grade import grade
os.setsid()
for name in names:
    grade(Path(root), name, jobs=2)
"""
SUBMISSIONS = """
    SELECT assignment.name, student_id, (
        SELECT count(auto_score) FROM grade JOIN submitted_notebook AS notebook
        ON grade.notebook_id = notebook.id WHERE notebook.assignment_id = submission.id
    ) FROM submitted_assignment AS submission
    JOIN assignment ON assignment.id = submission.assignment_id
"""


@pytest.fixture(scope="module")
def start():
    """Start a run that grades these assignments; the imports are done once, for all runs."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["grading.commands.grade", "nbgrader.preprocessors"])

    def start(root: Path, names=tuple(CHECKS)):
        given = {"root": str(root), "names": names}
        process = context.Process(target=exec, args=(GRADE, given))
        process.start()
        return process

    return start


@pytest.fixture(scope="module")
def fill(new_course, practice_class, hand_in, rotation_answer):
    """Fill a new course folder with a class of 60; two of them handed in what is no notebook."""

    def fill(root: Path) -> Path:
        practice_class(new_course(root), 56)
        hand_in(root, "alice", "rotation", rotation_answer)
        hand_in(root, "bob", "rotation", rotation_answer)
        hand_in(root, "carol", "rotation", {})
        hand_in(root, "dave", "rotation", {"answer-rotation": "def token(:"})
        for student, name in [("student07", "practice"), ("dave", "rotation")]:
            (root / f"submitted/{student}/{name}/{name}.ipynb").write_text("not JSON")
        return root

    return fill


@dataclass
class Seen:
    """Remember whatever ran, so that it can be asked for when it should be gone."""

    runs: set[int] = field(default_factory=set)
    inside: set[psutil.Process] = field(default_factory=set)

    def look(self, run: int) -> list[psutil.Process]:
        """Return what a run has started."""
        self.runs.add(run)
        found = []
        with contextlib.suppress(psutil.NoSuchProcess):
            found = psutil.Process(run).children(recursive=True)
        self.inside.update(found)
        return found

    def folders(self) -> list[Path]:
        """Return the folders that are left of what runs have started."""
        places = (Path("/dev/shm"), Path(gettempdir()))
        found = [path for place in places for path in place.glob("examiner-*-*")]
        return [path for path in found if int(path.name.split("-")[1]) in self.runs]

    def sandboxes(self) -> list[psutil.Process]:
        """Return the sandboxes that are left: their commands name such a folder."""
        left = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                command = " ".join(process.cmdline())
                left += [process for run in self.runs if f"/examiner-{run}-" in command]
        return left


def kill(kind: str, run: int, inside: list[psutil.Process]) -> bool:
    """Kill one of a kind with SIGKILL; say whether there was one."""
    if kind == "parent":
        os.kill(run, signal.SIGKILL)
        return True
    if kind == "group":
        with contextlib.suppress(ProcessLookupError):  # it has not made its group yet
            os.killpg(run, signal.SIGKILL)
            return True
        return False
    with contextlib.suppress(psutil.NoSuchProcess, IndexError):
        random.choice([process for process in inside if is_a(kind, process)]).kill()
        return True
    return False


def is_a(kind: str, process: psutil.Process) -> bool:
    """Tell an examiner and the outer process of a sandbox; what is inside dies of its own too."""
    if kind == "examiner":
        return "grading.examining.examine" in process.cmdline()
    return process.name() == "bwrap" and "grading.examining.examine" in process.parent().cmdline()


def assert_no_partial_marks(root: Path) -> None:
    if not (root / "gradebook.db").exists():
        return
    with contextlib.closing(sqlite3.connect(root / "gradebook.db", timeout=PATIENCE)) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        assert not tables or tables >= MADE
        if not tables:
            return
        assert database.execute("SELECT count(*) FROM alembic_version").fetchall() == [(1,)]
        asked = "SELECT assignment, student FROM examined_submission WHERE status = 'graded'"
        database.execute("BEGIN")  # both questions are about one moment
        examined = sorted(database.execute(asked))
        submissions = sorted(database.execute(SUBMISSIONS))
    assert [(name, student) for name, student, _ in submissions] == examined
    assert all(grades == CHECKS[name] for name, _, grades in submissions)


def rows(root: Path) -> dict[str, list[Row]]:
    with open_book(root) as book:
        return {name: book.rows(name) for name in CHECKS}


def assert_same(root: Path, expected: dict[str, list[Row]]) -> None:
    assert rows(root) == expected
    for name in CHECKS:
        for row in expected[name]:
            path = root / "autograded" / row.student / name / f"{name}.ipynb"
            assert path.exists() == (row.status == "graded")
            if path.exists():
                nbformat.validate(nbformat.read(path, as_version=4))


def finish(run: multiprocessing.Process) -> None:
    run.join()
    assert run.exitcode == 0


def kill_and_go_on(folders: Iterator[Path], start, expected, length: float, kills: int) -> Seen:
    """Kill so many times, start again after each; a new folder where a run came to its end."""
    root, seen = next(folders), Seen()
    run, kinds = start(root), ["parent", "group", "examiner", "sandbox"]
    while kills:
        run.join(random.uniform(0, length))
        if run.exitcode is not None:
            finish(run)
            assert_same(root, expected)
            root = next(folders)
        elif kill(kind := random.choice(kinds), run.pid, seen.look(run.pid)):
            kills -= 1
            if kind in ("examiner", "sandbox"):
                kinds.remove(kind)  # the second one in a run may hit the same submission again
                assert_no_partial_marks(root)
                continue
            run.join()
            assert_no_partial_marks(root)
        else:
            continue
        run, kinds = start(root), ["parent", "group", "examiner", "sandbox"]
    finish(run)
    finish(start(root))  # it clears away what the last kill has left
    assert_same(root, expected)
    return seen


def test_are_all_marks_those_of_an_undisturbed_run(tmp_path, fill, start, repeats):
    root = fill(tmp_path / "undisturbed")
    start(tmp_path, ()).join()  # so that no import is measured
    begun = time.monotonic()
    finish(start(root))
    length, expected = time.monotonic() - begun, rows(root)
    scores = {row.student: row.score for row in expected["rotation"] if row.status != "missing"}
    full = full_marks("rotation")
    assert scores == {"alice": full, "bob": full, "carol": 0, "dave": None}
    random.seed(seed := random.randrange(10**6))
    print(f"The seed of the moments is {seed}.")
    folders = (fill(tmp_path / str(number)) for number in range(1000))
    seen = kill_and_go_on(folders, start, expected, length, repeats(2, 100))
    _, alive = psutil.wait_procs(seen.inside, PATIENCE)
    assert alive == seen.sandboxes() == seen.folders() == []


def test_can_a_gradebook_be_used_that_was_being_made_at_a_kill(
    tmp_path, new_course, practice_class, start, repeats
):
    random.seed(seed := random.randrange(10**6))
    print(f"The seed of the moments is {seed}.")
    for number in range(repeats(2, 50)):
        root = new_course(tmp_path / str(number))
        practice_class(root, 2)
        run = start(root, ["practice"])
        run.join(random.uniform(0, 1))
        run.kill()
        run.join()
        assert_no_partial_marks(root)
    finish(start(root, ["practice"]))
    with api.Gradebook(f"sqlite:///{root / 'gradebook.db'}", "refresh-tokens") as gradebook:
        assert len(gradebook.assignment_submissions("practice")) == 2
    assert_no_partial_marks(root)


def test_does_a_sandbox_that_was_killed_from_outside_cost_no_mark(
    repository, hand_in, rotation_answer, tmp_path
):
    hand_in(tmp_path, "alice", "rotation", rotation_answer)
    content = (tmp_path / "submitted/alice/rotation/rotation.ipynb").read_bytes()
    exercise = read_exercise(repository, "rotation")
    later = {check.name for check in exercise.checks[3:]}  # which are no matter here
    few = replace(exercise, cells=tuple(cell for cell in exercise.cells if cell["id"] not in later))
    asked, before = job(few, content), psutil.Process().children()
    with ThreadPoolExecutor() as threads:
        found = threads.submit(examine, **asked)
        while not (sandbox := set(psutil.Process().children()) - set(before)):
            time.sleep(0.1)
        sandbox.pop().kill()
        marks = found.result()["result"]["marks"]
    assert sum(mark["score"] for mark in marks) == sum(check.points for check in few.checks)


@pytest.mark.parametrize(("maker", "stays"), [("of a grader that is gone", False), ("ours", True)])
def test_is_a_sandbox_swept_away_whose_grader_is_gone(maker, stays):
    pid = os.getpid() if stays else next(n for n in count(2**21) if not psutil.pid_exists(n))
    named = ["--setenv", "NAMED", f"/dev/shm/examiner-{pid}-abc/examiner-2-abc"]
    kept = ["--unshare-pid", "--die-with-parent", "--dev-bind", "/", "/"]
    command = ["bwrap", *kept, *named, "sleep", "1000"]
    with subprocess.Popen(command, start_new_session=True) as left:
        while psutil.Process(left.pid).name() != "bwrap":
            time.sleep(0.01)
        sweep()
        with contextlib.suppress(subprocess.TimeoutExpired):
            left.wait(1 if stays else PATIENCE)
        assert (left.poll() is None) == stays
        with contextlib.suppress(ProcessLookupError):  # its group has gone with it
            os.killpg(left.pid, signal.SIGKILL)

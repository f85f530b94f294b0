"""Grading on a Dask cluster of real processes: same marks, and what is lost is tried again."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from grading.commands.grade import grade
from grading.commands.grade_assignment import UNREAD
from grading.errors import GradingError
from grading.examining.assignment import read_exercise
from grading.examining.cluster import Cluster, examine_here
from grading.examining.examine import job
from grading.examining.pool import Pool
from grading.gradebook.book import open_book
from grading.gradebook.registration import register_assignment
from grading.gradebook.row import UNGRADED, Row
from tests.grading.few_rules import ask_only, rule_points

pytestmark = pytest.mark.starts("a cluster")
ASKED = {"renews", "one_use", "reuse"}  # an examination by all rules takes ten times as long
DASK = str(Path(sys.executable).with_name("dask"))
LOSSES = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
PATIENCE = 60  # seconds for a process to come up, or down, on a busy machine


def until(true: Callable[[], object]) -> object:
    """Wait for what is not false, and return it."""
    deadline = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


@contextmanager
def dask(folder: Path, *command: str, **environment: str) -> Iterator[subprocess.Popen]:
    """Run one of Dask's commands, and end it with all that it started."""
    own = {"PYTHONPATH": os.pathsep.join(sys.path), "DASK_TEMPORARY_DIRECTORY": str(folder)}
    with (folder / f"{command[0]}.log").open("w") as log:
        process = subprocess.Popen(
            [DASK, *command, "--no-dashboard"],
            env=os.environ | own | environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    yield process
    started = [process, *psutil.Process(process.pid).children(recursive=True)]
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
    assert psutil.wait_procs(started, PATIENCE)[1] == []


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    """Start a scheduler; yield its address and its process."""
    place = folder / "scheduler.json"
    options = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(place)]
    with dask(folder, "scheduler", *options, **LOSSES) as process:
        until(lambda: place.exists() and place.read_text().strip())
        yield json.loads(place.read_text())["address"], process


def worker_count(address: str) -> int:
    try:
        with Cluster(address) as cluster:
            return cluster.jobs
    except GradingError:
        return 0


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory) -> Iterator[tuple[str, subprocess.Popen]]:
    """The address of a cluster, and the process that keeps its two workers alive."""
    folder = tmp_path_factory.mktemp("dask")
    with scheduler(folder) as (address, _):
        options = ["--nworkers", "2", "--nthreads", "1", "--local-directory", str(folder)]
        with dask(folder, "worker", address, *options) as process:
            until(lambda: worker_count(address) == 2)
            yield address, process


@pytest.fixture(scope="module")
def registered(
    registered_course, practice_class, hand_in, rotation_answer, tmp_path_factory
) -> Iterator[Path]:
    """A course folder whose gradebook knows the assignments, with nothing graded yet."""
    root = registered_course(tmp_path_factory.mktemp("registered") / "course")
    with pytest.MonkeyPatch.context() as patch:
        ask_only(root, {"rotation": ASKED}, patch)
        practice_class(root, 6)
        hand_in(root, "right", "rotation", rotation_answer)
        hand_in(root, "blank", "rotation", {})
        with open_book(root) as book:
            register_assignment(root, read_exercise(root, "rotation"), book)
        yield root


@pytest.fixture(scope="module")
def full(registered) -> float:
    """The points of all the rules that are asked."""
    return sum(rule_points(registered, "rotation").values())


@pytest.fixture(scope="module")
def course(registered, tmp_path_factory) -> Path:
    """A copy of that folder for whatever the cluster grades."""
    return shutil.copytree(registered, tmp_path_factory.mktemp("cluster") / "course")


def at_work(process: subprocess.Popen, killed: list[psutil.Process]) -> psutil.Process | None:
    """Return the worker that has a sandbox running, of those that are not killed."""
    for worker in set(psutil.Process(process.pid).children()) - set(killed):
        with suppress(psutil.NoSuchProcess):  # what it had started has ended in between
            if any(inner.name() == "bwrap" for inner in worker.children(recursive=True)):
                return worker
    return None


def test_are_the_marks_those_of_one_machine(two_workers, registered, course, full):
    for name in ("practice", "rotation"):
        rows = grade(course, name, scheduler=two_workers[0])
        assert rows == grade(registered, name, jobs=2)
    assert {row.student: row.score for row in rows if row.status == "graded"} == {
        "right": full,
        "blank": 0,
    }


def grade_amid_kills(root: Path, cluster: tuple[str, subprocess.Popen], times: int) -> Row:
    """Grade one submission, and kill so many times whichever worker examines it."""
    address, process = cluster
    with ThreadPoolExecutor() as threads:
        graded = threads.submit(
            grade, root, "rotation", students=["right"], again=True, scheduler=address
        )
        killed = []
        for _ in range(times):  # the next worker may be at its work while this one still ends
            worker = until(lambda: at_work(process, killed))
            killed.extend([worker, *worker.children(recursive=True)])
            worker.kill()
        assert psutil.wait_procs(killed, PATIENCE)[1] == []
        return next(row for row in graded.result() if row.student == "right")


def test_is_a_task_of_a_killed_worker_tried_again(two_workers, course, full):
    """What the killed worker had started, sandbox and all, is gone as well."""
    row = grade_amid_kills(course, two_workers, times=1)
    assert (row.status, row.score) == ("graded", full)


def test_is_a_submission_that_costs_every_worker_ungraded_and_the_rest_graded(two_workers, course):
    row = grade_amid_kills(course, two_workers, times=2)
    assert row.status == "ungraded"
    assert row.reason.startswith("Each worker of the cluster that tried this submission was lost")
    with open_book(course) as book:
        assert book.examined("rotation")["right"] == (UNREAD, UNGRADED)  # so it is tried again
    until(lambda: worker_count(two_workers[0]))
    rows = grade(course, "practice", again=True, scheduler=two_workers[0])
    assert [row.status for row in rows if row.student.startswith("student")] == ["graded"] * 6


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("localhost:8786", "is no address of a Dask scheduler: write it like tcp://"),
        ("tcp://localhost", "is no address of a Dask scheduler"),
        ("tcp://127.0.0.1:99999", "is no address of a Dask scheduler"),
        ("tcp://127.0.0.1:1", r"No Dask scheduler answers at tcp://127\.0\.0\.1:1:"),
    ],
)
def test_is_a_wrong_address_one_sentence(address, said, monkeypatch):
    monkeypatch.setattr("grading.examining.cluster.PATIENCE", 1)
    with pytest.raises(GradingError, match=said), Cluster(address):
        pass


def test_is_a_worker_with_another_version_of_the_course_named(two_workers, repository):
    asked = job(read_exercise(repository, "practice"), b"{}") | {"grader": "another"}
    with Cluster(two_workers[0]) as cluster:
        found = cluster.submit(asked)
        with pytest.raises(GradingError, match=r"On the worker tcp://.* another version"):
            found.result()


@pytest.mark.parametrize("isolated", [True, False])
def test_does_a_worker_prove_its_sandbox_before_it_examines_in_one(
    repository, monkeypatch, isolated
):
    def prove(name: str) -> None:
        raise GradingError(f"No sandbox can examine {name} here.")

    here = SimpleNamespace(address="tcp://here:1", state=SimpleNamespace(nthreads=1))
    monkeypatch.setattr("distributed.get_worker", lambda: here)
    monkeypatch.setattr("grading.examining.cluster._require", lambda: None)
    monkeypatch.setattr("grading.examining.proof.prove", prove)
    with Pool(1) as examiners:
        monkeypatch.setattr("grading.examining.cluster._examiners", lambda jobs: examiners)
        found = examine_here(job(read_exercise(repository, "rotation"), b"{}", isolated))
    refused = {"refused": "On the worker tcp://here:1: No sandbox can examine rotation here."}
    assert (found == refused) == isolated


def test_does_a_cluster_that_cannot_grade_say_why(registered, tmp_path):
    """First it has no worker, then one without bubblewrap, at last no scheduler any more."""
    root = shutil.copytree(registered, tmp_path / "course")
    with scheduler(tmp_path) as (address, process):
        with pytest.raises(GradingError, match="has no worker: start some with dask worker"):
            grade(root, "practice", scheduler=address)
        options = ["--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path)]
        with dask(tmp_path, "worker", address, *options, PATH="/nowhere") as worker:
            until(lambda: worker_count(address))
            with pytest.raises(GradingError, match=r"On the worker .* needs bubblewrap"):
                grade(root, "practice", again=True, scheduler=address)
            rows = grade(root, "practice", again=True, scheduler=address, isolated=False)
            assert [row.status for row in rows if row.score is not None] == ["graded"] * 6
            with ThreadPoolExecutor() as threads:
                options = {"students": ["right"], "again": True, "scheduler": address}
                graded = threads.submit(grade, root, "rotation", isolated=False, **options)
                # The examiner, and below it the process that runs the answer.
                until(lambda: len(psutil.Process(worker.pid).children(recursive=True)) == 2)
                process.kill()
                with pytest.raises(GradingError, match="The Dask scheduler is gone"):
                    graded.result()

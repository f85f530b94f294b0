"""Examiners are replaced where a submission has ended them; what the dead have left is swept."""

import errno
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import wait

import pytest

from examiner import launching
from examiner.internal_error import InternalError
from examiner.launching import LocalLauncher
from examiner.process import Failed, Gone
from grading.errors import GradingError
from grading.examining import pool
from grading.examining.assignment import read_exercise
from grading.examining.examine import job
from grading.examining.pool import Pool, sweep

FOUND = {"result": "found"}
ADVICE = "grade again, or by hand where this stays."
ENDED = f"The examiner itself ended 2 times at this submission: {ADVICE}"
ALONE = f"At this submission, and not without it, the examiner comes to an end (oh): {ADVICE}"
FAILED = f"The examiner failed at this submission: KeyError; {ADVICE}"


class Examiner:
    """Stand for a process; `plan` says what comes of each call, of all examiners in turn."""

    def __init__(self, plan: list, made: list) -> None:
        self.plan, self.stopped = plan, False
        made.append(self)

    def call(self, operation: str, timeout: float, **arguments: object) -> dict:
        outcome = self.plan.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def stop(self) -> None:
        self.stopped = True


class Busy(Examiner):
    """Answer nothing until it is stopped."""

    def __init__(self, made: list) -> None:
        super().__init__([], made)
        self.began, self.ended = threading.Event(), threading.Event()

    def call(self, operation: str, timeout: float, **arguments: object) -> dict:
        self.began.set()
        self.stopped_meanwhile = self.ended.wait(10)
        raise Gone("stopped")

    def stop(self) -> None:
        self.ended.set()


@pytest.fixture
def examined(monkeypatch):
    """Return what comes of jobs that go by a plan, and the examiners that were started."""

    def examined(*plan: object, jobs: int = 1):
        made, left = [], list(plan)
        monkeypatch.setattr(pool, "Worker", lambda module, **more: Examiner(left, made))
        with Pool(1) as examiners:
            futures = [examiners.submit({}) for _ in range(jobs)]
            wait(futures)
            told = [future.exception() or future.result() for future in futures]
        return told, made

    return examined


def test_does_ctrl_c_wait_for_no_examination(monkeypatch):
    made: list[Busy] = []
    monkeypatch.setattr(pool, "Worker", lambda module, **more: Busy(made))
    examiners = Pool(1)
    futures = [examiners.submit({}) for _ in range(3)]
    while not (made and made[0].began.wait(1)):
        assert not futures[0].done()
    examiners.__exit__(KeyboardInterrupt)
    assert made[0].stopped_meanwhile
    assert all(future.done() for future in futures)
    assert len(made) <= 2  # another was made, and asked nothing
    assert not any(one.began.is_set() for one in made[1:])


def test_is_what_a_time_out_has_decided_asked_again_with_nothing_else_running(monkeypatch):
    """Two are examined side by side and are late, and then each is alone."""
    running, seen = set(), []

    class Busy(Examiner):
        def call(self, operation: str, timeout: float, **arguments: object) -> dict:
            running.add(self)
            seen.append((arguments, len(running)))
            again = "before" in arguments
            if again:
                time.sleep(0.05)  # in which another one could begin
            else:
                together.wait(timeout=60)
            running.discard(self)
            return {"result": "found", "late": [] if again else ["check-1"], "notebook": "page"}

    together = threading.Barrier(2)
    monkeypatch.setattr(pool, "Worker", lambda module, **more: Busy([], []))
    with Pool(2) as examiners:
        futures = [examiners.submit({"number": number}) for number in range(2)]
        found = [future.result() for future in futures]
    assert [outcome["late"] for outcome in found] == [[], []]
    before = {"result": "found", "late": ["check-1"]}
    again = [(arguments, beside) for arguments, beside in seen if "before" in arguments]
    assert again == [({"number": number["number"], "before": before}, 1) for number, _ in again]
    assert len(again) == 2


def test_does_one_examiner_serve_many_jobs_and_end_with_the_pool(examined):
    told, made = examined(FOUND, FOUND, FOUND, jobs=3)
    assert told == [FOUND] * 3
    assert [one.stopped for one in made] == [True]


def test_is_an_examiner_that_ended_replaced_and_the_job_tried_again(examined):
    told, made = examined(Gone("ended"), FOUND, FOUND, jobs=2)
    assert told == [FOUND, FOUND]
    assert len(made) == 2


def test_is_a_job_given_up_that_ends_two(examined):
    told, made = examined(Gone("ended"), Gone("ended"), FOUND, jobs=2)
    assert told == [{"ungraded": ENDED, "retry": True}, FOUND]
    assert len(made) == 3


def test_does_an_examiner_that_fails_go_on_with_the_next(examined):
    told, made = examined(Failed("KeyError"), FOUND, jobs=2)
    assert told == [{"ungraded": FAILED, "retry": True}, FOUND]
    assert len(made) == 1


def test_is_a_failure_of_this_machine_no_fault_of_a_submission(examined):
    told, made = examined({"refused": "It has another version."}, FOUND, jobs=2)
    assert isinstance(told[0], GradingError)
    assert str(told[0]) == "It has another version."
    assert told[1] == FOUND
    assert len(made) == 1


@pytest.mark.parametrize("fails", [InternalError("oh"), {"refused": "No. (oh)", "internal": "oh"}])
def test_does_the_run_stop_where_our_side_fails_at_a_blank_notebook_too(examined, fails):
    """It is tried again, alone at last; a submission that does it alone stops nobody else's."""
    once = [fails] * (2 if isinstance(fails, Exception) else 1)
    told, _ = examined(*once, *once, FOUND, *once, FOUND, *once, *once, *once, jobs=3)
    assert told[:2] == [{"ungraded": ALONE, "retry": True}, FOUND]
    assert isinstance(told[2], GradingError)
    assert "(oh)" in str(told[2])


def test_is_a_real_examiner_replaced_that_was_killed(repository):
    exercise = read_exercise(repository, "practice")
    with Pool(1) as examiners:
        first = examiners.submit(job(exercise, b"{}")).result()
        worker = examiners._free.get()
        os.kill(worker._process.pid, signal.SIGKILL)
        examiners._free.put(worker)
        assert examiners.submit(job(exercise, b"{}")).result() == first
        assert "no list of cells" in first["ungraded"]
        strange = job(exercise, b"{}") | {"grader": "of last year"}
        assert isinstance(examiners.submit(strange).exception(), GradingError)
        broken = job(exercise, b"{}") | {"exercise": {}}
        assert "failed at this submission" in examiners.submit(broken).result()["ungraded"]


def test_are_only_folders_of_the_dead_swept(tmp_path, monkeypatch):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    memory, temporary = tmp_path / "memory", tmp_path / "temporary"
    monkeypatch.setattr(pool, "MEMORY", str(memory))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    kept = [f"{launching.PREFIX}{os.getpid()}-a", "examiner-x-a", "examiner-", "other-1-a"]
    kept += ["examiner-²-a", "examiner-٣-a", f"examiner-{'9' * 30}-a"]  # no process has these
    for place in (memory, temporary):
        for name in [*kept, f"{launching.PREFIX}{ended.pid}-a"]:
            (place / name).mkdir(parents=True)
            (place / name / "file").touch()
    sweep()
    for place in (memory, temporary):
        assert sorted(path.name for path in place.iterdir()) == sorted(kept)


def test_does_a_machine_without_room_stop_the_run_and_not_hang_it(monkeypatch):
    """Each further job finds the same, and the way out of the pool stays free."""

    def no_room(*arguments: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(LocalLauncher, "folder", no_room)
    with Pool(1) as examiners:
        futures = [examiners.submit({}) for _ in range(2)]
        _, waiting = wait(futures, timeout=10)
        examiners._free.put(None)  # a pool that has lost its place fails here and does not hang
    assert not waiting
    for future in futures:
        with pytest.raises(GradingError, match=r"on this machine now \(No space left"):
            future.result()

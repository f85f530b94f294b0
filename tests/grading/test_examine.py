"""What comes of one submission where the machine fails, and not the submission."""

from dataclasses import asdict

import pytest

from examiner.internal_error import InternalError
from grading.errors import GradingError
from grading.examining import code_answers, examine, sandbox
from grading.examining.assignment import read_exercise
from grading.examining.result import Mark, Result


@pytest.fixture
def asked(repository, hand_in, rotation_answer, tmp_path) -> dict:
    """A job with a right answer to the rotation exercise."""
    hand_in(tmp_path, "ada", "rotation", rotation_answer)
    content = (tmp_path / "submitted/ada/rotation/rotation.ipynb").read_bytes()
    return examine.job(read_exercise(repository, "rotation"), content)


@pytest.mark.starts("a sandbox")
def test_is_nothing_marked_where_no_worker_starts(asked, monkeypatch):
    """As with a library that is gone while others are being graded."""
    sandbox.require()  # what else a sandbox consists of is found out once
    monkeypatch.setattr(sandbox, "PYTHON", "/nowhere/python")
    found = examine.examine(**asked)
    assert found.keys() == {"refused", "internal"}
    assert "the process for it has not started" in found["refused"]


@pytest.mark.starts("a sandbox")
def test_is_what_a_time_out_had_decided_decided_anew(asked, repository):
    checks = read_exercise(repository, "rotation").checks
    marks = tuple(Mark(check.name, check.points, 0, "late") for check in checks)
    before = {"result": asdict(Result(marks, {})), "late": [checks[0].name]}
    found = examine.examine(**asked, before=before)
    scores = {mark["check"]: mark["score"] for mark in found["result"]["marks"]}
    assert scores == {check.name: check.points * (check is checks[0]) for check in checks}
    assert found["late"] == []


@pytest.mark.parametrize(
    ("error", "more"), [(InternalError("oh"), {"internal": "oh"}), (GradingError("(oh)"), {})]
)
def test_is_a_failure_of_ours_refused(asked, monkeypatch, error, more):
    def mark(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(code_answers, "mark", mark)
    found = examine.examine(**asked)
    assert "(oh)" in found.pop("refused")
    assert found == more


def test_is_a_sandbox_tried_again_that_was_killed_before_it_was_ready(asked, monkeypatch):
    made = []

    def mark(exercise: object, source: object, launcher: sandbox.Sandbox) -> None:
        made.append(launcher)
        launcher.lost = True
        raise InternalError("not started")

    monkeypatch.setattr(code_answers, "mark", mark)
    found = examine.examine(**asked)
    assert "killed from outside 2 times" in found["ungraded"]
    assert found["retry"]
    assert len(made) == 2

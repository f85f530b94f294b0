"""What comes of one submission where the machine fails, and not the submission."""

import pytest

from examiner.internal_error import InternalError
from grading.errors import GradingError
from grading.examining import code_answers, examine, sandbox
from grading.examining.assignment import read_exercise


@pytest.fixture
def asked(repository, new_course, hand_in, rotation_answer, tmp_path) -> dict:
    """A job with a right answer to the rotation exercise."""
    hand_in(tmp_path, "ada", "rotation", rotation_answer)
    content = (tmp_path / "submitted/ada/rotation/rotation.ipynb").read_bytes()
    return examine.job(read_exercise(repository, "rotation"), content)


@pytest.mark.starts("a sandbox")
def test_is_nothing_marked_where_no_worker_starts(asked, monkeypatch):
    """As with a library that is gone while others are being graded."""
    monkeypatch.setattr(sandbox, "PYTHON", "/nowhere/python")
    found = examine.examine(**asked)
    assert found.keys() == {"refused"}
    assert "the process for it has not started" in found["refused"]


@pytest.mark.parametrize("error", [InternalError("oh"), GradingError("(oh)")])
def test_is_a_failure_of_ours_refused(asked, monkeypatch, error):
    def mark(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(code_answers, "mark", mark)
    found = examine.examine(**asked)
    assert found.keys() == {"refused"}
    assert "(oh)" in found["refused"]


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

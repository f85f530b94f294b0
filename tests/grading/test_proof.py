"""A sandbox in which our own worker cannot work stops the run, and costs no student a point."""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from grading.commands.grade import grade
from grading.errors import GradingError
from grading.examining import bubblewrap, proof, sandbox
from grading.gradebook.book import open_book


@pytest.fixture(autouse=True)
def unproven():
    """Each test asks anew, and leaves nothing that the next one would believe."""
    proof._prove.cache_clear()
    yield
    proof._prove.cache_clear()


@pytest.mark.parametrize("name", ["rotation", "client", "practice"])
def test_does_this_machine_prove_itself(name):
    proof.prove(name)


def test_does_a_run_stop_whose_sandbox_cannot_examine(
    new_course, hand_in, rotation_answer, tmp_path, monkeypatch
):
    monkeypatch.setattr(sandbox, "PYTHON", "/nowhere/python")
    root = new_course(tmp_path / "course")
    hand_in(root, "ada", "rotation", rotation_answer)
    with pytest.raises(GradingError, match=r"of rotation .* no points there \(the process"):
        grade(root, "rotation", jobs=1)
    with open_book(root) as book:
        assert [row.status for row in book.rows("rotation")] == []


def test_do_threads_that_ask_at_once_get_one_proof(monkeypatch):
    asked = []

    def wrong(name: str) -> str:
        asked.append(name)
        time.sleep(0.1)  # so that the other thread could come as far as this
        return ""

    monkeypatch.setattr(proof, "_wrong", wrong)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(proof.prove, ["rotation", "rotation"]))
    assert asked == ["rotation"]


def test_is_the_file_named_that_others_cannot_read(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    shutil.copytree(bubblewrap.PACKAGES / "examiner", tmp_path / "examiner")
    assert list(proof.withheld(tmp_path / "examiner")) == []
    (tmp_path / "examiner/cell.py").chmod(0o600)
    assert list(proof.withheld(tmp_path / "examiner")) == [tmp_path / "examiner/cell.py"]
    (tmp_path / "examiner").chmod(0o700)
    assert list(proof.withheld(tmp_path / "examiner")) == [tmp_path / "examiner"]

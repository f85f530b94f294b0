"""--as-read counts for what was left to a person before it, and for nothing that came since."""

import base64
import hashlib
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import asdict

import pytest

from grading.__main__ import main
from grading.examining.exercise import Exercise
from grading.examining.result import Mark, Result
from grading.gradebook.book import open_book
from grading.gradebook.row import GRADED, TO_READ, UNGRADED

UNREAD = "has not counted for rotation of ada: what lies in submitted/ now was not left to you"
ANOTHER = "has not counted for rotation of ada: another answer lies in submitted/ now"
COUNTS = "The mark of ada in {} counts now"


class Examiners:
    """Examine nothing: what begins with gc is to read, what begins with deep only as read."""

    jobs = 1

    def submit(self, job: dict) -> Future:
        """Return what comes of a job at once; the answer is what stands before a semicolon."""
        done, content = Future(), base64.b64decode(job["content"])
        exercise, answer = Exercise.from_plain(job["exercise"]), content.decode().split(";")[0]
        if answer.startswith("deep") and not job["as_read"]:
            done.set_result({"ungraded": "It is nested too deeply."})
            return done
        result = Result(
            tuple(Mark(c.name, c.points, c.points, "Right.") for c in exercise.checks),
            dict.fromkeys(exercise.answers, answer),
            submission=hashlib.sha256(content).hexdigest(),
            release=exercise.release,
            to_read=("It uses gc.",) if answer.startswith(("gc", "deep")) else (),
        )
        done.set_result({"result": asdict(result), "notebook": "{}", "late": []})
        return done


@pytest.fixture(scope="module")
def root(new_course, tmp_path_factory):
    return new_course(tmp_path_factory.mktemp("as_read") / "course")


@pytest.fixture
def run(root, capsys, monkeypatch):
    """Run a command on the course, in which ada hands in and is forgotten afterwards."""
    monkeypatch.setattr("grading.commands.grade._require", lambda *asked: None)
    monkeypatch.setattr(
        "grading.commands.grade._examiners", lambda *asked: nullcontext(Examiners())
    )

    def run(*command: str) -> tuple[int, str]:
        code = main([command[0], "--course", str(root), *command[1:]])
        return code, capsys.readouterr().out

    yield run
    main(["forget", "ada", "--course", str(root)])


@pytest.fixture
def hand_in(root):
    """Let ada hand in a text."""

    def hand_in(text: str, assignment: str = "rotation") -> None:
        path = root / f"submitted/ada/{assignment}/{assignment}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return hand_in


def as_read(run, *more: str) -> tuple[int, str]:
    return run("regrade", "--student", "ada", "--as-read", *more)


def status(root, assignment: str = "rotation") -> str:
    with open_book(root) as book:
        return book.examined(assignment)["ada"][1]


@pytest.mark.parametrize("answer", ["gc", "deep"])
def test_does_it_count_for_what_was_left_to_a_person(root, run, hand_in, answer):
    hand_in(answer)
    assert run("grade")[0] == 1
    code, told = as_read(run)
    assert (code, COUNTS.format("rotation") in told, status(root)) == (0, True, GRADED)


@pytest.mark.parametrize(("answer", "left"), [("gc", TO_READ), ("deep", UNGRADED)])
@pytest.mark.parametrize("before", [None, "plain", "gc before", "deep before"])
def test_does_it_not_count_for_what_came_later(root, run, hand_in, before, answer, left):
    if before:
        hand_in(before)
        run("grade")
    hand_in(answer)
    code, told = as_read(run)
    assert (code, UNREAD in told, COUNTS.format("rotation") in told) == (1, True, False)
    assert status(root) == left
    code, told = as_read(run)
    assert (code, status(root), UNREAD in told) == (0, GRADED, False)


def test_is_it_named_where_a_later_answer_needs_no_reader(root, run, hand_in):
    hand_in("gc")
    run("grade")
    hand_in("plain")
    code, told = as_read(run)
    assert (code, ANOTHER in told, status(root)) == (1, True, GRADED)


def test_does_it_count_for_the_same_answer_in_another_file(root, run, hand_in):
    """As with other outputs, or a note in another cell."""
    hand_in("gc")
    run("grade")
    hand_in("gc;a note")
    code, told = as_read(run)
    assert (code, COUNTS.format("rotation") in told, status(root)) == (0, True, GRADED)


def test_is_each_mark_named_that_counts_where_no_assignment_is(root, run, hand_in):
    for name in ("client", "rotation"):
        hand_in("gc", name)
    run("grade")
    code, told = as_read(run, "--assignment", "client")
    assert (COUNTS.format("client") in told, COUNTS.format("rotation") in told) == (True, False)
    assert "Nothing of ada" not in told
    hand_in("gc again", "client")
    run("grade")
    code, told = as_read(run)
    assert (code, COUNTS.format("client") in told, COUNTS.format("rotation") in told) == (
        0,
        True,
        True,
    )

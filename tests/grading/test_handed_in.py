"""What has come into submitted/ since it was graded is named: its mark is another file's."""

import hashlib
import json
from itertools import count

import pytest

from grading.__main__ import main
from grading.commands.handed_in import not_graded
from grading.examining.assignment import read_exercise
from grading.examining.result import Mark, Result
from grading.gradebook.book import open_book

AGAIN = "{} handed in practice again since it was graded: make grade."
FIRST = "{} handed in practice, and it is not graded yet: make grade."


@pytest.fixture(scope="module")
def root(registered_course, tmp_path_factory):
    return registered_course(tmp_path_factory.mktemp("handed_in"))


@pytest.fixture(scope="module")
def release(root):
    return read_exercise(root, "practice").release


@pytest.fixture
def student(root):
    """A student of one test alone."""
    name = f"student{next(NUMBERS)}"
    yield name
    main(["forget", name, "--course", str(root)])


NUMBERS = count()


def hand_in(root, student: str, text: str) -> str:
    """Hand in a text; return its SHA-256."""
    path = root / f"submitted/{student}/practice/practice.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return hashlib.sha256(text.encode()).hexdigest()


def grade(root, student: str, file: str, release: str) -> None:
    """Note a mark on a file, as grading does."""
    mark = Mark("check-1", 1, 1, "Right.")
    result = Result((mark,), {}, submission=file, release=release)
    with open_book(root) as book:
        book.record("practice", student, "x", result)


@pytest.fixture
def run(root, capsys):
    def run(*command: str) -> tuple[int, str]:
        code = main([command[0], "--course", str(root), *command[1:]])
        return code, capsys.readouterr().out

    return run


@pytest.mark.parametrize("command", ["status", "export"])
def test_is_a_file_named_that_came_after_the_one_with_the_mark(
    root, release, student, run, command
):
    grade(root, student, hand_in(root, student, "a"), release)
    code, told = run(command)
    assert (code, "make grade" in told) == (0, False)
    hand_in(root, student, "b")
    code, told = run(command)
    assert (code, AGAIN.format(student) in told) == (1, True)


def test_is_it_named_for_scripts_too(root, release, student, run, capsys):
    grade(root, student, hand_in(root, student, "a"), release)
    hand_in(root, student, "b")
    assert AGAIN.format(student) in json.loads(run("export", "--json")[1])["doubts"]
    main(["status", "--course", str(root), "--json"])
    assert AGAIN.format(student) in capsys.readouterr().err


def test_is_a_file_named_that_was_never_graded(root, student, run):
    hand_in(root, student, "a")
    code, told = run("status")
    assert (code, FIRST.format(student) in told) == (1, True)


def test_is_what_could_not_be_graded_named_once_there_is_another_file(root, student):
    path = root / f"submitted/{student}/practice/practice.ipynb"
    path.mkdir(parents=True)
    with open_book(root) as book:
        book.record_ungraded("practice", student, "x", "It is no ordinary file.")
        assert not_graded(root, book, ["practice"]) == []
        path.rmdir()
        file = hand_in(root, student, "a")
        assert not_graded(root, book, ["practice"]) == [AGAIN.format(student)]
        book.record_ungraded("practice", student, "x", "It is no notebook.", file)
        assert not_graded(root, book, ["practice"]) == []


def test_are_many_told_in_one_sentence(root):
    students = [f"class{number:02}" for number in range(12)]
    for student in students:
        hand_in(root, student, "a")
    with open_book(root) as book:
        [told] = not_graded(root, book, ["practice"])
    assert told == FIRST.format(f"{', '.join(students[:10])} and 2 more")
    for student in students:
        main(["forget", student, "--course", str(root)])

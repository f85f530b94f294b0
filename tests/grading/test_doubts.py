"""No mark falls unseen, what is replaced can be brought back, and a mark by hand is asked about."""

import csv
import json

import pytest
from nbgrader.api import Gradebook

from grading.__main__ import main
from grading.gradebook.book import open_book
from grading.gradebook.doubts import doubts
from grading.gradebook.row import UNGRADED, Row
from tests.grading.conftest import LETTERED

KEY = dict(zip(LETTERED, "DACAB", strict=True))
FULL = {name: f'{name.replace("-", "_")} = "{letter}"' for name, letter in KEY.items()}
HALF = FULL | {"answer-1": 'answer_1 = "A"'}
FELL = "practice of ada: 9 → 0 points, nothing is answered any more."
BACK = "make restore STUDENT=ada ASSIGNMENT=practice"


@pytest.fixture
def root(registered_course, tmp_path):
    return registered_course(tmp_path / "course")


@pytest.fixture
def run(root, capsys):
    """Run a command on the course; return its exit code and what it printed."""

    def run(*command: str) -> tuple[int, str]:
        try:
            code = main([command[0], "--course", str(root), *command[1:]])
        except SystemExit as ended:
            return 1, str(ended.code)
        return code, capsys.readouterr().out

    return run


@pytest.fixture
def upload(hand_in, tmp_path, run):
    """Collect another notebook of ada, as from an LMS, and grade it."""

    def upload(answers: dict[str, str] | str) -> tuple[int, str]:
        hand_in(tmp_path / "from", "ada", "practice", {} if isinstance(answers, str) else answers)
        if isinstance(answers, str):
            (tmp_path / "from/submitted/ada/practice/practice.ipynb").write_text(answers)
        code, told = run("collect", str(tmp_path / "from"))
        graded, table = run("grade", "--jobs", "1")
        return code or graded, told + table

    return upload


def give_by_hand(root, check: str = "check-5", comment: str | None = None, **given) -> None:
    """Give points as formgrader does, which also says that nobody has to look any more."""
    names = ("practice", "practice", "ada")
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade(check, *names)
        for name, value in given.items():
            setattr(grade, name, value)
        grade.needs_manual_grade = False
        if comment:
            gradebook.find_comment("answer-1", *names).manual_comment = comment
        gradebook.db.commit()


def row_of(root):
    with open_book(root) as book:
        [row] = book.rows("practice")
    return row


def test_is_a_mark_named_that_fell_until_it_is_back(upload, run, root):
    assert upload(FULL)[0] == 0
    code, told = upload({})
    assert code == 1
    assert (
        "the one before was graded, 9 of 9 points, and is kept in replaced/ada/practice/1" in told
    )
    for said in (told, run("status")[1], run("export")[1]):
        assert FELL in said
        assert BACK in said
    assert [run(name)[0] for name in ("grade", "status", "export")] == [1] * 3
    [document] = json.loads(run("status", "--json")[1])
    assert (document["best"], document["score"]) == (9, 0)
    code, told = run("restore", "--student", "ada", "--assignment", "practice")
    assert "replaced/ada/practice/1 is back" in told
    assert "kept in replaced/ada/practice/2" in told
    assert [run(name)[0] for name in ("grade", "status", "export")] == [0] * 3
    assert (row_of(root).score, row_of(root).best) == (9, None)


def test_does_a_lower_mark_count_once_it_is_accepted(upload, run, root):
    upload(FULL)
    upload(HALF)
    assert run("status")[0] == 1
    assert "Accepted: practice of ada: 9 → 8 points." in run("accept", "--student", "ada")[1]
    assert run("status")[0] == run("grade")[0] == 0
    assert row_of(root).score == 8
    assert "no such mark to accept" in run("accept", "--assignment", "practice")[1]


def test_is_the_best_of_several_named_and_brought_back(upload, run, root):
    """The newest is not the one that had the better mark."""
    for answers in (FULL, HALF, {}):
        upload(answers)
    assert FELL in run("status")[1]
    assert "replaced/ada/practice/1 is back" in run("restore", *WHOSE)[1]
    assert run("grade")[0] == 0
    assert "replaced/ada/practice/2 is back" in run("restore", *WHOSE, "--number", "2")[1]
    assert "practice of ada: 9 → 8 points." in run("grade")[1]


WHOSE = ("--student", "ada", "--assignment", "practice")


def test_does_what_was_given_by_hand_outlive_a_broken_copy(upload, run, root):
    upload(HALF)
    give_by_hand(root, "check-1", manual_score=0.5, comment="Well seen.")
    code, told = upload("no notebook")
    assert code == 1
    assert "practice of ada: 8.5 points → ungraded." in told
    assert row_of(root).status == UNGRADED
    run("restore", *WHOSE)
    code, told = run("grade")
    assert code == 1
    assert "practice of ada needs another look: check-1 was marked by hand" in told
    assert row_of(root).score == 8.5
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        comment = gradebook.find_comment("answer-1", "practice", "practice", "ada")
        assert comment.manual_comment == "Well seen."


def test_does_a_mark_by_hand_need_another_look_where_its_answer_has_changed(upload, run, root):
    upload(HALF)
    give_by_hand(root, "check-1", extra_credit=0.5)
    give_by_hand(root, "check-5", manual_score=2)
    upload(FULL)
    assert row_of(root).another_look == ("check-1",)
    assert [run(name)[0] for name in ("status", "export", "report")] == [1] * 3
    with (root / "grades.csv").open(encoding="utf-8") as file:
        [line] = csv.DictReader(file)
    assert line["status"] == "needs another look"
    assert "check-1 was marked by hand" in (root / "report/practice.html").read_text()
    assert "1 needs another look." in run("status")[1]
    give_by_hand(root, "check-1", extra_credit=0)
    assert run("status")[0] == 0


def test_does_a_mark_by_hand_for_what_has_not_changed_need_no_other_look(upload, run, root):
    upload(HALF)
    give_by_hand(root, "check-5", manual_score=2)
    assert run("regrade", "--jobs", "1")[0] == 0
    assert row_of(root).another_look == ()


def test_can_the_advice_be_given_to_a_shell():
    """An id may have blanks."""
    [_, advice] = doubts([Row("ada lovelace", "practice", UNGRADED, best=9)])
    assert "make restore STUDENT='ada lovelace' ASSIGNMENT=practice" in advice


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["restore"], "Say whose, and of which assignment"),
        (["restore", *WHOSE], "No older file of practice by ada is kept"),
        (["restore", "--student", "../ada", "--assignment", "practice"], "No older file"),
        (["accept"], "Say whose or of which assignment"),
        (["accept", "--student", "ada"], "There is no such mark to accept"),
    ],
)
def test_is_what_cannot_be_done_one_sentence(command, said, run):
    code, told = run(*command)
    assert code == 1
    assert said in told


def test_is_a_number_that_is_not_kept_named_with_those_that_are(upload, run):
    upload(FULL)
    upload({})
    told = run("restore", *WHOSE, "--number", "7")[1]
    assert "replaced/ada/practice/7: choose 1 of practice by ada" in told

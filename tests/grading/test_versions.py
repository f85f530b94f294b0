"""A submission is graded by the version that it answers; one that is not known costs no mark."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from nbgrader.api import Gradebook

from grading.__main__ import main
from grading.examining import code_answers
from grading.examining.assignment import read_exercise
from grading.examining.release import NAMESPACE
from grading.examining.versions import OtherVersion, answered, asks_the_same
from grading.gradebook.book import open_book
from grading.gradebook.row import GRADED, UNGRADED
from grading.submission import Cell
from tests.grading.conftest import LETTERED

KEY = dict(zip(LETTERED, "DACAB", strict=True))
SINCE = (
    "kept_release",
    "best_mark",
    "kept_by_hand",
    "read_answer",
)  # tables that older gradebooks have not


@pytest.fixture(scope="module")
def started(new_course, tmp_path_factory):
    """A course folder of which the practice is released, and known to the gradebook."""
    root = new_course(tmp_path_factory.mktemp("started") / "course")
    for name in ("client", "pattern_test", "rotation"):
        shutil.rmtree(root / "solutions" / name)
    assert main(["release", "--course", str(root)]) == 0
    return root


@pytest.fixture
def root(started, tmp_path):
    return shutil.copytree(started, tmp_path / "course")


@pytest.fixture
def run(root, capsys):
    """Run a command on the course; return its exit code and what it printed."""

    def run(*command: str) -> tuple[int, str]:
        code = main([command[0], "--course", str(root), *command[1:]])
        return code, capsys.readouterr().out

    return run


def answer(root, student: str, letters=KEY, stamped: bool = True, **cells) -> None:
    """Hand in the release that lies in exercises/; `cells` are other texts, by their ids."""
    notebook = json.loads((root / "exercises/practice/practice.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        if cell["id"] in letters:
            cell["source"] = f'{cell["id"].replace("-", "_")} = "{letters[cell["id"]]}"'
        cell["source"] = cells.get(cell["id"].replace("-", "_"), cell["source"])
    if not stamped:
        del notebook["metadata"][NAMESPACE]
    path = root / f"submitted/{student}/practice/practice.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), "utf-8")


def edit(root, **changes) -> None:
    """Change cells of the instructor's practice: id → what makes the new cell of the old one."""
    path = root / "solutions/practice/practice.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        if change := changes.get(cell["id"].replace("-", "_")):
            cell["source"] = "".join(cell["source"])
            change(cell)
    path.write_text(json.dumps(notebook), "utf-8")


def worth(points: int):
    """Return what gives a check other points."""

    def change(cell) -> None:
        cell["metadata"]["nbgrader"]["points"] = points

    return change


def saying(old: str, new: str):
    """Return what changes a text in a cell."""

    def change(cell) -> None:
        assert old in cell["source"]
        cell["source"] = cell["source"].replace(old, new)

    return change


def swap(root) -> None:
    """Let options A and B of question 2 change places, and the key with them."""

    def change(cell) -> None:
        a, b = re.findall(r"- [AB] · (.+)", cell["source"])
        for old, new in [(f"A · {a}", f"A · {b}"), (f"B · {b}", f"B · {a}")]:
            saying(old, new)(cell)

    edit(root, question_2=change, check_2=saying('"B":', '"A":'))


def rows(root) -> dict:
    with open_book(root) as book:
        return {row.student: row for row in book.rows("practice")}


def test_is_each_submission_graded_by_the_version_that_it_answers(root, run):
    answer(root, "old")
    swap(root)
    assert run("release")[0] == 0
    answer(root, "new", KEY | {"answer-2": "B"})
    answer(root, "wrong")
    code, told = run("grade", "--jobs", "1")
    found = rows(root)
    assert code == 0
    assert {name: row.score for name, row in found.items()} == {"old": 9, "new": 9, "wrong": 8}
    assert [name for name, row in found.items() if row.older_version] == ["old"]
    assert "(older version)" in told
    pages = {name: root / f"autograded/{name}/practice/practice.ipynb" for name in found}
    assert pages["old"].read_text() != pages["new"].read_text()


def test_are_changed_points_named_and_each_maximum_its_versions(root, run):
    """What is graded stays, in nbgrader's own tables too."""
    answer(root, "old", KEY | {"answer-3": "A"})
    run("grade", "--jobs", "1")
    edit(root, check_3=worth(3), question_3=saying("2 points", "3 points"))
    assert run("release") == (1, run_told("check-3 of practice: 2 → 3 points."))
    answer(root, "new")
    assert run("grade", "--jobs", "1")[0] == 0
    found = rows(root)
    assert {name: (row.score, row.max_score) for name, row in found.items()} == {
        "old": (7, 9),
        "new": (10, 10),
    }
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        books = [gradebook.find_submission_notebook("practice", "practice", name) for name in found]
        assert {book.student.id: (book.score, book.max_score) for book in books} == {
            "old": (7, 9),
            "new": (10, 10),
        }
    answer(root, "old")
    run("grade", "--jobs", "1")
    assert (rows(root)["old"].score, rows(root)["old"].max_score) == (10, 10)


def run_told(change: str) -> str:
    return f"exercises/practice is written; make bundle packs it for students.\n{change}\n"


def test_does_grade_itself_name_changed_points_once(root, run):
    answer(root, "old")
    edit(root, check_3=worth(3), question_3=saying("2 points", "3 points"))
    code, told = run("grade", "--jobs", "1")
    assert (code, "check-3 of practice: 2 → 3 points." in told) == (1, True)
    assert run("grade", "--jobs", "1")[0] == 0


def test_does_a_version_that_comes_back_find_its_marks(root, run):
    answer(root, "old")
    run("grade", "--jobs", "1")
    change = {"check_3": worth(3), "question_3": saying("2 points", "3 points")}
    edit(root, **change)
    run("release")
    edit(root, check_3=worth(2), question_3=saying("3 points", "2 points"))
    run("release")
    assert run("grade", "--jobs", "1")[0] == 0
    assert (rows(root)["old"].max_score, rows(root)["old"].older_version) == (9, False)


def test_does_a_mark_by_hand_go_along_to_another_version(root, run):
    answer(root, "ada", KEY | {"answer-5": "A"})
    run("grade", "--jobs", "1")
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        gradebook.find_grade("check-5", "practice", "practice", "ada").manual_score = 2
        gradebook.db.commit()
    edit(root, check_3=worth(3), question_3=saying("2 points", "3 points"))
    run("release")
    answer(root, "ada", KEY | {"answer-5": "A"})
    code, told = run("grade", "--jobs", "1")
    assert (code, "check-5 was marked by hand" in told) == (1, True)
    assert rows(root)["ada"].score == 9


def test_is_an_unknown_version_named_and_marked_by_todays_once_it_is_read(root, run):
    answer(root, "ada")
    path = root / "submitted/ada/practice/practice.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    notebook["metadata"][NAMESPACE] = {"release": "0" * 64}
    path.write_text(json.dumps(notebook), "utf-8")
    code, told = run("grade", "--jobs", "1")
    assert (code, rows(root)["ada"].status) == (1, UNGRADED)
    assert "It is of another version of practice, which the gradebook does not know" in told
    assert run("regrade", "--student", "ada", "--as-read")[0] == 0
    assert rows(root)["ada"].score == 9


def test_does_no_mark_of_a_known_version_stand_for_one_that_is_not(root, run):
    """The letters are the same, and the questions may be others."""
    answer(root, "ada")
    run("grade", "--jobs", "1")
    path = root / "submitted/ada/practice/practice.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    notebook["metadata"][NAMESPACE] = {"release": "0" * 64}
    path.write_text(json.dumps(notebook), "utf-8")
    code, told = run("grade", "--jobs", "1")
    assert (code, rows(root)["ada"].status) == (1, UNGRADED)
    assert "practice of ada: 9 points → ungraded." in told


def test_do_the_questions_tell_the_version_where_no_stamp_does(root, run):
    """A note of the student's in a question, or a deleted one, makes no other version of it."""
    text = {cell["id"]: cell["source"] for cell in read_exercise(root, "practice").cells}
    answer(root, "plain", stamped=False)
    answer(root, "noted", stamped=False, question_2=text["question-2"] + "\n\nI think A.")
    answer(root, "empty", stamped=False, question_2="")
    first, second = re.findall(r"- [AB] · (.+)", text["question-2"])
    other = text["question-2"].replace(first, "x").replace(second, first).replace("x", second)
    answer(root, "other", stamped=False, question_2=other)
    run("grade", "--jobs", "1")
    found = rows(root)
    assert {name: row.status for name, row in found.items()} == {
        "plain": GRADED,
        "noted": GRADED,
        "empty": GRADED,
        "other": UNGRADED,
    }
    assert "(question-2 differs)" in found["other"].reason
    swap(root)
    run("release")
    assert run("grade", "--jobs", "1")[0] == 1
    assert rows(root)["plain"].score == 9
    assert rows(root)["plain"].older_version


QUESTION = """## Question 4 · medium · 2 points

A client renews once. **When does it end?**

- A · At 09:02: log out ends it.
- B · At 09:05: the first access token expires.
- C · At 09:06: the access token of the renewal expires.

A hint: look at the clock."""


@pytest.mark.parametrize(
    "change",
    [
        ("renews once", "refreshes once"),
        ("of the renewal expires", "of the refresh expires"),
        ("- B · At", "- B · (no!) At"),
        ("- C · At 09:06: the access token of the renewal expires.\n", ""),
        ("- A · At 09:02: log out ends it.\n", ""),
        ("- A ·", "* **A**"),
        (QUESTION, ""),
    ],
)
def test_does_a_question_stay_the_same_in_other_words(change):
    assert asks_the_same(QUESTION, QUESTION.replace(*change))


@pytest.mark.parametrize(
    "change",
    [
        ("2 points", "3 points"),
        ("09:02: log out ends it", "09:05: the first access token expires"),
        ("- B · At 09:05: the first access token expires.", "- B · Never, as long as she pays."),
    ],
)
def test_is_a_question_another_one_whose_options_are(change):
    assert not asks_the_same(QUESTION, QUESTION.replace(*change))


@pytest.mark.parametrize(
    ("text", "times"),
    [
        (f"## Question 1 · {'1' * 10**6} points\n- A · x", 1),
        (f"## Question 1\n- A · {'a ' * 10**6}", 1),
        (f"## Question 1\n- A · {'a ' * 400}\n", 5000),
        ("- A · x\n" * 10**5, 1),
    ],
)
def test_does_an_odd_question_come_to_an_end(root, text, times):
    """A pattern, or a comparison of each with each, would take minutes."""
    found = [Cell("markdown", text, ("question-1", None))] * times
    with pytest.raises(OtherVersion, match=r"question-1 differs"):
        answered([read_exercise(root, "practice")], {}, found)


def test_is_code_without_a_stamp_graded_by_todays_rules_whatever_its_text(root):
    exercise = replace(read_exercise(root, "practice"), name="rotation")
    found = [Cell("markdown", QUESTION, ("question-2", None))]
    assert answered([exercise], {}, found) is exercise
    with pytest.raises(OtherVersion, match=r"question-1 differs"):
        answered([replace(exercise, name="practice")], {}, found)


def test_does_a_gradebook_of_an_older_course_keep_its_marks_mid_term(root, run):
    """It knows no release, the notebooks bear no stamp, and questions and points have changed."""
    answer(root, "ada", KEY | {"answer-5": "A"}, stamped=False)
    answer(root, "bob", stamped=False)
    run("grade", "--jobs", "1")
    with closing(sqlite3.connect(root / "gradebook.db")) as database:
        for name in SINCE:
            database.execute(f"DROP TABLE {name}")
        database.execute(
            "UPDATE examined_submission SET digest = 'of before', "
            "result = json_remove(result, '$.submission', '$.release')"
        )
        database.execute("UPDATE learned_assignment SET digest = 'of before'")
        database.commit()
    edit(root, check_3=worth(3), question_3=saying("2 points", "3 points"))
    code, told = run("grade", "--jobs", "1")
    assert (code, "check-3 of practice: 2 → 3 points." in told) == (1, True)
    found = rows(root)
    assert {name: (row.score, row.max_score, row.status) for name, row in found.items()} == {
        "ada": (6, 9, GRADED),
        "bob": (9, 9, GRADED),
    }
    assert run("status")[1].count("(older version)") == 2
    answer(root, "bob", KEY | {"answer-5": "A"}, stamped=False)
    answer(root, "carl", stamped=False)
    main(["release", "--course", str(root)])
    answer(root, "dora", stamped=False)
    run("grade", "--jobs", "1")
    found = rows(root)
    assert found["bob"].status == found["carl"].status == UNGRADED
    assert (found["dora"].score, found["dora"].max_score) == (10, 10)


def test_is_a_rule_that_is_new_not_asked_of_an_older_version(
    new_course, hand_in, tmp_path, monkeypatch
):
    """The rules are today's, and the maximum is that version's."""
    root = new_course(tmp_path / "course")
    path = root / "solutions/rotation/rotation.ipynb"
    today = path.read_text("utf-8")
    notebook = json.loads(today)
    notebook["cells"] = [cell for cell in notebook["cells"] if not cell["id"].endswith("-14")]
    path.write_text(json.dumps(notebook), "utf-8")
    rules = dict(code_answers.RULES["rotation"])
    del rules["race_logout"]
    with monkeypatch.context() as before:
        before.setitem(code_answers.RULES, "rotation", rules)
        older = read_exercise(root, "rotation")
        assert main(["release", "--course", str(root)]) == 0
    path.write_text(today, "utf-8")
    hand_in(root, "ada", "rotation", {})
    submission = root / "submitted/ada/rotation/rotation.ipynb"
    notebook = json.loads(submission.read_text("utf-8"))
    notebook["metadata"][NAMESPACE] = {"release": older.release}
    submission.write_text(json.dumps(notebook), "utf-8")
    arguments = ["grade", "--course", str(root), "--assignment", "rotation", "--jobs", "1"]
    assert main(arguments) == 1  # check-14 is new
    with open_book(root) as book:
        [row] = book.rows("rotation")
    assert (row.max_score, row.status) == (21, GRADED)
    marks = {mark.check: mark.message for mark in row.result.marks}
    assert marks["check-race_logout"] == "Not asked of this version."
    assert len(marks) == 14
    graded = (root / "autograded/ada/rotation/rotation.ipynb").read_text("utf-8")
    assert "Not asked of this version." in graded

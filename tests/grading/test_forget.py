"""A person is forgotten whole, and nobody else loses anything."""

import json
import zipfile

import filelock
import pytest
from nbgrader.api import Gradebook

from grading.__main__ import main
from grading.gradebook.book import open_book
from grading.gradebook.row import GRADED
from grading.gradebook.schema import OURS


@pytest.fixture
def course(registered_course, practice_class, tmp_path):
    """A course folder with two graded submissions."""
    root = registered_course(tmp_path)
    practice_class(root, 2)
    assert main(["grade", "--course", str(root), "--jobs", "1"]) == 0
    return root


def test_is_a_person_forgotten_whole_and_nobody_else(course, capsys):
    with open_book(course) as book:
        book.enrol("student00", email="zora@example.org", last_name="Zorzetti")
        book.record_collected("practice", "student00", "moodle", "Zora Zorzetti_1_x/practice.ipynb")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        comment = gradebook.find_comment("answer-1", "practice", "practice", "student00")
        comment.manual_comment = "Well seen."
        gradebook.db.commit()
    for name in ["report/practice.html", "feedback/student00/practice/practice.html"]:
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text("student00")
    (course / "moodle.csv").write_text("zora@example.org,9\n", encoding="utf-16")
    (course / "grades.csv").write_text("student01,9\n")
    assert main(["export", "--student", "student00", "--course", str(course)]) == 0
    with zipfile.ZipFile(course / "student00.data.zip") as archive:
        held = json.loads(archive.read("data.json"))
        assert "submitted/student00/practice/practice.ipynb" in archive.namelist()
    assert (held["email"], held["assignments"][0]["status"]) == ("zora@example.org", GRADED)
    assert held["assignments"][0]["result"]["answers"]["answer-1"] == 'answer_1 = "A"'
    [by_hand] = held["assignments"][0]["by_hand"]
    assert (by_hand["cell"], by_hand["manual_comment"]) == ("answer-1", "Well seen.")
    assert main(["forget", "student00", "--course", str(course)]) == 0
    told = capsys.readouterr().out
    for gone in [
        "submitted/student00",
        "autograded/student00",
        "report/practice.html",
        "student00.data.zip",
    ]:
        assert f"{gone} is removed." in told
        assert not (course / gone).exists()
    assert "moodle.csv still names student00" in told
    assert "grades.csv still" not in told
    content = (course / "gradebook.db").read_bytes()
    assert [word for word in (b"student00", b"orzetti", b"zora@") if word in content] == []
    with open_book(course) as book:
        [other] = book.rows("practice")
    assert (other.student, other.status) == ("student01", GRADED)
    assert (course / "autograded/student01/practice/practice.ipynb").exists()


@pytest.mark.parametrize("student", ["nobody", "../submitted", ""])
def test_is_a_stranger_one_sentence(student, new_course, tmp_path):
    root = new_course(tmp_path)
    with pytest.raises(SystemExit, match=r"There is no student|Say whom to forget"):
        main(["forget", student, "--course", str(root)])
    assert (root / "solutions").is_dir()


def test_does_it_wait_for_no_grading(new_course, tmp_path):
    root = new_course(tmp_path)
    with (
        filelock.FileLock(root / ".grading.lock"),
        pytest.raises(SystemExit, match="Another grading is at work"),
    ):
        main(["forget", "ada", "--course", str(root)])


def test_is_every_table_of_ours_with_a_student_known_by_that_name():
    impersonal = {t.name for t in OURS.sorted_tables if "student" not in t.c}
    assert impersonal == {"learned_assignment", "kept_release"}

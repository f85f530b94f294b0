"""A mark is held until a person has read the answer, and every command says so until then."""

import csv
import json
import logging
import re
import zipfile
from html import unescape
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook

from grading.__main__ import main
from grading.commands.personal_data import write_data
from grading.examining.assignment import read_exercise
from grading.examining.notebook import graded_notebook
from grading.examining.result import Mark, Result
from grading.gradebook.book import open_book
from grading.gradebook.doubts import to_read
from grading.gradebook.registration import register_assignment
from grading.gradebook.row import GRADED, TO_READ
from grading.plugins import autograde
from grading.reporting.rows import VARIABLE, read_rows, write_rows
from grading.reporting.similarity import pairs_of
from grading.reporting.summary import in_short, whole_class

WHY = "Line 1 uses gc, which reaches for what examines it."
REGRADE = 'make regrade ASSIGNMENT=rotation OPTIONS="--student eve --as-read"'
ANSWER = f"def token():\n    return {[*range(20)]}"  # so long that two can look alike


class Course:
    """Put results into the gradebook of a course folder, as grading does, and run commands."""

    def __init__(self, root) -> None:
        self.root, self.exercise = root, read_exercise(root, "rotation")
        with open_book(root) as book:
            register_assignment(root, self.exercise, book)
        self.full = sum(check.points for check in self.exercise.checks)

    def result(self, share: float, answer: str, to_read: tuple[str, ...]) -> Result:
        checks = self.exercise.checks
        marks = [Mark(c.name, c.points, c.points * share, "Right.", rule=c.name) for c in checks]
        answers = {"answer-rotation": answer}
        return Result(tuple(marks), answers, release=self.exercise.release, to_read=to_read)

    def graded(
        self, student: str, share: float = 1, answer: str = ANSWER, to_read=(WHY,), as_read=False
    ) -> None:
        """Record a result, and write the graded notebook."""
        found = self.result(share, answer, to_read)
        of = self.exercise.answer_of
        with open_book(self.root) as book:
            book.record("rotation", student, "x", found, answer_of=of, as_read=as_read)
            book.settle("rotation")
        path = self.root / f"autograded/{student}/rotation/rotation.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(graded_notebook(self.exercise, [], found))

    def row(self, student: str):
        with open_book(self.root) as book:
            return next(row for row in book.rows("rotation") if row.student == student)

    def needs_manual_grade(self, student: str) -> bool:
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            return gradebook.find_submission("rotation", student).needs_manual_grade

    def give(self, student: str, score: float, *checks: str) -> None:
        """Give points by hand for these checks, or for the first, as formgrader does."""
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            for check in checks or ["check-1"]:
                grade = gradebook.find_grade(check, "rotation", "rotation", student)
                grade.manual_score, grade.needs_manual_grade = score, False
            gradebook.db.commit()


@pytest.fixture(scope="module")
def course(new_course, tmp_path_factory) -> Course:
    """A course folder in which nothing is graded yet; each test has students of its own."""
    return Course(new_course(tmp_path_factory.mktemp("to_read") / "course"))


@pytest.fixture(scope="module")
def held(course) -> Course:
    """One whose mark is held, eve, and one with the same answer whose mark counts, ada."""
    course.graded("ada", to_read=())
    course.graded("eve")
    return course


@pytest.fixture
def run(held, capsys):
    """Run a command on the course; return its exit code and what it printed."""

    def run(*command: str) -> tuple[int, str]:
        code = main([command[0], "--course", str(held.root), *command[1:]])
        return code, capsys.readouterr().out

    return run


def test_does_status_say_so_with_the_mark_it_would_be(held, run):
    code, told = run("status")
    assert code == 1
    assert f"({held.full:g})  to read: {WHY}" in told
    assert f"rotation of eve is to read, and its mark is held. {WHY}" in told
    assert REGRADE in told
    rows = {row["student"]: row for row in json.loads(run("status", "--json")[1])}
    assert (rows["eve"]["status"], rows["eve"]["score"]) == (TO_READ, None)
    assert (rows["eve"]["held"], rows["eve"]["reason"]) == (held.full, WHY)
    assert (rows["ada"]["status"], rows["ada"]["held"]) == (GRADED, None)


@pytest.mark.parametrize("lms", ["nbgrader", "moodle", "canvas", "blackboard", "brightspace"])
def test_is_the_mark_in_no_export(held, run, tmp_path, lms):
    to = tmp_path / "marks.csv"
    code, told = run("export", "--format", lms, "--to", str(to), "--assignment", "rotation")
    assert code == 1
    assert f"eve  rotation  to read  {WHY}" in told
    assert REGRADE in told
    lines = {
        name: line
        for line in to.read_text().splitlines()
        for name in ("ada", "eve")
        if name in line
    }
    mark = re.compile(rf"\b{held.full:g}(?:\.0)?\b")
    assert len(mark.findall(lines["ada"])) > len(mark.findall(lines["eve"]))  # beside a maximum


def test_does_nbgraders_table_say_the_status(held, run, tmp_path):
    to = tmp_path / "grades.csv"
    run("export", "--to", str(to))
    with to.open(encoding="utf-8") as file:
        found = {line["student_id"]: line for line in csv.DictReader(file)}
    assert (found["eve"]["status"], found["eve"]["score"]) == (TO_READ, "")
    assert found["eve"]["raw_score"] == ""


def test_does_the_page_say_that_a_person_is_reading_and_give_no_points(held, run):
    code, told = run("feedback", "--assignment", "rotation")
    assert code == 1
    assert "The page on rotation of eve gives no points yet" in told
    pages = {}
    for student in ("ada", "eve"):
        html = (held.root / f"feedback/{student}/rotation/rotation.html").read_text("utf-8")
        pages[student] = unescape(re.sub(r"<(style).*?</\1>|<[^>]+>", "", html, flags=re.DOTALL))
    assert "A person is reading your answer" in pages["eve"]
    assert "def token" in pages["eve"]
    for given in ("Score:", "Right.", "You are strong", "uses gc"):
        assert given not in pages["eve"]
    assert "A person is reading" not in pages["ada"]
    assert pages["ada"].count("Right.") == len(held.exercise.checks)
    assert f"Score: {held.full:.1f}" in pages["ada"]


def test_does_the_graded_notebook_say_why_under_the_answer(held):
    path = held.root / "autograded/eve/rotation/rotation.ipynb"
    cells = {cell["id"]: cell for cell in json.loads(path.read_text())["cells"]}
    assert cells["answer-rotation"]["outputs"][0]["text"] == f"{WHY}\n"


def test_does_formgrader_show_it_as_in_need_of_manual_grading(held):
    assert held.needs_manual_grade("eve")
    assert not held.needs_manual_grade("ada")


def test_does_autograde_take_it_with_a_warning(held, monkeypatch, caplog):
    row = held.row("eve")
    monkeypatch.setattr(autograde, "grade", lambda *asked, **options: [row])
    exporter = SimpleNamespace(accept_risk=False, log=logging.getLogger("autograde"))
    autograde.IsolatedExporter._grade(exporter, held.root, "rotation", "eve")
    assert f"rotation of eve is to read, and its mark is held. {WHY}" in caplog.text


def test_does_the_report_count_and_name_it(held, tmp_path, monkeypatch):
    with open_book(held.root) as book:
        write_rows(tmp_path / "rows.json", "rotation", book.rows("rotation"))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "rows.json"))
    _, rows = read_rows()
    rows = [row for row in rows if row.student in ("ada", "eve")]
    assert (
        "1 of 2 students are graded; a person has yet to read 1; "
        in in_short(rows, None, [], [])[0]
    )
    assert [TO_READ, 1, "50 %"] in whole_class(rows)
    assert rows[1].needs_attention
    assert [(pair.first, pair.second) for pair in pairs_of(rows)] == [("ada", "eve")]


def test_is_it_said_that_the_advice_is_for_each_of_several(course, capsys):
    for student in ("eve", "ada"):
        course.graded(student)
    assert main(["status", "--course", str(course.root)]) == 1
    assert f"{REGRADE.replace('eve', 'ada')}. So for each of the 2." in capsys.readouterr().out


def test_can_a_held_mark_not_be_accepted(held):
    with pytest.raises(SystemExit, match="There is no such mark to accept"):
        main(["accept", "--course", str(held.root), "--student", "eve"])


def test_does_as_read_hold_for_the_same_answer_and_for_no_other(course):
    course.graded("bob")
    assert (course.row("bob").status, course.row("bob").score) == (TO_READ, None)
    course.graded("bob", as_read=True)
    course.graded("bob", to_read=("Another sentence.",))
    assert (course.row("bob").status, course.row("bob").score) == (GRADED, course.full)
    assert course.row("bob").reason == ""
    assert not course.row("bob").needs_attention
    assert not course.needs_manual_grade("bob")
    course.graded("bob", answer="import gc")
    assert course.row("bob").status == TO_READ
    course.graded("bob")
    assert course.row("bob").status == GRADED
    course.graded("bobs_friend")
    assert course.row("bobs_friend").status == TO_READ


def test_is_as_read_said_in_vain_of_what_nobody_has_to_read(course):
    course.graded("kim", to_read=(), as_read=True)
    course.graded("kim")
    assert course.row("kim").status == TO_READ


def test_is_a_held_mark_no_fall_until_it_is_read(course):
    course.graded("cem", to_read=())
    course.graded("cem", share=0.5, answer="b")
    row = course.row("cem")
    assert (row.fell, row.best, row.held) == (False, course.full, course.full / 2)
    course.graded("cem", share=0.5, answer="b", as_read=True)
    assert course.row("cem").fell


def test_is_a_held_mark_no_best_mark_before_it_is_read(course):
    course.graded("dan")
    course.graded("dan", share=0.5, answer="b", to_read=())
    row = course.row("dan")
    assert (row.fell, row.best, row.score) == (False, None, course.full / 2)


def test_does_a_better_mark_before_stay_known_while_a_better_one_is_held(course):
    course.graded("fay", share=0.5, answer="a", to_read=())
    course.graded("fay", answer="b")
    course.graded("fay", share=0.2, answer="c", to_read=())
    assert (course.row("fay").fell, course.row("fay").best) == (True, course.full / 2)


def test_does_what_was_given_by_hand_outlive_it(course):
    course.graded("gus")
    course.give("gus", 0.5)
    course.graded("gus", as_read=True)
    row = course.row("gus")
    points = course.exercise.checks[0].points
    assert (row.score, row.another_look) == (course.full - points + 0.5, ())
    course.graded("gus", answer="b")
    assert course.row("gus").another_look == ()
    course.graded("gus", answer="b", as_read=True)
    assert course.row("gus").another_look == ("check-1",)


@pytest.fixture
def checks(course) -> list[str]:
    return [check.name for check in course.exercise.checks]


def is_held(course, student: str) -> bool:
    with open_book(course.root) as book:
        return book.is_held("rotation", student)


def test_do_marks_given_by_hand_on_all_checks_count(course, checks, capsys):
    course.graded("jan")
    course.give("jan", 0.5, *checks)
    row = course.row("jan")
    assert (row.status, row.score, row.held) == (GRADED, len(checks) / 2, None)
    assert not row.needs_attention
    assert not is_held(course, "jan")
    main(["export", "--course", str(course.root), "--to", str(course.root / "grades.csv")])
    with (course.root / "grades.csv").open(encoding="utf-8") as file:
        found = {line["student_id"]: line for line in csv.DictReader(file)}
    assert (found["jan"]["status"], float(found["jan"]["score"])) == (GRADED, len(checks) / 2)
    assert "jan is to read" not in capsys.readouterr().out


def test_do_they_count_for_the_same_answer_later_and_for_no_other(course, checks):
    course.graded("kay")
    course.give("kay", 0.5, *checks)
    course.graded("kay")
    assert (course.row("kay").status, is_held(course, "kay")) == (GRADED, False)
    course.graded("kay", answer="b")
    assert (course.row("kay").status, is_held(course, "kay")) == (TO_READ, True)
    course.give("kay", 0, *checks)
    row = course.row("kay")
    assert (row.status, row.fell, row.best) == (GRADED, True, len(checks) / 2)


def test_is_it_still_held_where_only_some_checks_are_marked(course, checks):
    course.graded("lou")
    course.give("lou", 0, *checks[1:])
    row = course.row("lou")
    assert (row.status, row.score, is_held(course, "lou")) == (TO_READ, None, True)
    marked = f"{len(checks) - 1} of its {len(checks)} checks are marked by hand"
    assert f"{marked}: mark the others too." in to_read(row)
    course.graded("mia")
    assert "marked by hand" not in to_read(course.row("mia"))


def test_is_it_among_a_persons_data_which_answers_were_read(course, tmp_path):
    course.graded("ida")
    course.graded("ida", answer="b", as_read=True)
    with open_book(course.root) as book:
        path, left_out = write_data(course.root, book, "ida", tmp_path / "ida.zip")
    with zipfile.ZipFile(path) as archive:
        [held] = json.loads(archive.read("data.json"))["assignments"]
    assert [len(bytes.fromhex(digest)) for digest in held["answers_read"]] == [32]
    assert (held["status"], left_out) == (GRADED, [])
    assert held["result"]["marks"][0]["message"] == "Right."


def test_do_a_persons_data_tell_no_mark_that_is_held(course, tmp_path, capsys):
    course.graded("noa", share=0.625)
    course.give("noa", 0.875)
    to = tmp_path / "noa.zip"
    assert main(["export", "--course", str(course.root), "--student", "noa", "--to", str(to)]) == 0
    assert "rotation of noa is to read: its points and messages are not in" in (
        capsys.readouterr().out
    )
    with zipfile.ZipFile(to) as archive:
        text = archive.read("data.json").decode()
    [kept] = json.loads(text)["assignments"]
    assert (kept["status"], kept["score"]) == (TO_READ, None)
    assert kept["result"]["answers"] == {"answer-rotation": ANSWER}
    for told in (str(0.625 * course.full), "0.625", "0.875", "Right.", WHY):
        assert told not in text


def test_is_what_was_read_forgotten_with_the_person(course):
    course.graded("hal", as_read=True)
    with open_book(course.root) as book:
        book.forget("hal")
    course.graded("hal")
    assert course.row("hal").status == TO_READ


def test_has_a_result_of_before_nothing_to_read(course):
    plain = json.loads(course.result(1, ANSWER, (WHY,)).to_json())
    assert Result.from_plain(plain).to_read == (WHY,)
    del plain["to_read"]
    assert Result.from_json(json.dumps(plain)).to_read == ()

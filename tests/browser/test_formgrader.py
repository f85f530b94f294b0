"""nbgrader's formgrader over a course folder that was graded here, as an instructor sees it."""

import json
import shutil
import sys
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from grading.commands.demo import another, answer_key
from grading.commands.feedback import feedback
from grading.commands.grade import grade
from grading.gradebook.book import open_book
from grading.gradebook.row import GRADED, UNGRADED
from grading.notebooks import read_notebook
from tests.conftest import full_marks
from tests.exercises.solutions import solution

TOKEN = "formgrader-test"
FULL = full_marks("practice")
LIVELY = (
    "<script>window.alive = 1; alert(1)</script>"
    "<img src=x onerror='window.alive = 1'>[mine](javascript:window.alive=1)"
    "\n```\n</pre><script>window.alive = 1</script>"
)
MATHJAX = "cdnjs.cloudflare.com"  # which nbconvert's template asks, whatever the settings say
MINE = [
    {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": LIVELY},
    {
        "cell_type": "code",
        "id": "mine-too",
        "metadata": {},
        "execution_count": 1,
        "source": f"'''{LIVELY}'''",
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"text/html": LIVELY}}],
    },
]


@pytest.fixture(scope="module")
def hand_in(repository, course):
    """Hand in an exercise: cell id → source, with cells of one's own behind the first."""

    def hand_in(student: str, exercise: str, answers: dict[str, str], own: tuple = ()) -> None:
        path = f"{exercise}/{exercise}.ipynb"
        notebook = json.loads((repository / "exercises" / path).read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = answers.get(cell["id"], cell["source"])
        notebook["cells"][1:1] = own
        target = course / "submitted" / student / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(notebook), encoding="utf-8")

    return hand_in


@pytest.fixture(scope="module")
def course(repository, tmp_path_factory):
    """A course folder as the repository is one, with nothing handed in."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(repository / "solutions", root / "solutions")
    for name in ["Makefile", "nbgrader_config.py", "pyproject.toml", *repository.glob("*.txt")]:
        shutil.copy(repository / name, root)
    (root / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    return root


@pytest.fixture(scope="module")
def right(course) -> dict[str, str]:
    """The right answers to the practice: cell id → source."""
    key = answer_key(read_notebook(course / "solutions/practice/practice.ipynb"))
    return {f"answer-{number}": f'answer_{number} = "{letter}"' for number, letter in key.items()}


@pytest.fixture(scope="module")
def graded(course, hand_in, right):
    """Three graded students, one who came after that, and one whose file is no notebook."""
    wrong = another(right["answer-2"][-2])
    hand_in("partly", "practice", right | {"answer-2": f'answer_2 = "{wrong}"'}, MINE)
    hand_in("right", "practice", right)
    hand_in("coder", "rotation", {"answer-rotation": solution("rotation", "wrong/same_token_back")})
    for exercise in ("practice", "rotation"):
        grade(course, exercise)
        feedback(course, exercise)
    hand_in("late", "practice", {"answer-1": right["answer-1"]})
    broken = course / "submitted/broken/practice/practice.ipynb"
    broken.parent.mkdir(parents=True)
    broken.write_text("no notebook", encoding="utf-8")
    return course


@pytest.fixture(scope="module")
def url(graded, serve, tmp_path_factory):
    """The address of what `make formgrader` started in the course folder."""
    flags = f"--no-browser --allow-root --ServerApp.port=0 --IdentityProvider.token={TOKEN}"
    command = ["make", "formgrader", "--assume-old=.venv/installed", f"LAB_FLAGS={flags}"]
    with serve(command, graded, tmp_path_factory.mktemp("home")) as url:
        yield url


@pytest.fixture(scope="module")
def page(new_page, url):
    """A page that reaches this machine alone; it notes what it asked for, and what it was told."""
    with ExitStack() as stack:
        page = new_page()
        stack.callback(page.close)
        page.asked, page.said = [], []
        page.route(is_elsewhere, lambda route: route.abort())
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
        page.goto(f"{url}?token={TOKEN}")
        page.wait_for_url("**/formgrader/**")
        yield page


@pytest.fixture
def visit(page, url, photograph):
    """Open one of formgrader's lists and return its rows; leave a picture of it."""

    def visit(path: str) -> list[list[str]]:
        page.goto(f"{url}formgrader/{path}")
        page.locator("#main-table", has_not_text="Loading").wait_for()
        photograph(page, f"formgrader_{path.replace('/', '_')}")
        rows = page.locator("#main-table tr").all()
        return [[cell.strip() for cell in row.locator("td").all_inner_texts()] for row in rows]

    return visit


@pytest.fixture
def submission(page, visit, photograph):
    """Open a student's submission by its link and return check → the score that it shows."""

    def submission(student: str, exercise: str) -> dict[str, float]:
        visit(f"manage_students/{student}/{exercise}")
        page.locator("#main-table a").first.click()
        page.locator("input.score[placeholder]").last.wait_for()
        photograph(page, f"formgrader_submission_{student}")
        scores = page.locator("input.score").all()
        return {score.get_attribute("id"): float(shown(score)) for score in scores}

    return submission


@pytest.fixture
def autograde(page, visit, photograph):
    """Press the button in a student's row, and return what the dialog says."""

    def autograde(student: str) -> str:
        visit("manage_submissions/practice")
        row = page.locator(f'#main-table tr:has(td.student-id:text-is("{student}"))')
        row.locator(".autograde a").click()
        dialog = page.locator(".modal-content")
        dialog.wait_for()
        photograph(page, f"formgrader_autograde_{student}")
        return dialog.inner_text()

    return autograde


def shown(score) -> str:
    """Return a score that was given by hand, or the automatic one that stands behind it."""
    return score.input_value() or score.get_attribute("placeholder")


def is_elsewhere(url: str) -> bool:
    return urlsplit(url).hostname not in ("127.0.0.1", "localhost")


def known(course, exercise: str = "practice") -> dict:
    with open_book(course) as book:
        return {row.student: row for row in book.rows(exercise)}


def messages(row) -> list[str]:
    return [mark.message for mark in row.result.marks if mark.score < mark.points]


def assert_nothing_of_the_students_lives(page) -> None:
    assert LIVELY.splitlines()[0] in page.locator("body").inner_text()
    assert page.evaluate("window.alive") is None
    assert page.said == []
    assert page.locator("img[src=x], a[href^=javascript]").count() == 0


def test_does_the_list_of_assignments_count_what_was_handed_in(visit):
    counts = {row[0]: row[8] for row in visit("manage_assignments")}
    assert counts == {"client": "0", "pattern_test": "0", "practice": "4", "rotation": "1"}


def test_do_the_lists_show_the_marks(visit, graded):
    coder = known(graded, "rotation")["coder"]
    assert 0 < coder.score < coder.max_score
    mark = f"{coder.score:g} / {coder.max_score:g}"
    [rotation] = [row for row in visit("gradebook") if row[0] == "rotation"]
    assert rotation[2:] == ["1", mark]
    students = {row[1]: row[3] for row in visit("manage_students")}
    assert students["coder"] == f"{coder.score:g} / {coder.max_score + FULL:g}"
    handed_in = {row[1]: row[3:5] for row in visit("manage_submissions/practice")}
    assert handed_in["right"] == ["graded", f"{FULL} / {FULL}"]
    assert handed_in["broken"] == ["needs autograding", ""]


def test_does_a_submission_show_scores_answers_and_sentences(page, submission, graded):
    row = known(graded)["partly"]
    scores = submission("partly", "practice")
    assert scores == {mark.check: mark.score for mark in row.result.marks}
    text = page.locator("body").inner_text()
    for answer in row.result.answers.values():
        assert answer in text
    [sentence] = messages(row)
    assert page.locator(".output", has_text=sentence).count() == 1


def test_is_nothing_of_the_students_alive_in_formgrader(page, submission):
    submission("partly", "practice")
    assert_nothing_of_the_students_lives(page)


def test_does_a_submission_of_code_show_what_the_examiner_saw(page, submission, graded):
    """The public rules and the hidden ones, in lines that stay lines."""
    row = known(graded, "rotation")["coder"]
    assert sum(submission("coder", "rotation").values()) == row.score
    outputs = page.locator(".output").all_inner_texts()
    missed = messages(row)
    assert len(missed) > 2
    for message in missed:
        assert message in [output.strip() for output in outputs]


def test_is_the_feedback_to_be_read_there(page, url, graded, photograph):
    page.goto(f"{url}files/feedback/partly/practice/practice.html", referer=url)
    photograph(page, "formgrader_feedback")
    text = page.locator("body").inner_text()
    [sentence] = messages(known(graded)["partly"])
    assert "How strong you are" in text
    assert sentence in text
    assert "HIDDEN TESTS" not in text
    assert_nothing_of_the_students_lives(page)


def test_does_the_button_grade_who_came_later(visit, autograde, graded, hand_in, right):
    hand_in("late", "practice", {"answer-1": right["answer-1"]})
    assert "Successfully autograded 'practice' for student 'late'." in autograde("late")
    row = known(graded)["late"]
    assert (row.status, row.score) == (GRADED, 1)
    shown = {row[1]: row[3:5] for row in visit("manage_submissions/practice")}
    assert shown["late"] == ["graded", f"1 / {FULL}"]


def test_does_the_button_say_why_a_submission_has_no_mark(autograde, graded):
    said = autograde("broken")
    row = known(graded)["broken"]
    assert (row.status, row.score) == (UNGRADED, None)
    assert row.reason.startswith("The file is no notebook")
    assert f"broken is not graded: {row.reason}" in said
    assert "There was an error autograding" in said


def test_does_a_grading_beside_it_show_in_the_list(visit, submission, graded, hand_in, right):
    """By the command, while formgrader holds the gradebook open.

    The list alone: a submission's page may show what formgrader has read before, for a while.
    """
    for answers, score in (({}, 0), (right, FULL)):
        hand_in("twice", "practice", answers)
        grade(graded, "practice", students=["twice"])
        shown = {row[1]: row[3:5] for row in visit("manage_submissions/practice")}
        assert shown["twice"] == ["graded", f"{score} / {FULL}"]
        submission("twice", "practice")


def test_does_a_mark_given_by_hand_count(page, submission, graded):
    submission("partly", "practice")
    before = known(graded)["partly"].score
    field = page.locator("input.score#check-2")
    field.fill("0.5")
    with page.expect_response("**/api/grade/*"):
        field.press("Tab")
    after = known(graded)["partly"]
    assert (after.score, after.raw_score) == (before + 0.5, before + 0.5)


def test_does_no_request_leave_the_machine_but_nbconverts_for_mathjax(page):
    elsewhere = {urlsplit(url).hostname for url in page.asked if is_elsewhere(url)}
    assert len(page.asked) > 20
    assert elsewhere <= {MATHJAX}

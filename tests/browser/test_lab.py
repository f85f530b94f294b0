"""Every lesson and exercise in a real JupyterLab, as the README says to start it."""

import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import points_of

LESSONS = {
    "00_start_here": "login",
    "01_two_tokens": "claims-why",
    "02_the_token_route": "table-why",
    "03_why_it_is_built_so": "store-run-why",
    "04_use_a_copied_token": "logout-repair",
    "05_forge_a_token": "key-repair",
    "06_read_the_store": "oracle-repair",
    "07_rotation": "first-tree",
    "08_who_is_logged_out": "live",
    "09_races": "drive",
    "10_lost_replies": "predict-grace",
    "11_build_rotation": "check-swap",
    "12_clients": "phone",
    "13_browser_and_keys": "predict-forgery",
    "14_in_the_wild": "predict-reuse",
}
PRACTICE = "exercises/practice/practice.ipynb"
NUMBERS = [name.removeprefix("check-") for name in points_of("practice")]


@pytest.fixture(scope="module")
def practice(lab):
    """The code cells of the practice, answered by an A everywhere."""
    yield lab.run(PRACTICE, {f"answer-{number}": "A" for number in NUMBERS})
    lab.open(PRACTICE)
    lab.close()


@pytest.fixture
def copied(lab, course_copy):
    """Open a copy of a notebook that nobody else opens; close it after the test."""

    def copied(path: Path) -> None:
        shutil.copy(path, course_copy / f"notebooks/copy_of_{path.name}")
        lab.open(f"notebooks/copy_of_{path.name}")

    yield copied
    lab.close()


def errors(cells: list[dict]) -> dict[str, str]:
    return {
        cell["id"]: output["evalue"]
        for cell in cells
        for output in cell["outputs"]
        if output["output_type"] == "error"
    }


def test_does_lesson_00_open_by_make_lab(lab):
    assert lab.title.startswith("0 · A real token server")
    assert lab.page.get_by_text("official Jupyter news").count() == 0


def test_is_every_lesson_here(repository):
    assert sorted(LESSONS) == sorted(
        path.stem for path in repository.glob("notebooks/[0-9]*.ipynb")
    )


@pytest.mark.parametrize("lesson_run", LESSONS, indirect=True)
def test_does_a_lesson_run_without_an_error(lab, lesson, picture):
    lab.show(LESSONS[lesson.name])
    picture(lesson.name)
    assert errors(lesson.cells) == {}
    assert len([cell for cell in lesson.cells if cell["outputs"]]) > 4


def test_shows_a_stored_lesson_its_picture_without_a_kernels_help(lab, copied, repository):
    """Nothing is run: what stands there is an image and a table, in an untrusted notebook."""
    copied(repository / "notebooks/01_two_tokens.ipynb")
    lab.show("explore", ".jp-RenderedHTML img")
    image = lab.front.locator(".jp-RenderedHTML img")
    assert image.bounding_box()["height"] > 200
    assert "The user logs in" in image.get_attribute("alt")
    assert lab.front.locator(".jp-RenderedHTML:has(img) li").count() == 8  # a line for each box


@pytest.mark.parametrize("lesson_run", ["03_why_it_is_built_so"], indirect=True)
def test_does_a_stepper_still_step_in_a_saved_notebook(lab, lesson, copied, course_copy):
    """The next day, before any cell is run: the widget comes back from the file."""
    lab.run_one("stop-run")  # it stands at its beginning, whoever has used it before
    lab.widget("stop-run", "stepper")
    lab.save()
    copied(course_copy / lesson.path)
    widget = lab.widget("stop-run", "stepper")
    widget.get_by_role("button", name="Next").click()
    assert widget.locator(".count").inner_text() == "1 of 7"


def test_is_a_prediction_judged_under_its_outcome_and_kept_on_its_page(
    lab, copied, repository, picture
):
    copied(repository / "notebooks/00_start_here.ipynb")
    lab.run_one("setup")
    [cell] = [cell for cell in lab.cells() if cell["id"] == "predict-method"]
    lab.write("predict-method", cell["source"].replace('method", ""', 'method", "C", sure=3'))
    outputs = lab.run_one("predict-method")["outputs"]
    texts = [output.get("text") or output["data"]["text/plain"] for output in outputs]
    assert re.match(r"Your choices are kept in\s.+\son this machine alone", texts[0])
    assert "405" in texts[1]
    assert texts[2].strip().startswith("You chose C, and B is right. ")
    lab.show("predict-method")
    picture("a_prediction")
    lab.close()
    page = lab.run("notebooks/what_you_believed.ipynb")
    assert "there is no such page" in page[0]["outputs"][0]["data"]["text/plain"]
    lab.show("believed", "table")
    picture("what_you_believed")


def test_can_a_student_answer_the_practice(practice):
    assert errors(practice) == {}
    said = [cell["outputs"][0]["text"] for cell in practice if cell["id"].startswith("check-")]
    assert said == [f"Question {number}: your answer is A.\n" for number in NUMBERS]


def test_does_no_request_leave_the_machine(lab):
    urls = [url for url in lab.requests if not url.startswith(("data:", "blob:"))]
    assert len(urls) > 20
    assert {urlsplit(url).hostname for url in urls} <= {"127.0.0.1", "localhost"}

"""Every lesson and exercise in a real JupyterLab, as the README says to start it."""

from urllib.parse import urlsplit

import pytest

from tests.conftest import points_of

LESSONS = {
    "00_start_here": "login",
    "01_two_tokens": "claims-why",
    "02_the_token_route": "table-why",
    "03_why_it_is_built_so": "store-run-why",
    "04_steal_a_token": "oracle-repair",
    "05_rotation": "first-tree",
    "06_races_and_lost_replies": "drive",
    "07_in_the_wild": "predict-reuse",
}


@pytest.fixture
def run(lab):
    """Run a notebook; close it after the test."""
    yield lab.run
    lab.close()


def errors(cells: list[dict]) -> dict[str, str]:
    return {
        cell["id"]: output["evalue"]
        for cell in cells
        for output in cell["outputs"]
        if output["output_type"] == "error"
    }


def test_does_lesson_00_open_by_make_lab(lab):
    title = lab.page.locator(".jp-Notebook h1").first
    title.wait_for()
    assert title.inner_text().startswith("0 · A real token server")
    assert lab.page.get_by_text("official Jupyter news").count() == 0


def test_is_every_lesson_here(repository):
    assert sorted(LESSONS) == sorted(path.stem for path in repository.glob("notebooks/*.ipynb"))


@pytest.mark.parametrize("lesson", LESSONS)
def test_does_a_lesson_run_without_an_error(lab, run, picture, lesson):
    cells = run(f"notebooks/{lesson}.ipynb")
    lab.show(LESSONS[lesson])
    picture(lesson)
    assert errors(cells) == {}
    assert len([cell for cell in cells if cell["outputs"]]) > 8


def test_shows_a_stored_lesson_its_picture_without_a_kernels_help(lab):
    """Nothing is run: what stands there is an image and a table, in an untrusted notebook."""
    lab.open("notebooks/01_two_tokens.ipynb")
    lab.show("explore")
    image = lab.page.locator(".jp-RenderedHTML img")
    image.wait_for()
    assert image.bounding_box()["height"] > 300
    assert "The user logs in" in image.get_attribute("alt")
    assert lab.page.locator(".jp-RenderedHTML:has(img) li").count() == 4
    lab.close()


def test_does_a_stepper_still_step_in_a_saved_notebook(lab):
    """The next day, before any cell is run: the widget comes back from the file."""
    lab.run("notebooks/03_why_it_is_built_so.ipynb")
    lab.widget("stop-run", "stepper")
    lab.save()
    lab.close()
    lab.open("notebooks/03_why_it_is_built_so.ipynb")
    widget = lab.widget("stop-run", "stepper")
    widget.get_by_role("button", name="Next").click()
    assert widget.locator(".count").inner_text() == "1 of 7"
    lab.close()


def test_can_a_student_answer_the_practice(run):
    numbers = [name.removeprefix("check-") for name in points_of("practice")]
    answers = {f"answer-{number}": "A" for number in numbers}
    cells = run("exercises/practice/practice.ipynb", answers)
    assert errors(cells) == {}
    said = [cell["outputs"][0]["text"] for cell in cells if cell["id"].startswith("check-")]
    assert said == [f"Question {number}: your answer is A.\n" for number in numbers]


def test_does_no_request_leave_the_machine(lab):
    urls = [url for url in lab.requests if not url.startswith(("data:", "blob:"))]
    assert len(urls) > 20
    assert {urlsplit(url).hostname for url in urls} <= {"127.0.0.1", "localhost"}

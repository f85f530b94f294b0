"""Where Python gives no answer every control of every widget says so, and nothing else changes."""

from collections.abc import Iterator

import pytest

from lesson.scenarios import SCENARIOS
from lesson.widgets.base import CourseWidget
from lesson.widgets.explorer import LABELS, Explorer
from lesson.widgets.live_tree import MOVES, LiveTree
from lesson.widgets.stepper import OWN, Stepper
from server.views import token
from tests.browser.host import host

NO_ANSWER = "No answer yet"
SHOWN = """
() => {
    const widget = document.querySelector('.refresh-course').cloneNode(true);
    widget.querySelector('.says').remove();
    const fields = [...document.querySelectorAll('select, input')].map(field => field.value);
    return [widget.textContent, ...fields];
}
"""


def no_view():
    return "", 204


@pytest.fixture(scope="module")
def page(new_page):
    page = new_page(width=900, height=700)
    yield page
    page.close()


@pytest.fixture(scope="module")
def buttons() -> Iterator[list[CourseWidget]]:
    """The two widgets of buttons; each has a server of its own."""
    widgets = [Explorer(), LiveTree(no_view)]
    yield widgets
    for widget in widgets:
        widget._played.course.server.stop()


def says(page) -> str:
    return page.locator(".says").inner_text()


def wait_in_vain(page) -> None:
    page.locator(".says", has_text=NO_ANSWER).wait_for()


@pytest.mark.parametrize(
    ("field", "name"),
    [
        *(("Request", name) for name in SCENARIOS if name != "valid"),
        *(("beside", name) for name in ["nothing", *SCENARIOS] if name != "unknown"),
    ],
)
def test_names_the_stepper_the_run_that_stands_there(page, field, name):
    """A chosen request that was not answered is not shown under its name."""
    host(page, Stepper(token, "valid", "unknown"))
    before = page.evaluate(SHOWN)
    page.get_by_label(field).select_option(name)
    wait_in_vain(page)
    assert page.evaluate("sent") == 1
    assert page.evaluate(SHOWN) == before


def test_is_a_request_of_ones_own_sent_once_for_one_answer(page):
    """A busy kernel would send it twice, and the second time its token is spent."""
    host(page, Stepper(token, "valid", None))
    page.get_by_label("Request").select_option(OWN)
    before = page.locator(".panes").inner_text()
    for _ in range(2):
        page.get_by_role("button", name="Send").click()
        wait_in_vain(page)
        page.get_by_label("Request").select_option("expired")
        wait_in_vain(page)
        page.get_by_label("Request").evaluate(f"field => {{ field.value = '{OWN}' }}")
        page.locator(".own").evaluate("form => { form.hidden = false }")
    assert page.evaluate("sent") == 1
    assert page.locator(".panes").inner_text() == before


def test_does_no_step_leave_what_stands_there_while_an_answer_is_awaited(page):
    host(page, Stepper(token, "valid", None))
    at_once = page.evaluate(
        """() => {
            const [field] = document.querySelectorAll('select');
            field.value = 'expired';
            field.dispatchEvent(new Event('change'));
            [...document.querySelectorAll('button')].find(b => b.textContent === 'Next').click();
            return ['.says', '.count'].map(name => document.querySelector(name).textContent);
        }"""
    )
    assert at_once == ["Asking the server …", "0 of 7"]
    wait_in_vain(page)
    page.get_by_role("button", name="Next").click()
    assert page.locator(".count").inner_text() == "1 of 7"
    assert page.get_by_label("Request").input_value() == "valid"


def test_is_a_late_answer_shown_and_an_older_one_passed_over(page):
    widget, late = Stepper(token, "valid", None), Stepper(token, "expired", None)
    host(page, widget)
    page.get_by_label("Request").select_option("expired")
    wait_in_vain(page)
    page.evaluate("shown => answer('shown', {...shown, asked: 0})", late.shown)
    assert page.get_by_label("Request").input_value() == "valid"
    page.evaluate("shown => answer('shown', {...shown, asked: 1})", late.shown)
    assert page.get_by_label("Request").input_value() == "expired"
    assert says(page).startswith("POST /token arrives")


def test_does_a_stepper_from_a_file_show_its_run_though_a_question_was_left_open(page):
    """Saved after a kernel had died: what was asked for then is not what is shown."""
    widget = Stepper(token, "valid", None)
    widget.unobserve_all("choice")
    widget.choice = {"name": "tampered", "beside": None, "body": "", "asked": 3}
    host(page, widget)
    assert page.get_by_label("Request").input_value() == "valid"
    page.get_by_role("button", name="Next").click()
    assert page.locator(".count").inner_text() == "1 of 7"


@pytest.mark.parametrize(
    ("number", "label"),
    [*((0, label) for label in LABELS.values()), *((1, label) for label in MOVES)],
)
def test_says_a_widget_of_buttons_that_nothing_has_happened(page, buttons, number, label):
    """And what is pressed twice is asked once: a busy kernel would do it twice."""
    host(page, buttons[number])
    before = page.evaluate(SHOWN)
    for _ in range(2):
        page.get_by_role("button", name=label, exact=True).dispatch_event("click")
        wait_in_vain(page)
    assert page.evaluate("sent") == 1
    assert page.evaluate(SHOWN) == before

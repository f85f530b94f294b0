"""The stepper, used with the keyboard alone."""

import pytest

from lesson.scenarios import SCENARIOS

STATUS = dict.fromkeys(SCENARIOS, 403) | {"valid": 200, "missing": 401}
SHOWS = """
([widget, name]) => widget.querySelector('select').value === name
    && widget.querySelector('.count').textContent.startsWith('0 of')
    && widget.querySelectorAll('caption').length === 0
    && widget.querySelector('.says').textContent.includes('arrives')
"""


pytestmark = pytest.mark.parametrize("lesson_run", ["03_why_it_is_built_so"], indirect=True)


@pytest.fixture
def widget(lab, lesson):
    """The stepper of lesson 3 that shows two runs."""
    return lab.widget("stop-run", "stepper")


def focused(page) -> str:
    """Return the words on what has the focus: a button, or the label around a field."""
    words = "() => (document.activeElement.closest('label') ?? document.activeElement).innerText"
    return page.evaluate(words).split()[0]


@pytest.mark.parametrize("name", SCENARIOS)
def test_is_each_scenario_stepped_to_its_end(widget, name):
    """Home and arrows choose, Tab moves on, arrows and Enter step, Home and End jump."""
    page, press = widget.page, widget.page.keyboard.press
    widget.get_by_label("beside").focus()
    press("Home")
    press("Shift+Tab")
    assert focused(page) == "Request"
    press("Home")
    for _ in range(list(SCENARIOS).index(name)):
        press("ArrowDown")
    page.wait_for_function(SHOWS, arg=[widget.element_handle(), name])
    for control in ["beside", "Previous", "Next"]:
        press("Tab")
        assert focused(page) == control
    count = widget.locator(".count")
    last = int(count.inner_text().split()[-1])
    for place in range(1, last + 1):
        press("ArrowRight" if place % 2 else "Enter")
        assert count.inner_text() == f"{place} of {last}"
    assert f"The client receives {STATUS[name]}" in widget.locator(".says").inner_text()
    press("ArrowLeft")
    assert count.inner_text() == f"{last - 1} of {last}"
    press("Home")
    assert count.inner_text() == f"0 of {last}"
    press("End")
    assert count.inner_text() == f"{last} of {last}"

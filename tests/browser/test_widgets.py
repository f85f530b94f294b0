"""The widgets, used with the mouse, and looked at by axe-core."""

import json
import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from lesson.scenarios import SCENARIOS

STATUS = dict.fromkeys(SCENARIOS, 403) | {"valid": 200, "missing": 401}


@pytest.fixture(scope="module")
def lesson_2(lab):
    lab.run("notebooks/02_the_token_route.ipynb")
    yield lab
    lab.close()


def says(widget) -> str:
    return widget.locator(".says").first.inner_text()


def now(widget) -> dict:
    """Return what each pane points at."""
    lit = widget.locator("svg .box.now .words").all_text_contents()
    return {
        "box": " ".join(lit),
        "line": widget.locator(".source li.now").all_inner_texts(),
        "row": widget.locator(".execution tr.now td:first-child").all_inner_texts(),
        "state": widget.locator(".tracker tr.now th").all_inner_texts(),
    }


def test_do_four_panes_move_together(lesson_2, picture):
    widget = lesson_2.widget("step-valid", "stepper")
    following = widget.get_by_role("button", name="Next")
    for _ in range(4):
        following.click()
    picture("stepper_light_1280")
    shown = now(widget)
    assert shown["box"] == "step 3 is it valid?"
    assert "open_refresh_token" in shown["line"][0]
    assert (shown["row"], shown["state"]) == (["3"], ["after 3"])
    assert widget.locator("td.changed").last.inner_text() == "'alice' *"
    assert widget.locator("td.changed").last.get_attribute("aria-label") == "'alice', changed"
    assert says(widget) == "Line 10, step 3: is it valid? → yes: user = 'alice'."
    widget.get_by_role("button", name="Previous").click()
    assert now(widget)["row"] == ["2"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_is_each_scenario_stepped_to_its_end_with_the_mouse(lesson_2, name):
    widget = lesson_2.widget("step-valid", "stepper")
    widget.get_by_label("Request").select_option(name)
    widget.page.wait_for_function(
        "([w, n]) => w.querySelector('.count').textContent.startsWith('0 of')"
        " && w.querySelector('.says').textContent.includes('arrives')",
        arg=[widget.element_handle(), name],
    )
    following = widget.get_by_role("button", name="Next")
    while following.get_attribute("aria-disabled") == "false":
        following.click()
    assert f"The client receives {STATUS[name]}" in says(widget)
    results = widget.locator(".execution tbody tr td:last-child").all_inner_texts()
    assert all(results)
    assert (results[-1].startswith("not reached")) == (name == "valid")


def test_is_the_row_marked_where_two_runs_part(lesson_2, picture):
    widget = lesson_2.widget("beside", "stepper")
    for _ in range(5):
        widget.get_by_role("button", name="Next").click()
    picture("beside_light_1280")
    parting = widget.locator("tr.parting")
    assert parting.locator("td").first.inner_text() == "3"
    assert "Here they part." in parting.inner_text()
    assert widget.locator("svg .now-other").count() == 1
    one, other = says(widget).splitlines()
    assert one.startswith("valid: ")
    assert other.startswith("expired: ")


def test_does_play_walk_and_stop(lesson_2):
    widget = lesson_2.widget("beside", "stepper")
    widget.get_by_role("slider", name="Step").fill("0")
    widget.get_by_role("button", name="Play").click()
    widget.page.wait_for_function(
        "w => parseInt(w.querySelector('.count').textContent) >= 2", arg=widget.element_handle()
    )
    widget.get_by_role("button", name="Pause").click()
    assert widget.get_by_role("button", name="Play").is_visible()


def test_is_a_typed_request_sent(lesson_2):
    widget = lesson_2.widget("step-valid", "stepper")
    widget.get_by_label("Request").select_option("own")
    widget.get_by_label("Body for POST /token, as JSON").fill('{"token": "typed"}')
    widget.get_by_role("button", name="Send").click()
    widget.page.wait_for_function(
        "w => w.querySelector('.says').textContent.includes('typed')", arg=widget.element_handle()
    )
    widget.get_by_role("slider", name="Step").focus()
    widget.page.keyboard.press("End")
    assert "The client receives 403" in says(widget)


def test_does_typing_in_a_widget_reach_no_command_of_jupyterlab(lesson_2):
    """Letters, arrows, Enter and d d in every kind of control leave the notebook as it was."""
    widget = lesson_2.widget("step-valid", "stepper")
    widget.get_by_label("Request").select_option("own")
    quiz = lesson_2.widget("quiz-table", "quiz")
    page = lesson_2.page

    def notebook() -> str:
        cells = [(cell["id"], cell["cell_type"], cell["source"]) for cell in lesson_2.cells()]
        active = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"
        return json.dumps([cells, page.evaluate(active)])

    lesson_2.show("step-valid")
    places = [
        widget.get_by_role("button", name="Next"),
        widget.get_by_label("Body for POST /token"),
        widget.get_by_role("slider"),
        widget.locator(".source .scroll"),
        quiz.get_by_role("radio").first,
    ]
    for place in places:
        place.focus()
        before = notebook()
        for key in "ddabcxmyz0jkrlshv12":
            page.keyboard.press(key)
        for key in ["ArrowDown", "ArrowUp", "Home", "End", "Delete", "Backspace", "Shift+Enter"]:
            page.keyboard.press(key)
        assert notebook() == before, place
        inside = "() => Boolean(document.activeElement.closest('.refresh-course'))"
        assert page.evaluate(inside), place


def test_do_arrows_scroll_a_pane_that_is_too_narrow(lesson_2):
    """And Ctrl+S still saves: only keys without Ctrl, Alt or Meta stay in the widget."""
    widget = lesson_2.widget("step-valid", "stepper")
    source, page = widget.locator(".source .scroll"), lesson_2.page
    place = widget.locator(".count").inner_text()
    source.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("pane => pane.scrollLeft > 0", arg=source.element_handle())
    assert widget.locator(".count").inner_text() == place
    dirty = "() => window.jupyterapp.shell.currentWidget.context.model.dirty"
    page.keyboard.press("Control+s")
    page.wait_for_function(f"() => !({dirty})()")


def test_does_escape_lead_back_to_the_notebook(lesson_2):
    widget = lesson_2.widget("step-valid", "stepper")
    widget.get_by_role("button", name="Next").focus()
    lesson_2.page.keyboard.press("Escape")
    lesson_2.page.keyboard.press("ArrowDown")
    inside = "() => Boolean(document.activeElement.closest('.refresh-course'))"
    assert not lesson_2.page.evaluate(inside)


def test_can_a_quiz_be_solved_by_keyboard(lesson_2, picture):
    """A wrong answer, its reason, the hint with its lit row, and the right answer."""
    quiz = lesson_2.widget("quiz-table", "quiz")
    keyboard = lesson_2.page.keyboard
    quiz.get_by_role("radio").first.focus()
    keyboard.press("Space")
    keyboard.press("Tab")
    keyboard.press("Enter")
    assert says(quiz).startswith("Not quite. Step 4 is not reached")
    keyboard.press("Tab")
    keyboard.press("Enter")
    lit = quiz.locator("tr.lit")
    assert lit.first.is_visible()
    assert lit.first.inner_text().startswith("▶ 6")
    assert lit.first.get_attribute("aria-current") == "true"
    picture("quiz_light_1280")
    quiz.get_by_role("radio").first.focus()
    keyboard.press("ArrowDown")
    keyboard.press("Tab")
    keyboard.press("Enter")
    assert says(quiz).startswith("Right.")


@pytest.fixture
def lesson_1(lab):
    lab.run("notebooks/01_two_tokens.ipynb")
    yield lab
    lab.close()


def test_does_the_explorer_play_a_session(lesson_1, picture):
    widget = lesson_1.widget("explore", "explorer")
    widget.get_by_role("button", name="Refresh", exact=True).focus()
    lesson_1.page.keyboard.press("Enter")
    widget.get_by_text("There is no token yet").wait_for()
    log = widget.locator(".log li")
    for number, name in enumerate(["Log in", "Call /me"], 1):
        widget.get_by_role("button", name=name, exact=True).click()
        log.nth(number - 1).wait_for()
    widget.get_by_role("button", name="Let 5 minutes pass").click()
    widget.get_by_text("expired", exact=False).first.wait_for()
    widget.get_by_role("button", name="Refresh", exact=True).click()
    log.nth(2).wait_for()
    picture("explorer_light_1280")
    assert log.all_inner_texts()[-1] == "POST /token → 200 OK"
    assert "7" in widget.locator("svg .now .words").first.text_content()
    check(lesson_1, picture, "explorer", "explore")


@pytest.fixture
def lesson_5(lab):
    lab.run("notebooks/05_rotation.ipynb")
    yield lab
    lab.close()


def test_does_the_live_tree_play_a_theft_by_keyboard(lesson_5, picture):
    """After each button the tree is the one in the store, in picture and list."""
    widget = lesson_5.widget("live", "live-tree")
    theft = ["Mallory copies Alice's token", "Mallory refreshes", "Alice refreshes"]
    for name, said in zip(theft, ["has a copy", "holds R3", "403"], strict=True):
        widget.get_by_role("button", name=name).focus()
        lesson_5.page.keyboard.press("Enter")
        widget.locator(".says", has_text=said).wait_for()
    widget.get_by_text("The tree as a list").click()
    words = widget.locator("li").all_inner_texts()
    assert words[0].startswith("family 1 of alice: ended")
    assert "R3: revoked, held by Mallory" in words[0]
    assert "revoked" in widget.locator("svg").text_content()
    check(lesson_5, picture, "live-tree", "live")


@pytest.fixture
def lesson_6(lab):
    lab.run("notebooks/06_races_and_lost_replies.ipynb")
    yield lab
    lab.close()


def test_is_a_request_held_where_the_slider_says(lesson_6, picture):
    widget = lesson_6.widget("drive", "overtake")
    slider = widget.get_by_role("slider")
    slider.focus()
    lesson_6.page.keyboard.press("Home")
    for _ in range(5):
        lesson_6.page.keyboard.press("ArrowRight")
    widget.get_by_text("both got tokens").first.wait_for()
    assert "held before" in widget.inner_text()
    lesson_6.page.keyboard.press("d")
    lesson_6.page.keyboard.press("d")
    assert any(cell["id"] == "drive" for cell in lesson_6.cells())
    check(lesson_6, picture, "overtake", "drive")


# JupyterLab's body has no height and hides what overflows, so axe takes all text for unseen.
SEEN = "body { height: 100vh }"


def test_would_axe_see_a_pale_text(lesson_2):
    """Without this the tests below could not fail."""
    lesson_2.widget("step-valid", "stepper")
    lesson_2.page.add_style_tag(content=SEEN)
    pale = lesson_2.page.add_style_tag(content=".refresh-course { --soft: #c0c8d0 !important }")
    found = Axe().run(lesson_2.page, context=".stepper").response["violations"]
    pale.evaluate("style => style.remove()")
    assert [rule["id"] for rule in found] == ["color-contrast"]


def check(lab, picture, kind: str, cell: str) -> None:
    """Let axe-core look at a widget in both themes, at two widths."""
    lab.page.add_style_tag(content=SEEN)
    for theme in ["Light", "Dark"]:
        lab.theme(theme)
        for width in [1280, 800]:
            lab.page.set_viewport_size({"width": width, "height": 900})
            lab.widget(cell, kind).evaluate("element => element.scrollIntoView()")
            picture(f"{cell}_{theme.lower()}_{width}")
            found = Axe().run(lab.page, context=f".{kind}")
            assert found.violations_count == 0, found.generate_report()
    lab.page.set_viewport_size({"width": 1280, "height": 900})
    lab.theme("Light")


@pytest.mark.parametrize(
    ("kind", "cell"), [("stepper", "step-valid"), ("stepper", "beside"), ("quiz", "quiz-table")]
)
def test_does_axe_find_nothing_in_light_and_dark(lesson_2, picture, kind, cell):
    check(lesson_2, picture, kind, cell)


def test_does_no_request_of_a_widget_leave_the_machine(lab):
    urls = [url for url in lab.requests if not url.startswith(("data:", "blob:"))]
    assert {urlsplit(url).hostname for url in urls} <= {"127.0.0.1", "localhost"}
    assert any(re.search("anywidget", url) for url in urls)

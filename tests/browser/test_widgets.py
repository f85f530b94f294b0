"""The widgets, used with the mouse, and looked at by axe-core."""

import json
import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe

from lesson.scenarios import SCENARIOS

STATUS = dict.fromkeys(SCENARIOS, 403) | {"valid": 200, "missing": 401}
TWO_TOKENS, TOKEN_ROUTE, LOGGED_OUT, RACES = (
    pytest.mark.parametrize("lesson_run", [name], indirect=True)
    for name in (
        "01_two_tokens",
        "02_the_token_route",
        "08_who_is_logged_out",
        "09_races",
    )
)


def says(widget) -> str:
    return widget.locator(".says").first.inner_text()


def now(widget) -> dict:
    """Return what each pane points at."""
    lit = widget.locator("svg .box.now text").all_text_contents()
    return {
        "box": " ".join(lit),
        "line": widget.locator(".source li.now").all_inner_texts(),
        "row": widget.locator(".execution tr.now td:first-child").all_inner_texts(),
        "state": widget.locator(".tracker tr.now th").all_inner_texts(),
    }


def visibility(elements) -> list[str]:
    """Return of each whether it is to be seen where its pane is; a tab may hide that."""
    return elements.evaluate_all("all => all.map(one => getComputedStyle(one).visibility)")


@TOKEN_ROUTE
def test_do_four_panes_move_together(lab, lesson, picture):
    widget = lab.widget("step-valid", "stepper")
    following = widget.get_by_role("button", name="Next")
    for _ in range(4):
        following.click()
    picture("stepper_light_1280")
    shown = now(widget)
    assert shown["box"] == "3 is it valid?"
    assert "open_refresh_token" in shown["line"][0]
    assert (shown["row"], shown["state"]) == (["3"], ["after 3"])
    results = visibility(widget.locator(".execution tbody td:last-child span"))
    assert results == ["visible"] * 3 + ["hidden"] * 3
    later = widget.locator(".tracker tbody tr", has_text="after 4").locator("span")
    assert set(visibility(later)) == {"hidden"}
    assert widget.locator("td.changed").last.inner_text() == "'alice' *"
    assert widget.locator("td.changed").last.get_attribute("aria-label") == "'alice', changed"
    assert says(widget) == "Line 10, step 3: is it valid? → yes: user = 'alice'."
    widget.get_by_role("button", name="Previous").click()
    assert now(widget)["row"] == ["2"]


@TOKEN_ROUTE
@pytest.mark.parametrize("name", SCENARIOS)
def test_is_each_scenario_stepped_to_its_end_with_the_mouse(lab, lesson, name):
    widget = lab.widget("step-valid", "stepper")
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


@TOKEN_ROUTE
def test_is_the_row_marked_where_two_runs_part(lab, lesson, picture):
    widget = lab.widget("beside", "stepper")
    for _ in range(5):
        widget.get_by_role("button", name="Next").click()
    picture("beside_light_1280")
    parting = widget.locator("tr.parting")
    assert parting.locator("td").first.inner_text() == "3"
    assert "Here they part." in parting.inner_text()
    assert widget.locator("svg .now-other").count() == 1
    one, other = says(widget).splitlines()
    assert one.startswith("● valid: ")
    assert other.startswith("◆ expired: ")


@TOKEN_ROUTE
def test_does_play_walk_and_stop(lab, lesson):
    widget = lab.widget("beside", "stepper")
    widget.get_by_role("slider", name="Step").fill("0")
    widget.get_by_role("button", name="Play").click()
    widget.page.wait_for_function(
        "w => parseInt(w.querySelector('.count').textContent) >= 2", arg=widget.element_handle()
    )
    widget.get_by_role("button", name="Pause").click()
    assert widget.get_by_role("button", name="Play").is_visible()


@TOKEN_ROUTE
def test_is_a_typed_request_sent(lab, lesson):
    widget = lab.widget("step-valid", "stepper")
    widget.get_by_label("Request").select_option("own")
    widget.get_by_label("Body for POST /token, as JSON").fill('{"token": "typed"}')
    widget.get_by_role("button", name="Send").click()
    widget.page.wait_for_function(
        "w => w.querySelector('.says').textContent.includes('typed')", arg=widget.element_handle()
    )
    widget.get_by_role("slider", name="Step").focus()
    widget.page.keyboard.press("End")
    assert "The client receives 403" in says(widget)


@TOKEN_ROUTE
def test_does_typing_in_a_widget_reach_no_command_of_jupyterlab(lab, lesson):
    """Letters, arrows, Enter and d d in every kind of control leave the notebook as it was."""
    widget = lab.widget("step-valid", "stepper")
    widget.get_by_label("Request").select_option("own")
    quiz = lab.widget("quiz-table", "quiz")
    page = lab.page

    def notebook() -> str:
        cells = [(cell["id"], cell["cell_type"], cell["source"]) for cell in lab.cells()]
        active = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"
        return json.dumps([cells, page.evaluate(active)])

    lab.show("step-valid")
    places = [
        widget.get_by_role("button", name="Next"),
        widget.get_by_label("Body for POST /token"),
        widget.get_by_role("slider"),
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


@TOKEN_ROUTE
def test_does_control_s_still_save(lab, lesson):
    """Only keys without Ctrl, Alt or Meta stay in the widget."""
    widget, page = lab.widget("step-valid", "stepper"), lab.page
    widget.get_by_role("button", name="Next").focus()
    dirty = "() => window.jupyterapp.shell.currentWidget.context.model.dirty"
    source = next(cell["source"] for cell in lab.cells() if cell["id"] == "setup")
    lab.write("setup", f"{source}\n")
    assert page.evaluate(dirty)
    page.keyboard.press("Control+s")
    page.wait_for_function(f"() => !({dirty})()")


@TOKEN_ROUTE
def test_do_arrows_choose_a_tab_and_take_no_step(lab, lesson):
    lab.page.set_viewport_size({"width": 1280, "height": 800})
    widget = lab.widget("step-valid", "stepper")
    place = widget.locator(".count").inner_text()
    widget.get_by_role("tab", name="Execution table").click()
    lab.page.keyboard.press("ArrowRight")
    chosen = widget.get_by_role("tab", selected=True)
    assert chosen.inner_text() == "Variable tracker"
    assert widget.locator(".tracker").is_visible()
    assert not widget.locator(".execution").is_visible()
    lab.page.keyboard.press("ArrowRight")
    assert chosen.inner_text() == "Execution table"
    assert widget.locator(".count").inner_text() == place
    lab.page.set_viewport_size({"width": 1280, "height": 900})


@TOKEN_ROUTE
def test_is_the_source_coloured_and_its_changes_stand_beside_their_lines(lab, lesson):
    lab.run_one("step-valid")  # whatever was asked for before
    widget = lab.widget("step-valid", "stepper")
    widget.get_by_role("slider", name="Step").fill("3")
    badges = widget.locator(".source .badge")
    assert [badge.split()[-1] for badge in badges.all_inner_texts()] == ["1", "2", "3", "4", "5"]
    assert badges.first.get_attribute("title") == "step 1: the request arrives; is a token present?"
    assert widget.locator(".source li .text").first.inner_text() == '@views.post("/token")'
    assert "#" not in widget.locator(".source").inner_text()
    assert '"""' not in widget.locator(".source").inner_text()
    changed = widget.locator(".source .change:not(.to-come)")
    assert [text[-9:] for text in changed.all_inner_texts()] == ["PcrtW0Yg'"]
    widget.get_by_role("slider", name="Step").fill("4")
    assert changed.all_inner_texts()[-1] == "= 'alice'"
    assert widget.locator(".source .change.new").inner_text() == "= 'alice'"


@TOKEN_ROUTE
def test_goes_a_quizs_verdict_when_the_choice_changes(lab, lesson):
    quiz = lab.widget("quiz-end", "quiz")
    question = quiz.locator("fieldset").first
    question.get_by_role("radio").first.check()
    question.get_by_role("button", name="Check").click()
    assert question.locator(".says").inner_text()
    question.get_by_role("radio").nth(1).check()
    assert question.locator(".says").inner_text() == ""


@TOKEN_ROUTE
def test_does_escape_lead_back_to_the_notebook(lab, lesson):
    widget = lab.widget("step-valid", "stepper")
    widget.get_by_role("button", name="Next").focus()
    lab.page.keyboard.press("Escape")
    lab.page.keyboard.press("ArrowDown")
    inside = "() => Boolean(document.activeElement.closest('.refresh-course'))"
    assert not lab.page.evaluate(inside)


@TOKEN_ROUTE
def test_can_a_quiz_be_solved_by_keyboard(lab, lesson, picture):
    """A wrong answer, its reason, the hint with its lit row, and the right answer."""
    quiz = lab.widget("quiz-table", "quiz")
    keyboard = lab.page.keyboard
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


@TWO_TOKENS
def test_does_the_explorer_play_a_session(lab, lesson, picture):
    widget = lab.widget("explore", "explorer")
    widget.get_by_role("button", name="Refresh", exact=True).focus()
    lab.page.keyboard.press("Enter")
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
    assert widget.locator("svg .now .number").text_content() == "7"
    check(lab, picture, "explorer", "explore")


@LOGGED_OUT
def test_does_the_live_tree_play_a_theft_by_keyboard(lab, lesson, picture):
    """After each button the tree is the one in the store, in picture and list."""
    widget = lab.widget("live", "live-tree")
    theft = ["Mallory copies Alice's token", "Mallory refreshes", "Alice refreshes"]
    for name, said in zip(theft, ["has a copy", "holds R3", "403"], strict=True):
        widget.get_by_role("button", name=name).focus()
        lab.page.keyboard.press("Enter")
        widget.locator(".says", has_text=said).wait_for()
    thief = widget.locator("svg .revoked .thief").all_text_contents()
    assert thief == ["⚠ held by Mallory"]
    assert widget.locator("svg .live .strong").all_text_contents() == ["● R2: live"]
    widget.get_by_role("button", name="in words").click()
    words = widget.locator("li").all_inner_texts()
    assert words[0].startswith("family 1 of alice: ended")
    assert "R3: revoked, held by Mallory" in words[0]
    check(lab, picture, "live-tree", "live")


@RACES
def test_is_a_request_held_where_the_slider_says(lab, lesson, picture):
    widget = lab.widget("drive", "overtake")
    slider = widget.get_by_role("slider")
    slider.focus()
    lab.page.keyboard.press("Home")
    for _ in range(5):
        lab.page.keyboard.press("ArrowRight")
    widget.get_by_text("both got tokens").first.wait_for()
    assert "held before" in widget.inner_text()
    lab.page.keyboard.press("d")
    lab.page.keyboard.press("d")
    assert any(cell["id"] == "drive" for cell in lab.cells())
    check(lab, picture, "overtake", "drive")


# JupyterLab's body has no height and hides what overflows, so axe takes all text for unseen.
SEEN = "body { height: 100vh }"
# axe-core asks of each element in the page what lies over it, and takes three times as long with
# the other cells as with nothing in their places.
LOOK = """
async (widget) => {
    const cells = [...document.querySelectorAll('.jp-Cell')];
    const away = cells.filter(cell => !cell.contains(widget)).map(cell => {
        const place = document.createElement('div');
        place.style.height = `${cell.offsetHeight}px`;
        cell.replaceWith(place);
        return [place, cell];
    });
    try {
        return await axe.run(widget, {resultTypes: ['violations']});
    } finally {
        for (const [place, cell] of away) place.replaceWith(cell);
    }
}
"""


def looked_at(widget) -> AxeResults:
    """Return what axe-core finds in a widget."""
    if not widget.page.evaluate("'axe' in window"):
        widget.page.evaluate(Axe().axe_script)
    style = widget.page.add_style_tag(content=SEEN)
    found = AxeResults(widget.evaluate(LOOK))
    style.evaluate("style => style.remove()")
    return found


@TOKEN_ROUTE
def test_would_axe_see_a_pale_text(lab, lesson):
    """Without this the tests below could not fail."""
    widget = lab.widget("step-valid", "stepper")
    pale = lab.page.add_style_tag(content=".refresh-course { --soft: #c0c8d0 !important }")
    found = looked_at(widget).response["violations"]
    pale.evaluate("style => style.remove()")
    assert [rule["id"] for rule in found] == ["color-contrast"]


def check(lab, picture, kind: str, cell: str) -> None:
    """Let axe-core look at a widget in both themes, in one of them on a narrow page."""
    for theme, width in {"Light": 1280, "Dark": 800}.items():
        lab.theme(theme)
        lab.page.set_viewport_size({"width": width, "height": 900})
        widget = lab.widget(cell, kind)
        widget.evaluate("element => element.scrollIntoView()")
        picture(f"{cell}_{theme.lower()}_{width}")
        found = looked_at(widget)
        assert found.violations_count == 0, found.generate_report()
    lab.page.set_viewport_size({"width": 1280, "height": 900})
    lab.theme("Light")


@TOKEN_ROUTE
@pytest.mark.parametrize(
    ("kind", "cell"), [("stepper", "step-valid"), ("stepper", "beside"), ("quiz", "quiz-table")]
)
def test_does_axe_find_nothing_in_light_and_dark(lab, lesson, picture, kind, cell):
    check(lab, picture, kind, cell)


def test_does_no_request_of_a_widget_leave_the_machine(lab):
    urls = [url for url in lab.requests if not url.startswith(("data:", "blob:"))]
    assert {urlsplit(url).hostname for url in urls} <= {"127.0.0.1", "localhost"}
    assert any(re.search("anywidget", url) for url in urls)

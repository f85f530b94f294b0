"""Every widget of every lesson fits the screen it is met on: whole, uncut, its controls in view."""

import pytest

from lesson.widgets.stepper import Stepper
from tests.browser.host import host
from tests.browser.test_lab import LESSONS

# JupyterLab with its file browser, a larger screen, and a telephone, where it is closed.
SCREENS = {"laptop": (1280, 800), "desktop": (1440, 900), "telephone": (390, 844)}
SIDE = "open => window.jupyterapp.shell[open ? 'expandLeft' : 'collapseLeft']()"
WIDGETS = """
() => {
    const cells = [...window.jupyterapp.shell.currentWidget.content.model.cells];
    const shows = ({data}) => data && 'application/vnd.jupyter.widget-view+json' in data;
    return cells.filter(cell => cell.type === 'code' && cell.toJSON().outputs.some(shows))
        .map(cell => cell.id);
}
"""
# Return as sentences what is wrong with a widget, behind each of its tabs, at three places of the
# slider: the panes keep their places for what is still to come.
LOOK = """
async (root) => {
    const page = root.closest('.jp-WindowedPanel-outer');
    const frame = () => new Promise(requestAnimationFrame);
    const wrong = new Set();
    const seen = element => element.checkVisibility({visibilityProperty: true});
    const name = ({tagName, className, textContent}) =>
        `${tagName}.${className.baseVal ?? className} "${textContent.slice(0, 30)}"`;
    const narrow = root.dataset.size === 'narrow';

    function scrolls(element) {
        const {overflowX, overflowY, display} = getComputedStyle(element);
        if (display === 'inline' || element.matches('textarea, .unseen')) return [];
        const wide = overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
        const high = overflowY !== 'visible' && element.scrollHeight > element.clientHeight + 1;
        return [...(wide ? ['wide'] : []), ...(high ? ['high'] : [])];
    }

    function look() {
        const all = [root, ...root.querySelectorAll('*')].filter(seen);
        const scrolling = all.flatMap(element => scrolls(element).map(way => [way, element]));
        const allowed = ([way, element]) => way === 'high' && narrow && element.matches('.scroll');
        for (const [way, element] of scrolling.filter(one => !allowed(one))) {
            wrong.add(`is too ${way} for its place: ${name(element)}`);
        }
        if (scrolling.length > 1) wrong.add('has more than one scrollbar');
        const {left, right} = root.getBoundingClientRect();
        for (const element of all.filter(element => !element.closest('svg'))) {
            const box = element.getBoundingClientRect();
            const out = box.left < left - 1 || box.right > right + 1;
            if (out) wrong.add(`sticks out: ${name(element)}`);
        }
        apart(all.filter(element => element.matches('.pane')));
        const rows = '.tools, .controls, .buttons, .tabs';
        for (const row of all.filter(element => element.matches(rows))) {
            apart([...row.children].filter(seen));
        }
    }

    function apart(elements) {
        const boxes = elements.map(element => element.getBoundingClientRect());
        boxes.forEach((a, i) => boxes.slice(0, i).forEach((b, j) => {
            const over = Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
            if (over) wrong.add(`overlap: ${name(elements[i])} and ${name(elements[j])}`);
        }));
    }

    function inSight() {
        const {top, bottom} = page.getBoundingClientRect();
        const whole = root.matches('.fitted') ? [root] : [];
        const controls = root.querySelectorAll('.tools *, .controls *, .buttons, .says');
        for (const element of [...whole, ...controls]) {
            if (root.matches('.quiz') || !seen(element)) continue;
            const box = element.getBoundingClientRect();
            const out = box.top < top - 1 || box.bottom > bottom + 1;
            if (out) wrong.add(`out of sight: ${name(element)}`);
        }
    }

    root.scrollIntoView({block: 'nearest'});
    await frame();
    await frame();
    inSight();
    const tabs = [...root.querySelectorAll('[role=tab]')].filter(seen);
    const slider = root.querySelector('input[type=range]');
    const places = slider ? [slider.min, slider.max >> 1, slider.max] : [null];
    for (const tab of tabs.length ? tabs : [null]) {
        tab?.click();
        for (const place of places) {
            if (slider) {
                slider.value = place;
                slider.dispatchEvent(new Event('input'));
            }
            await frame();
            await frame();
            look();
        }
    }
    if (slider) {
        slider.value = slider.min; // where the tests behind this one find it
        slider.dispatchEvent(new Event('input'));
    }
    tabs[0]?.click();
    return [...wrong];
}
"""
IN_PANE = """
() => {
    const line = document.querySelector('.source .now').getBoundingClientRect();
    const pane = document.querySelector('.source .scroll').getBoundingClientRect();
    return line.top >= pane.top && line.bottom <= pane.bottom && pane.bottom <= innerHeight;
}
"""


@pytest.fixture(params=SCREENS)
def screen(lab, request):
    """JupyterLab on a screen of each size."""
    width, height = SCREENS[request.param]
    lab.page.set_viewport_size({"width": width, "height": height})
    lab.page.evaluate(SIDE, request.param != "telephone")
    yield request.param
    lab.page.evaluate(SIDE, False)
    lab.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("lesson_run", LESSONS, indirect=True)
def test_fits_every_widget(lab, lesson, screen):
    wrong = {}
    cells = lab.page.evaluate(WIDGETS)
    assert cells
    for cell in cells:
        lab.show(cell, ".refresh-course")
        widget = lab.cell(cell).locator(".refresh-course")
        found = widget.evaluate(LOOK)
        if found:
            wrong[cell] = found
    assert wrong == {}, screen


def long_view():
    total = 0
    total += 1
    total += 2
    total += 3
    total += 4
    total += 5
    total += 6
    total += 7
    total += 8
    total += 9
    total += 10
    total += 11
    total += 12
    total += 13
    total += 14
    total += 15
    total += 16
    total += 17
    total += 18
    total += 19
    total += 20
    total += 21
    total += 22
    total += 23
    total += 24
    total += 25
    total += 26
    total += 27
    total += 28
    total += 29
    total += 30
    total += 31
    total += 32
    total += 33
    total += 34
    total += 35
    total += 36
    total += 37
    total += 38
    total += 39
    total += 40
    return str(total)


def test_are_the_controls_of_a_long_view_in_sight_and_its_line_too(new_page):
    """It takes the room that there is, and its panes scroll to what is current."""
    page = new_page(width=900, height=700)
    host(page, Stepper(long_view, {}, None))
    widget = page.locator(".stepper")
    assert widget.bounding_box()["height"] <= 700
    widget.get_by_role("slider", name="Step").fill("41")
    page.wait_for_function(IN_PANE)
    page.close()

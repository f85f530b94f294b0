"""Widgets in JupyterLab with a kernel that is busy, restarted or gone, and after Shift+Enter."""

import re
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lesson.widgets.stored import WIDGET

CELLS = {
    "imports": "from lesson import explore, step\nfrom server.views import token",
    "stepper": "step(token)",
    "explorer": "explore()",
}
KERNEL = {"name": "python3", "display_name": "Python 3"}
BUSY = """
() => {
    const {kernel} = window.jupyterapp.shell.currentWidget.sessionContext.session;
    window.busy = kernel.requestExecute({code: 'import time; time.sleep(3)', store_history: false});
}
"""
RESTART = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
KILL = "() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()"
NEW_KERNEL = """
async () => {
    const {sessionContext} = window.jupyterapp.shell.currentWidget;
    if (!sessionContext.session) await sessionContext.changeKernel({name: 'python3'});
}
"""
RUN = """
async (id) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = notebook.widgets.findIndex(widget => widget.model.id === id);
    await notebook.scrollToCell(notebook.activeCell, 'start');
    await window.jupyterapp.commands.execute('notebook:run-cell-and-select-next');
}
"""
IN_VIEW = """
(widget) => {
    const page = widget.closest('.jp-WindowedPanel-outer').getBoundingClientRect();
    const {top, bottom} = widget.getBoundingClientRect();
    return top >= page.top - 1 && bottom <= page.bottom + 1;
}
"""


@pytest.fixture(scope="module")
def notebook(lab, course_copy):
    """A notebook with a stepper and an explorer, and much text below them, which has run."""
    cells = [new_code_cell(source, id=name) for name, source in CELLS.items()]
    cells += [new_markdown_cell("A paragraph.\n\n" * 40, id="text")]
    made = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(made, course_copy / "notebooks/kernels.ipynb")
    lab.run("notebooks/kernels.ipynb")
    yield lab
    lab.open("notebooks/kernels.ipynb")
    lab.close()


@pytest.fixture
def running(notebook):
    """That notebook, run anew, whatever became of its kernel."""
    notebook.page.evaluate(NEW_KERNEL)
    notebook.open("notebooks/kernels.ipynb")
    notebook.run_all()
    return notebook


def asked(lab) -> list:
    """Use a control of each widget; return the widgets."""
    stepper = lab.widget("stepper", "stepper")
    stepper.get_by_label("Request").select_option("tampered")
    explorer = lab.widget("explorer", "explorer")
    explorer.get_by_role("button", name="Log in").click()
    return [stepper, explorer]


def says_that_no_answer_has_come(lab) -> None:
    for widget in [lab.widget("stepper", "stepper"), lab.widget("explorer", "explorer")]:
        widget.locator(".says", has_text="No answer yet").wait_for()
    stepper = lab.widget("stepper", "stepper")
    assert stepper.get_by_label("Request").input_value() == "valid"
    assert lab.widget("explorer", "explorer").locator(".log li").count() == 0


@pytest.mark.parametrize("end", [RESTART, KILL], ids=["restarted", "gone"])
def test_shows_no_widget_what_a_kernel_that_ended_never_did(running, end):
    running.page.evaluate(end)
    asked(running)
    says_that_no_answer_has_come(running)


def test_comes_a_busy_kernels_answer_late_and_once(running):
    running.page.evaluate(BUSY)
    asked(running)
    says_that_no_answer_has_come(running)
    explorer = running.widget("explorer", "explorer")
    explorer.get_by_role("button", name="Log in").click()
    running.page.evaluate("() => window.busy.done")
    explorer.locator(".log li").first.wait_for()
    stepper = running.widget("stepper", "stepper")
    stepper.locator(".says", has_text="arrives").wait_for()
    assert stepper.get_by_label("Request").input_value() == "tampered"
    assert explorer.locator(".log li").all_inner_texts() == ["POST /login → 200 OK"]


def test_shows_a_notebook_saved_after_a_restart_the_pictures(running, course_copy):
    """There is no model in it any more, and neither error nor promise stands for the picture."""
    running.page.evaluate(RESTART)
    running.save()
    saved = course_copy / "notebooks/kernels.ipynb"
    assert WIDGET not in saved.read_text(encoding="utf-8")
    shutil.copy(saved, course_copy / "notebooks/reopened.ipynb")
    running.open("notebooks/reopened.ipynb")
    for cell in ["stepper", "explorer"]:
        running.show(cell, ".jp-RenderedHTML img")
        said = running.cell(cell).inner_text()
        assert not re.search("model not found|Loading widget", said)
    running.close()


@pytest.mark.parametrize("cell", ["stepper", "explorer"])
def test_is_a_widget_in_view_after_shift_and_enter(running, cell):
    running.page.set_viewport_size({"width": 1280, "height": 800})
    running.page.evaluate(RUN, cell)
    widget = running.front.locator(f".refresh-course.{cell}")
    running.page.wait_for_function(IN_VIEW, arg=widget.element_handle())
    running.page.set_viewport_size({"width": 1280, "height": 900})

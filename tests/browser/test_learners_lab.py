"""JupyterLab as `lab/` sets it up: what learners see, and what their terminal says."""

import json
import re
import shutil
import time
from importlib.metadata import files

import pytest

from conftest import PATIENCE, POLL
from tests.browser.test_lab import LESSONS

ROTATION = "exercises/rotation/rotation.ipynb"
PLUGINS = """
() => [...window.jupyterapp.listPlugins()].filter(name => name.includes('nbgrader'))
"""
LINE = """
([cell, number]) => {
    const found = window.jupyterapp.shell.currentWidget.content.widgets.find(
        widget => widget.model.id === cell);
    const rows = [...found.node.querySelectorAll('.cm-lineNumbers .cm-gutterElement')];
    const row = rows.find(one => one.innerText === String(number) && one.offsetHeight > 0);
    const top = row.getBoundingClientRect().top;
    const lines = [...found.node.querySelectorAll('.cm-line')];
    return lines.find(line => Math.abs(line.getBoundingClientRect().top - top) < 4).innerText;
}
"""
WRONG = """def start_session(user):
    return "R"

def token():
    wrong = undefined

def end_session(refresh_token): ...
"""
ALARMING = ("eavesdropping", "not trusted", "not installed", "non-installed", "websocket_ping")


@pytest.fixture
def rotation(lab, course_copy, repository):
    """A copy of the rotation exercise, last saved under another Python, and open; its file."""
    notebook = json.loads((repository / ROTATION).read_text(encoding="utf-8"))
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.99.0"}
    path = course_copy / "exercises/rotation/copy.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    lab.open(str(path.relative_to(course_copy)))
    yield path
    lab.close()


@pytest.fixture
def said(lab, lab_home) -> list[str]:
    """What `make lab` has printed up to now; at least one kernel runs."""
    lines = (lab_home / "log").read_text(encoding="utf-8").splitlines()
    assert any("Kernel started" in line for line in lines)
    return lines


def test_is_nothing_of_nbgrader_there_although_it_is_installed(lab, rotation):
    assert any("labextensions" in str(file) for file in files("nbgrader"))
    assert lab.page.evaluate(PLUGINS) == []
    for name in ("Nbgrader", "Create Assignment", "Validate"):
        assert lab.page.get_by_text(name, exact=True).count() == 0


def test_has_the_line_that_a_message_names_its_number(lab, rotation, picture):
    lab.write("answer-rotation", WRONG)
    lab.run_one("answer-rotation")
    [output] = lab.run_one("check-1")["outputs"]
    number, line = re.search(r"at line (\d+): (.+)\)", output["evalue"]).groups()
    lab.show("answer-rotation")
    assert lab.page.evaluate(LINE, ["answer-rotation", number]).strip() == line
    picture("line_numbers")


@pytest.mark.parametrize("lesson_run", LESSONS, indirect=True)
def test_does_a_lesson_open_as_it_was_saved(lesson):
    assert not lesson.changed


def test_does_a_notebook_of_another_python_open_as_it_was_saved(lab, rotation):
    before = rotation.read_bytes()
    assert not lab.is_changed()
    lab.write("answer-rotation", "pass")
    assert lab.is_changed()
    assert rotation.read_bytes() == before


@pytest.mark.parametrize("lesson_run", ["03_why_it_is_built_so"], indirect=True)
def test_does_a_lesson_that_has_run_open_as_it_was_saved(lab, lesson, course_copy):
    """The widgets' extension brings the stepper back, which is no change."""
    lab.save()
    shutil.copy(course_copy / lesson.path, course_copy / "notebooks/run_before.ipynb")
    lab.open("notebooks/run_before.ipynb")
    lab.widget("stop-run", "stepper")
    assert not lab.is_changed()
    lab.close()


def test_does_nothing_in_the_terminal_alarm(said):
    start = [line for line in said if "Kernel started" not in line][:20]
    assert [line for line in start if re.match(r"\[[WEC] ", line)] == []
    assert [line for line in said if any(words in line for words in ALARMING)] == []


def test_is_what_kernels_say_encrypted(said, lab_home):
    connections = list((lab_home / "runtime").glob("kernel-*.json"))
    assert connections
    for path in connections:
        assert json.loads(path.read_text())["curve_publickey"]


def test_does_jupyterlab_remember_in_the_course_folder_what_is_open(lab, course_copy, rotation):
    wanted = str(rotation.relative_to(course_copy))
    deadline = time.monotonic() + PATIENCE / 1000
    while not any(wanted in path.read_text() for path in course_copy.glob("lab/workspaces/*")):
        assert time.monotonic() < deadline
        lab.page.wait_for_timeout(POLL)

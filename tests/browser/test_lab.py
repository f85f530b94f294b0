"""The course in a real JupyterLab, in headless Chromium, started as the README says."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, sync_playwright

TOKEN = "browser-test"
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OPEN = """
async (path) => {
    const app = window.jupyterapp;
    await app.restored;
    const panel = await app.commands.execute('docmanager:open', {path, factory: 'Notebook'});
    app.shell.activateById(panel.id);
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
}
"""
RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
ANSWER = """
(answers) => {
    for (const cell of window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells) {
        const letter = answers[cell.id];
        if (letter) cell.setSource(cell.getSource().replace('""', `"${letter}"`));
    }
}
"""
SHOW = """
async (id) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const cell = notebook.widgets.find(widget => widget.model.id === id);
    await notebook.scrollToCell(cell, 'start');
}
"""
OUTPUTS = """
() => {
    const cells = [...window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells];
    return cells.filter(cell => cell.cell_type === 'code').map(cell => cell.toJSON());
}
"""
CLOSE = """
async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.sessionContext.shutdown();
    panel.dispose();
}
"""


@pytest.fixture(scope="module")
def course(repository, tmp_path_factory) -> Path:
    """A copy of what a student has, sharing this environment."""
    root = tmp_path_factory.mktemp("lab") / "course"
    root.mkdir()
    for name in ["notebooks", "exercises", "server", "lesson"]:
        shutil.copytree(repository / name, root / name)
    for name in ["Makefile", "requirements.txt", "pyproject.toml"]:
        shutil.copy(repository / name, root / name)
    (root / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    return root


@pytest.fixture(scope="module")
def lab(course, tmp_path_factory) -> str:
    """The address of a JupyterLab that `make lab` started."""
    home = tmp_path_factory.mktemp("home")
    flags = (
        "--no-browser --expose-app-in-browser --allow-root --ServerApp.port=0 "
        f"--IdentityProvider.token={TOKEN} --LabApp.user_settings_dir={home / 'settings'} "
        f"--LabApp.workspaces_dir={home / 'workspaces'}"
    )
    # The environment is the tests' own and may bear another stamp than make's: take it as it is.
    command = ["make", "lab", "--assume-old=.venv/installed", f"LAB_FLAGS={flags}"]
    environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(home / "runtime")}
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=course, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    yield _address(home, server)
    os.killpg(server.pid, 15)
    server.wait(timeout=30)


def _address(home: Path, server: subprocess.Popen) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        for path in (home / "runtime").glob("jpserver-*.json"):
            return json.loads(path.read_text())["url"]
        time.sleep(0.1)
    raise AssertionError(f"make lab started no server: {(home / 'log').read_text()}")


@pytest.fixture(scope="module")
def chromium():
    """A headless browser: the machine's own, or the one that Playwright manages."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Error:
            if os.environ.get("CI"):
                raise
            pytest.skip(
                "no Chromium here: install it, or run .venv/bin/playwright install chromium"
            )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def requests() -> list[str]:
    """Every address the page asked for."""
    return []


@pytest.fixture(scope="module")
def page(chromium, lab, requests):
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{lab}?token={TOKEN}")
    page.wait_for_function("() => window.jupyterapp?.restored")
    return page


@pytest.fixture
def opened(page):
    """Open a notebook by its path; close it after the test."""
    yield lambda path: page.evaluate(OPEN, path)
    page.evaluate(CLOSE)


@pytest.fixture
def run(page, repository, opened):
    """Open a notebook, answer its questions, run all cells, picture it; return the code cells."""

    def run(path: str, answers: dict[str, str] | None = None) -> list[dict]:
        opened(path)
        page.evaluate(ANSWER, answers or {})
        page.evaluate(RUN_ALL)
        page.wait_for_function(IDLE, timeout=60_000)
        return page.evaluate(OUTPUTS)

    return run


@pytest.fixture
def picture(page, repository):
    """Save a screenshot under build/, for eyes: show(name) pictures the page as it is."""
    folder = repository / "build/screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return lambda name: page.screenshot(path=folder / f"{name}.png")


IDLE = """
() => {
    const panel = window.jupyterapp.shell.currentWidget;
    const cells = [...panel.content.model.cells].filter(cell => cell.type === 'code');
    return cells.every(cell => cell.executionCount !== null && cell.executionState === 'idle');
}
"""


def errors(cells: list[dict]) -> dict[str, str]:
    return {
        cell["id"]: output["evalue"]
        for cell in cells
        for output in cell["outputs"]
        if output["output_type"] == "error"
    }


def test_does_lesson_00_open_by_make_lab(page):
    title = page.locator(".jp-Notebook h1").first
    title.wait_for()
    assert title.inner_text().startswith("0 · A real token server")
    assert page.get_by_text("official Jupyter news").count() == 0


@pytest.mark.parametrize(
    ("lesson", "cell"), [("00_start_here", "login"), ("01_two_tokens", "claims-why")]
)
def test_does_a_lesson_run_without_an_error(opened, run, page, picture, lesson, cell):
    opened(f"notebooks/{lesson}.ipynb")
    page.evaluate(SHOW, cell)
    picture(f"{lesson}_before")
    cells = run(f"notebooks/{lesson}.ipynb")
    page.evaluate(SHOW, cell)
    picture(f"{lesson}_after")
    assert errors(cells) == {}
    assert len([cell for cell in cells if cell["outputs"]]) > 8


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_is_the_flow_drawn(opened, page, picture, theme):
    """JupyterLab draws Mermaid by itself; the drawing is an image with its description."""
    page.evaluate(
        "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})", theme
    )
    opened("notebooks/01_two_tokens.ipynb")
    page.evaluate(SHOW, "flow-heading")
    drawing = page.locator(".jp-RenderedMermaid img")
    drawing.wait_for()
    picture(f"flow_{theme[-5:].strip().lower()}")
    assert drawing.bounding_box()["height"] > 300
    assert "From log-in over access" in page.locator(".jp-RenderedMermaid").inner_html()


def test_can_a_student_answer_the_practice(run, repository):
    answers = {f"answer-{number}": "A" for number in range(1, 6)}
    cells = run("exercises/practice/practice.ipynb", answers)
    assert errors(cells) == {}
    said = [cell["outputs"][0]["text"] for cell in cells if cell["id"].startswith("check-")]
    assert said == [f"Question {number}: your answer is A.\n" for number in range(1, 6)]


def test_does_no_request_leave_the_machine(page, requests):
    assert len(requests) > 20
    hosts = {urlsplit(url).hostname for url in requests if not url.startswith(("data:", "blob:"))}
    assert hosts <= {"127.0.0.1", "localhost"}

"""The course in a real JupyterLab, in headless Chromium, for tests and benchmarks."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

REPOSITORY = Path(__file__).parent
TOKEN = "browser-test"
PATIENCE = 120_000  # milliseconds, beside whatever else a machine does
POLL = 100  # milliseconds between two looks; a look at each frame keeps a processor busy
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
ANSWER = """
(answers) => {
    for (const cell of window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells) {
        const letter = answers[cell.id];
        if (letter) cell.setSource(cell.getSource().replace('""', `"${letter}"`));
    }
}
"""
WRITE = """
([id, source]) => {
    const cells = window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells;
    cells.find(cell => cell.id === id).setSource(source);
}
"""
RUN_ONE = """
async (id) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = notebook.widgets.findIndex(widget => widget.model.id === id);
    await window.jupyterapp.commands.execute('notebook:run-cell');
}
"""
IDLE = """
() => {
    const panel = window.jupyterapp.shell.currentWidget;
    const cells = [...panel.content.model.cells].filter(cell => cell.type === 'code');
    return cells.every(cell => cell.executionCount !== null && cell.executionState === 'idle');
}
"""
SCROLLS = 20  # how often a notebook that is still being drawn may move on from a cell
MOMENT = 500  # milliseconds that it is given each time to draw what stands there
SHOWN = """
async ([id, selector]) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const cell = notebook.widgets.find(widget => widget.model.id === id);
    await notebook.scrollToCell(cell, 'start');
    const found = selector ? cell.node.querySelector(selector) : cell.node;
    return cell.inViewport && !cell.isPlaceholder() && found?.offsetHeight > 0;
}
"""
THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
CELLS = """
() => {
    const cells = [...window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells];
    return cells.map(cell => cell.toJSON());
}
"""
CHANGED = "() => window.jupyterapp.shell.currentWidget.context.model.dirty"
CLOSE = """
async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.sessionContext.shutdown();
    panel.dispose();
}
"""


class Lab:
    """Drive JupyterLab in one browser page; `requests` holds every address it asked for.

    `front` is the notebook that is to be seen; others may be open behind it. `title` is what the
    first one says that is open without anybody's doing.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.front = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        self.requests: list[str] = []
        self.title = ""
        page.on("request", lambda request: self.requests.append(request.url))

    def enter(self, url: str) -> None:
        """Load JupyterLab."""
        self.page.goto(f"{url}?token={TOKEN}")
        self.page.wait_for_function("() => window.jupyterapp?.restored")
        self.title = self.page.locator(".jp-Notebook h1").first.inner_text()

    def open(self, path: str) -> None:
        """Open a notebook and wait for its kernel."""
        self.page.evaluate(OPEN, path)

    def run(self, path: str, answers: dict[str, str] | None = None) -> list[dict]:
        """Open a notebook, fill in answers, run all cells; return its code cells."""
        self.open(path)
        self.page.evaluate(ANSWER, answers or {})
        return self.run_all()

    def run_all(self) -> list[dict]:
        """Run all cells of the notebook that is open; return its code cells."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_function(IDLE, polling=POLL)
        return [cell for cell in self.cells() if cell["cell_type"] == "code"]

    def run_one(self, cell: str) -> dict:
        """Run one cell of the notebook that is open, and return it."""
        self.page.evaluate(RUN_ONE, cell)
        return next(c for c in self.cells() if c["id"] == cell)

    def write(self, cell: str, source: str) -> None:
        """Put a source in the place of a cell's own."""
        self.page.evaluate(WRITE, [cell, source])

    def show(self, cell: str, selector: str = "") -> None:
        """Scroll to a cell until it is drawn, and what is selected in it.

        Once is not enough: a notebook that has just been opened moves on, and what has left the
        page by that is not drawn.
        """
        self.page.wait_for_function(SHOWN, arg=[cell, selector], polling=POLL)

    def cell(self, cell: str) -> Locator:
        """Return the cell of the notebook in front, as it stands on the page."""
        place = [found["id"] for found in self.cells()].index(cell)
        return self.front.locator(f".jp-Cell[data-windowed-list-index='{place}']")

    def widget(self, cell: str, kind: str) -> Locator:
        """Scroll to a cell and return the course's widget that stands in its output."""
        from playwright.sync_api import TimeoutError as PlaywrightTimeout

        found = self.cell(cell).locator(f".refresh-course.{kind}")
        for _ in range(SCROLLS):
            self.show(cell, f".refresh-course.{kind}")
            with suppress(PlaywrightTimeout):
                found.wait_for(timeout=MOMENT)
                return found
        raise AssertionError(f"the notebook has moved on from {cell} {SCROLLS} times")

    def cells(self) -> list[dict]:
        """Return all cells of the notebook that is open, as they would be stored."""
        return self.page.evaluate(CELLS)

    def theme(self, name: str) -> None:
        """Switch to the theme "Light" or "Dark" and wait until it is there."""
        self.page.evaluate(THEME, f"JupyterLab {name}")
        light = str(name == "Light").lower()
        self.page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")

    def is_changed(self) -> bool:
        """Return whether the notebook that is open counts as changed since it was saved."""
        return self.page.evaluate(CHANGED)

    def save(self) -> None:
        """Save the notebook that is open."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")

    def close(self) -> None:
        """Close the notebook and stop its kernel."""
        self.page.evaluate(CLOSE)


@pytest.fixture(scope="session")
def course_copy(tmp_path_factory) -> Path:
    """A copy of what a student has, sharing this environment."""
    root = tmp_path_factory.mktemp("lab") / "course"
    root.mkdir()
    for name in ["notebooks", "exercises", "lab", "server", "examiner", "lesson"]:
        shutil.copytree(REPOSITORY / name, root / name, ignore=shutil.ignore_patterns("workspaces"))
    (root / "grading").mkdir()
    for name in ["Makefile", "requirements.txt", "pyproject.toml", *_students_part_of_grading()]:
        shutil.copy(REPOSITORY / name, root / name)
    (root / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    return root


def _students_part_of_grading() -> list[str]:
    attributes = (REPOSITORY / ".gitattributes").read_text(encoding="utf-8")
    return re.findall(r"^/(grading/\w+\.py) -export-ignore$", attributes, re.MULTILINE)


@pytest.fixture(scope="session")
def serve() -> Callable:
    """Start a command that serves Jupyter in a folder, as a context: serve(command, folder, home).

    It gives the server's address; what Jupyter keeps for a user goes to `home`.
    """
    return _serving


@contextmanager
def _serving(command: list[str], folder: Path, home: Path) -> Iterator[str]:
    names = {"JUPYTER_RUNTIME_DIR": "runtime", "JUPYTER_CONFIG_DIR": "config"}
    names["XDG_DATA_HOME"] = "data"  # where predictions are kept
    own = {name: str(home / folder) for name, folder in names.items()}
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | own,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield _address(home, server)
    finally:
        _end(server)


def _end(server: subprocess.Popen) -> None:
    """End a server and all that it started.

    Rarely Jupyter's own end waits for ever, for a thread of anyio's that was working just then.
    """
    os.killpg(server.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        server.wait(timeout=30)
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def _address(home: Path, server: subprocess.Popen) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        for path in (home / "runtime").glob("jpserver-*.json"):
            with suppress(ValueError):  # it is not all written yet
                return json.loads(path.read_text())["url"]
        time.sleep(0.1)
    raise AssertionError(f"no server has started: {(home / 'log').read_text()}")


@pytest.fixture(scope="session")
def lab_home(tmp_path_factory) -> Path:
    """Where the JupyterLab of the tests keeps what is its user's, and its log."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def lab_url(course_copy, serve, lab_home) -> Iterator[str]:
    """The address of a JupyterLab that `make lab` started."""
    flags = (
        "--no-browser --expose-app-in-browser --allow-root --ServerApp.port=0 "
        f"--IdentityProvider.token={TOKEN} --LabApp.user_settings_dir={lab_home / 'settings'}"
    )
    # The environment is the tests' own and may bear another stamp than make's: take it as it is.
    command = ["make", "lab", "--assume-old=.venv/installed", f"LAB_FLAGS={flags}"]
    with serve(command, course_copy, lab_home) as url:
        yield url


@pytest.fixture(scope="session")
def chromium():
    """A headless browser: the machine's own, or the one that Playwright manages."""
    from playwright.sync_api import Error, sync_playwright  # learners have not got it

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


@pytest.fixture(scope="session")
def new_page(chromium) -> Callable[..., Page]:
    """Open a page that waits long enough: new_page(height=900), with a context's other options."""

    def new_page(width: int = 1280, height: int = 900, **options: Any) -> Page:
        page = chromium.new_page(viewport={"width": width, "height": height}, **options)
        page.set_default_timeout(PATIENCE)
        return page

    return new_page


@pytest.fixture(scope="session")
def lab(new_page, lab_url) -> Lab:
    """JupyterLab on a page of its own."""
    lab = Lab(new_page())
    lab.enter(lab_url)
    return lab


@pytest.fixture(scope="session")
def photograph() -> Callable[[Page, str], bytes]:
    """Save a screenshot under build/, for eyes: photograph(page, name) shows it as it is."""
    folder = REPOSITORY / "build/screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return lambda page, name: page.screenshot(path=folder / f"{name}.png", animations="disabled")


@pytest.fixture
def picture(lab, photograph):
    """Save a screenshot of JupyterLab: picture(name)."""
    return lambda name: photograph(lab.page, name)

"""What `lab/jupyter_lab_config.py` sets before JupyterLab starts."""

import re
import shutil
from pathlib import Path

import pytest
from traitlets.config.loader import Config, PyFileConfigLoader

REPOSITORY = Path(__file__).parent.parent
NAME = "jupyter_lab_config.py"


@pytest.fixture
def folder(tmp_path) -> Path:
    """The folder `lab` of a course in which JupyterLab has never been."""
    shutil.copytree(REPOSITORY / "lab", tmp_path / "lab", ignore=shutil.ignore_patterns("works*"))
    return tmp_path / "lab"


def settings(folder: Path) -> Config:
    return PyFileConfigLoader(NAME, path=str(folder)).load_config()


def test_does_jupyterlab_open_at_lesson_0_and_then_as_it_was_left(folder):
    first = settings(folder).LabApp.default_url
    assert (REPOSITORY / first.removeprefix("/lab/tree/")).exists()
    workspaces = Path(settings(folder).LabApp.workspaces_dir)
    workspaces.mkdir()
    assert settings(folder).LabApp.default_url == first
    (workspaces / "default-37a8.jupyterlab-workspace").touch()
    assert settings(folder).LabApp.default_url == "/lab"


def test_does_jupyterlab_keep_nothing_of_the_course_in_the_learners_home(folder):
    assert Path(settings(folder).LabApp.workspaces_dir).parent == folder.resolve()
    ignored = (REPOSITORY / ".gitignore").read_text(encoding="utf-8").split()
    assert "/lab/workspaces/" in ignored


def test_do_make_and_the_readme_start_jupyterlab_in_the_same_way():
    command = re.compile(r"jupyter lab (--\S+)")
    ways = [
        set(command.findall((REPOSITORY / name).read_text(encoding="utf-8")))
        for name in ("Makefile", "README.md")
    ]
    assert ways == [{f"--config=lab/{NAME}"}] * 2


WIDGET = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


def saved(folder: Path, kept: list[str], data: list[dict]) -> list[dict]:
    """Return the outputs of a notebook as they are saved; the state of widgets `kept` is saved."""
    outputs = [{"output_type": "display_data", "data": one, "metadata": {}} for one in data]
    widgets = {STATE: {"state": {name: {} for name in kept}}}
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": outputs}]
    content = {"nbformat": 4, "metadata": {"widgets": widgets} if kept else {}, "cells": cells}
    hook = settings(folder).FileContentsManager.pre_save_hook
    hook(model={"type": "notebook", "content": content}, path="x.ipynb", contents_manager=None)
    return [output["data"] for output in cells[1]["outputs"]]


def widget(name: str, **data: str) -> dict:
    return {WIDGET: {"model_id": name}, "text/plain": "a stepper", **data}


def test_is_a_widget_saved_as_its_picture_where_its_state_is_lost(folder):
    twin = {"text/html": "<img>"}
    left = saved(folder, ["alive"], [widget("alive", **twin), widget("lost", **twin)])
    assert left == [widget("alive", **twin), {"text/plain": "a stepper", **twin}]
    assert saved(folder, [], [widget("lost", **twin)]) == [{"text/plain": "a stepper", **twin}]


def test_is_a_widget_without_a_picture_saved_as_it_is(folder):
    assert saved(folder, [], [widget("another's")]) == [widget("another's")]


def test_is_what_is_no_notebook_saved_as_it_is(folder):
    hook = settings(folder).FileContentsManager.pre_save_hook
    for model in [{"type": "file", "content": "text"}, {"type": "directory", "content": None}]:
        before = dict(model)
        hook(model=model, path="x", contents_manager=None)
        assert model == before

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

"""Where the checkout lies, its assignments, and what of it students get."""

import functools
import shutil
import subprocess
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.notebooknode import NotebookNode

from grading.bundle import NAME, bundle

REPOSITORY = Path(__file__).parent.parent
ASSIGNMENTS = sorted(path.parent.name for path in REPOSITORY.glob("solutions/*/*.ipynb"))


@functools.cache
def read_source(name: str) -> NotebookNode:
    return nbformat.read(REPOSITORY / f"solutions/{name}/{name}.ipynb", as_version=4)


def pytest_addoption(parser) -> None:
    parser.addoption("--soak", action="store_true", help="repeat ten times as often and more")


@pytest.fixture(scope="session")
def repeats(request):
    """Choose how often: repeats(quick, soak) is the first number, and with --soak the second."""
    soaking = request.config.getoption("--soak")
    return lambda quick, soak: soak if soaking else quick


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session", params=ASSIGNMENTS)
def assignment(request) -> str:
    """Each assignment in turn; a module about one of them overrides this fixture."""
    return request.param


@pytest.fixture
def source(assignment) -> NotebookNode:
    """The instructor's notebook of an assignment: questions, hidden tests, worked solutions."""
    return read_source(assignment)


@pytest.fixture(scope="session")
def unpacked(repository, tmp_path_factory) -> Path:
    """The student bundle of the working tree, unpacked."""
    checkout = tmp_path_factory.mktemp("checkout") / "course"
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "demo", "dist", "__pycache__")
    shutil.copytree(repository, checkout, ignore=ignored)
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "all"]):
        identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=checkout, check=True)
    folder = tmp_path_factory.mktemp("bundle")
    with zipfile.ZipFile(bundle(checkout)) as archive:
        archive.extractall(folder)
    return folder / NAME

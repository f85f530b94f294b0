"""Where the checkout lies, and its assignments."""

import functools
from pathlib import Path

import nbformat
import pytest
from nbformat.notebooknode import NotebookNode

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

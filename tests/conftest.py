"""Where the checkout lies, and its notebooks."""

from pathlib import Path

import nbformat
import pytest

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def practice_source():
    """The instructor's practice notebook: questions, hidden tests and worked solutions."""
    return nbformat.read(REPOSITORY / "solutions/practice/practice.ipynb", as_version=4)

"""What the proofs of the keys share: a question's text, its code, and a session of Alice's."""

import re

import pytest

from lesson import start_course

ALICE = {"username": "alice", "password": "wonderland"}


@pytest.fixture
def cell(source):
    """Return the source of the cell with an id."""
    sources = {cell.id: cell.source for cell in source.cells}
    return sources.__getitem__


@pytest.fixture
def option(cell):
    """Return the text of one option of a question."""

    def option(number: int, letter: str) -> str:
        return re.search(rf"^- {letter} · (.+)$", cell(f"question-{number}"), re.MULTILINE)[1]

    return option


@pytest.fixture
def session():
    """A fresh log-in on the course's server: (course, tokens)."""
    course = start_course()
    yield course, course.client.post("/login", json=ALICE).json()
    course.server.stop()

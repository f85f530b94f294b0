"""Lessons in JupyterLab, each run once for all tests that look at it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Lesson:
    """Hold a lesson's name, and its code cells as its run has left them."""

    name: str
    cells: list[dict]

    @property
    def path(self) -> str:
        return f"notebooks/{self.name}.ipynb"


@pytest.fixture(scope="session")
def lesson_run(lab, request) -> Iterator[Lesson]:
    """A lesson that has run: parametrize this one, and ask for `lesson` to look at it.

    Pytest puts the tests of one lesson behind each other, of whatever module, and it is closed
    behind the last: with many notebooks open each look at the page would take longer.
    """
    ran = Lesson(request.param, lab.run(Lesson(request.param, []).path))
    yield ran
    lab.open(ran.path)
    lab.close()


@pytest.fixture
def lesson(lab, lesson_run) -> Lesson:
    """A lesson that has run, in front of all else that is open."""
    lab.open(lesson_run.path)
    return lesson_run

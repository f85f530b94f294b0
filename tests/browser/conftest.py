"""Lessons in JupyterLab, each run once for all tests that look at it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Lesson:
    """Hold a lesson's name, whether it opened as changed, and its code cells after its run."""

    name: str
    changed: bool
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
    path = f"notebooks/{request.param}.ipynb"
    lab.open(path)
    yield Lesson(request.param, lab.is_changed(), lab.run_all())
    lab.open(path)
    lab.close()


@pytest.fixture
def lesson(lab, lesson_run) -> Lesson:
    """A lesson that has run, in front of all else that is open."""
    lab.open(lesson_run.path)
    return lesson_run

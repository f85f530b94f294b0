"""The sections of the lessons, as feedback names them."""

import re
from functools import cache
from pathlib import Path

import nbformat

from lesson.quiz import read_quizzes

LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9]*.ipynb"))


@cache
def lesson_sections() -> set[str]:
    """Return the title of each lesson's quiz with each of the lesson's headings behind it."""
    return {f"{title} · {heading}" for title, text in map(_read, LESSONS) for heading in text}


def _read(path: Path) -> tuple[str, list[str]]:
    cells = nbformat.read(path, as_version=4).cells
    [closing] = [cell.source for cell in cells if cell.id == "quiz-end"]
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    [quiz] = re.findall(r'"(.+)"', closing)
    return read_quizzes()[quiz]["title"], re.findall(r"^## (.+)$", text, re.MULTILINE)

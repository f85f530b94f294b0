"""The time that a lesson says it takes, against an estimate from what stands in it.

The estimate is coarse, and the same for all: reading at the pace of somebody whose second language
is English, and a fixed time for whatever the reader does.
"""

import re
from pathlib import Path

import nbformat
import pytest

from lesson.quiz import read_quizzes

REPOSITORY = Path(__file__).parents[2]
LESSONS = sorted(REPOSITORY.glob("notebooks/[0-9]*.ipynb"))
EXERCISES = sorted(REPOSITORY.glob("solutions/*/*.ipynb"))
WORDS, LINES = 180, 12  # a minute
PREDICTION, WIDGET, QUESTION, TURN = 2 / 3, 3 / 4, 1 / 3, 2.5  # minutes
SHOWN = re.compile(r"^(step|explore|overtake|family_tree|live_tree)\(.*\)$", re.MULTILINE)
SOLUTION = re.compile(r"<details><summary>One solution.*?</details>", re.DOTALL)
SAID = re.compile(r"It takes about (\d+) minutes\.")
LONGEST = 35  # minutes; a lesson that takes longer is two


def minutes(path: Path) -> float:
    """Return how long a lesson takes, estimated from words, code and what there is to do."""
    cells = nbformat.read(path, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    text = SOLUTION.sub("", text)
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    questions = sum(len(read_quizzes()[name]["question"]) for name in _quizzes(code))
    return (
        len(text.split()) / WORDS
        + len([line for line in code.splitlines() if line]) / LINES
        + len(re.findall(r"^predict\(", code, re.MULTILINE)) * PREDICTION
        + len(SHOWN.findall(code)) * WIDGET
        + questions * QUESTION
        + len(re.findall(r"^your_turn\(", code, re.MULTILINE)) * TURN
    )


def _quizzes(code: str) -> list[str]:
    return re.findall(r'^quiz\("([\w-]+)"\)', code, re.MULTILINE)


def said(path: Path) -> int:
    """Return the minutes that a lesson's first cell names."""
    return int(SAID.search(nbformat.read(path, as_version=4).cells[0].source)[1])


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_does_a_lesson_take_as_long_as_it_says(path):
    """Said in steps of five minutes, so three are allowed."""
    assert abs(minutes(path) - said(path)) <= 3
    assert said(path) <= LONGEST


def test_does_the_readme_say_what_the_lessons_say():
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for path in LESSONS:
        [shown] = re.findall(rf"^\| \[.*{path.name}\) \| (\d+) min \| ", text, re.MULTILINE)
        assert int(shown) == said(path), path.name
    low, high = min(map(said, LESSONS)), max(map(said, LESSONS))
    assert f"A lesson takes {low} to {high} minutes" in text


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_does_an_exercise_say_how_long_it_takes(path):
    opening = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells[:2])
    [shown] = re.findall(r"It takes about (.+?)\.", opening)
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| \[.*{path.name}\) \| {shown.replace('minutes', 'min')} \| ", text, re.M)

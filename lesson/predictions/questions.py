"""What every prediction of the lessons asks, as questions.toml has it."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from examiner.mistake import Mistake

WRITTEN = Path(__file__).parent / "questions.toml"
LETTERS = "ABCD"


@dataclass(frozen=True)
class Choice:
    """Hold one choice, and the sentence that whoever made it reads."""

    text: str
    says: str


@dataclass(frozen=True)
class Question:
    """Hold what a prediction asks; `lesson` is the name of the lesson's quiz."""

    name: str
    ask: str
    right: str
    choices: dict[str, Choice]

    @property
    def lesson(self) -> str:
        """Return the first half of the name."""
        return self.name.partition(".")[0]

    def letter(self, text: str) -> str | None:
        """Return the letter of a choice, or None for one that is not asked any more."""
        found = (letter for letter, choice in self.choices.items() if choice.text == text)
        return next(found, None)


@cache
def read_questions() -> dict[str, Question]:
    """Return name → question, in the order of the lessons."""
    lessons = tomllib.loads(WRITTEN.read_text(encoding="utf-8"))
    return {
        f"{lesson}.{cell}": _question(f"{lesson}.{cell}", asked)
        for lesson, cells in lessons.items()
        for cell, asked in cells.items()
    }


def find_question(name: str) -> Question:
    """Return the question of that name; raise Mistake where there is none."""
    if name not in read_questions():
        raise Mistake(f"There is no prediction {name!r}: leave the name as the lesson has it.")
    return read_questions()[name]


def plain(text: str) -> str:
    """Return a text of a notebook without its marks, for what shows no Markdown."""
    return text.replace("`", "").replace("*", "")


def _question(name: str, asked: dict) -> Question:
    choices = {letter: Choice(*asked[letter]) for letter in LETTERS if letter in asked}
    return Question(name, asked["ask"], asked["right"], choices)

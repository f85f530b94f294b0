"""Quizzes for learning: a wrong choice explains itself, and a hint lights up a row of a table.

A prediction that was missed comes back in the quiz of the lesson after next.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from examiner.mistake import Mistake
from lesson.predictions.questions import Question, plain
from lesson.predictions.results import missed
from lesson.tracing.recording import record
from lesson.widgets.quiz import Quiz
from server.views import token

QUESTIONS = Path(__file__).parent / "quizzes.toml"
RETURNING = 2  # missed predictions at most in one quiz


def quiz(name: str) -> Quiz:
    """Return the quiz of that name from quizzes.toml; raise Mistake where there is none."""
    quizzes = read_quizzes()
    if name not in quizzes:
        raise Mistake(f'There is no quiz "{name}": choose one of {", ".join(quizzes)}.')
    asked = quizzes[name]
    questions = [_question(question) for question in asked["question"]]
    return Quiz(asked["title"], questions, _returning(name))


@cache
def read_quizzes() -> dict[str, dict[str, Any]]:
    """Return name → quiz as quizzes.toml has them."""
    return tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))


def _question(asked: dict[str, Any]) -> dict[str, Any]:
    """Return a question as the browser needs it; options stand in the order of the alphabet."""
    right, why = asked["right"]
    options = [{"text": right, "says": why, "right": True}]
    options += [{"text": text, "says": why, "right": False} for text, why in asked["wrong"]]
    return {
        "ask": asked["ask"],
        "options": sorted(options, key=lambda option: option["text"].lower()),
        "hint": asked["hint"],
        "row": asked.get("row"),
        "table": _table(asked["scenario"]) if "scenario" in asked else None,
    }


def _returning(name: str) -> list[dict[str, Any]]:
    """Return what was missed two lessons before, as questions of a quiz at a lesson's end."""
    lessons = [name for name, asked in read_quizzes().items() if "within" not in asked]
    earlier = dict(zip(lessons[2:], lessons, strict=False)).get(name)
    return [_again(question) for question in missed(earlier)[:RETURNING]] if earlier else []


def _again(question: Question) -> dict[str, Any]:
    lesson = read_quizzes()[question.lesson]["title"]
    return {
        "ask": f"You predicted this in “{lesson}”: {plain(question.ask)}",
        "options": [_option(question, letter) for letter in question.choices],
        "hint": f'Run the cell with predict("{question.name}", …) in that lesson once more.',
        "row": None,
        "table": None,
    }


def _option(question: Question, letter: str) -> dict[str, Any]:
    choice = question.choices[letter]
    return {
        "text": plain(choice.text),
        "says": plain(choice.says),
        "right": letter == question.right,
    }


@cache
def _table(scenario: str) -> dict[str, Any]:
    """Return the execution table of a real request to /token."""
    trace = record(token, scenario)
    rows = [[r.step, r.action, r.check, r.result] for r in trace.table]
    return {"caption": f"POST /token, {scenario} token", "rows": rows}

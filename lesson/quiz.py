"""Quizzes for learning: a wrong choice explains itself, and a hint lights up a row of a table."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from examiner.mistake import Mistake
from lesson.tracing.recording import record
from lesson.widgets.quiz import Quiz
from server.views import token

QUESTIONS = Path(__file__).parent / "quizzes.toml"


def quiz(name: str) -> Quiz:
    """Return the quiz of that name from quizzes.toml; raise Mistake where there is none."""
    quizzes = read_quizzes()
    if name not in quizzes:
        raise Mistake(f'There is no quiz "{name}": choose one of {", ".join(quizzes)}.')
    asked = quizzes[name]
    return Quiz(asked["title"], [_question(question) for question in asked["question"]])


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


@cache
def _table(scenario: str) -> dict[str, Any]:
    """Return the execution table of a real request to /token."""
    trace = record(token, scenario)
    rows = [[r.step, r.action, r.check, r.result] for r in trace.table]
    return {"caption": f"POST /token, {scenario} token", "rows": rows}

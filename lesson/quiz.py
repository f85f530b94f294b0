"""Quizzes for learning: a wrong choice explains itself, and a hint lights up a row of a table."""

import tomllib
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import traitlets

from examiner.mistake import Mistake
from lesson.tracing.recording import record
from lesson.widgets.widget import CourseWidget, front
from server.views import token

QUESTIONS = Path(__file__).parent / "quizzes.toml"


def quiz(name: str) -> "Quiz":
    """Return the quiz of that name from quizzes.toml; raise Mistake where there is none."""
    quizzes = read_quizzes()
    if name not in quizzes:
        raise Mistake(f'There is no quiz "{name}": choose one of {", ".join(quizzes)}.')
    return Quiz(quizzes[name])


@cache
def read_quizzes() -> dict[str, dict[str, Any]]:
    """Return name → quiz as quizzes.toml has them."""
    return tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))


class Quiz(CourseWidget):
    """Ask multiple-choice questions, as often as one likes; nothing is recorded."""

    _esm = front("common.js", "quiz.js")
    _css = front("common.css", "quiz.css")
    title = traitlets.Unicode().tag(sync=True)
    questions = traitlets.List().tag(sync=True)

    def __init__(self, asked: dict[str, Any]) -> None:
        questions = [_question(question) for question in asked["question"]]
        super().__init__(title=asked["title"], questions=questions)

    def as_html(self) -> str:
        """Return questions and options."""
        parts = [f"<p><b>Quiz: {escape(self.title)}</b></p>"]
        for number, question in enumerate(self.questions, 1):
            options = "".join(
                f"<li>{escape(option['text'])}</li>" for option in question["options"]
            )
            parts.append(f"<p>{number}. {escape(question['ask'])}</p><ul>{options}</ul>")
        return "\n".join(parts)

    def as_text(self) -> str:
        """Return questions and options, two lines each."""
        lines = [f"Quiz: {self.title}"]
        for number, question in enumerate(self.questions, 1):
            options = " · ".join(option["text"] for option in question["options"])
            lines += [f"{number}. {question['ask']}", f"   {options}"]
        return "\n".join(lines)


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

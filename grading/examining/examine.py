"""Examine one submission, away from the gradebook: bytes in, plain data out."""

import base64
from dataclasses import asdict
from typing import Any

from examiner.answering import answer_calls
from examiner.launching import LOCAL, Launcher
from grading.errors import Ungradable
from grading.examining.code_answers import mark_all, refuse_what_reaches
from grading.examining.exercise import Exercise, version
from grading.examining.multiple_choice import mark
from grading.examining.notebook import graded_notebook
from grading.examining.result import Result
from grading.examining.sandbox import Sandbox
from grading.submission import Cell, cells
from grading.tasks import TASKS

TRIES = 2
LOST = "Its sandbox was killed from outside {tries} times: grade it again."
OTHER_VERSION = "This machine has another version of the course: install the same one."


def job(
    exercise: Exercise, content: bytes, isolated: bool = True, as_read: bool = False
) -> dict[str, Any]:
    """Return what `examine` needs, as plain data; `as_read` where a person has read the source."""
    return {
        "exercise": asdict(exercise),
        "content": base64.b64encode(content).decode(),
        "isolated": isolated,
        "as_read": as_read,
        "grader": version(),
    }


def examine(
    exercise: dict[str, Any], content: str, isolated: bool, as_read: bool, grader: str
) -> dict[str, Any]:
    """Return {"result", "notebook"} of one submission, or {"ungraded": a sentence}.

    Raises RuntimeError where this machine has another version of the grader than who asks.
    """
    if grader != version():
        raise RuntimeError(OTHER_VERSION)
    asked = Exercise(exercise["name"], exercise["metadata"], tuple(exercise["cells"]))
    try:
        found = cells(base64.b64decode(content))
        if not as_read:
            refuse_what_reaches(asked, found)
        result = _result(asked, found, isolated)
    except Ungradable as error:
        return {"ungraded": str(error)}
    return {"result": asdict(result), "notebook": graded_notebook(asked, found, result)}


def _result(exercise: Exercise, found: list[Cell], isolated: bool) -> Result:
    if exercise.name in TASKS:
        return _examined(exercise, found) if isolated else _marked(exercise, found, LOCAL)
    marked = [(check, *mark(check, found)) for check in exercise.checks]
    answers = {f"answer-{check.number}": source for check, _, source in marked}
    return Result(tuple(mark for _, mark, _ in marked), answers)


def _examined(exercise: Exercise, found: list[Cell]) -> Result:
    for _ in range(TRIES):
        sandbox = Sandbox()
        result = _marked(exercise, found, sandbox)
        if not sandbox.lost:
            return result
    raise Ungradable(LOST.format(tries=TRIES))


def _marked(exercise: Exercise, found: list[Cell], launcher: Launcher) -> Result:
    marks, answers = mark_all(exercise, found, launcher)
    return Result(tuple(marks), answers)


if __name__ == "__main__":
    answer_calls({"examine": examine})

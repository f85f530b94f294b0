"""Examine one submission, away from the gradebook: bytes in, plain data out."""

import base64
from dataclasses import asdict
from typing import Any

from examiner.internal_error import InternalError
from examiner.launching import LOCAL
from examiner.worker_loop import answer_calls
from grading.code_exercises import CODE_EXERCISES, answer_source
from grading.errors import GradingError, Ungradable
from grading.examining import code_answers, multiple_choice
from grading.examining.digest import version
from grading.examining.exercise import Exercise
from grading.examining.notebook import graded_notebook
from grading.examining.result import Result, to_retry
from grading.examining.sandbox import Sandbox
from grading.submission import Cell, cells

TRIES = 2
LOST = "Its sandbox was killed from outside {tries} times: grade it again."
OTHER_VERSION = "This machine has another version of the course: install the same one."


class Lost(Exception):
    """Raised with one sentence where somebody outside keeps ending a submission's sandbox."""


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

    With that comes "retry" where the next run is to try again. It is {"refused": a sentence} where
    not the submission is at fault but this machine, such as by another version of the grader than
    that of who asks.
    """
    if grader != version():
        return {"refused": OTHER_VERSION}
    asked = Exercise(exercise["name"], exercise["metadata"], tuple(exercise["cells"]))
    try:
        found = cells(base64.b64decode(content))
        result = _result(asked, found, isolated, as_read)
    except Ungradable as error:
        return {"ungraded": str(error)}
    except Lost as error:
        return to_retry(str(error))
    except (GradingError, InternalError) as error:
        return {"refused": str(error)}
    return {"result": asdict(result), "notebook": graded_notebook(asked, found, result)}


def _result(exercise: Exercise, found: list[Cell], isolated: bool, as_read: bool) -> Result:
    code = CODE_EXERCISES.get(exercise.name)
    if code is None:
        return multiple_choice.mark_all(exercise, found)
    source = answer_source(code, found, exercise.answers[code.answer])
    if not as_read:
        code_answers.refuse_what_reaches(source)
    return _isolated(exercise, source) if isolated else code_answers.mark(exercise, source, LOCAL)


def _isolated(exercise: Exercise, source: str) -> Result:
    for _ in range(TRIES):
        sandbox = Sandbox()
        try:
            result = code_answers.mark(exercise, source, sandbox)
        except InternalError:
            if not sandbox.lost:  # else it was killed before its worker was ready
                raise
        else:
            if not sandbox.lost:
                return result
    raise Lost(LOST.format(tries=TRIES))


if __name__ == "__main__":
    answer_calls({"examine": examine})

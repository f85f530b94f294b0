"""Examine one submission, away from the gradebook: bytes in, plain data out."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from examiner.internal_error import InternalError
from examiner.launching import LOCAL
from examiner.worker_loop import answer_calls
from grading.errors import GradingError, Ungradable
from grading.examining import multiple_choice
from grading.examining.digest import version
from grading.examining.exercise import Exercise
from grading.examining.limits import Limits
from grading.examining.notebook import graded_notebook
from grading.examining.result import Marked, to_retry
from grading.examining.sandbox import LIMITS, Sandbox
from grading.examining.versions import OtherVersion, answered
from grading.submission import Cell, cells, metadata

TRIES = 2
REPEATED = Limits(seconds=30)  # with nothing else running three will do, and others wait
LOST = "Its sandbox was killed from outside {tries} times: grade it again."
OTHER_VERSION = "This machine has another version of the course: install the same one."


class Lost(Exception):
    """Raised with one sentence where somebody outside keeps ending a submission's sandbox."""


def job(
    exercise: Exercise,
    content: bytes,
    isolated: bool = True,
    as_read: bool = False,
    older: Sequence[Exercise] = (),
) -> dict[str, Any]:
    """Return what `examine` needs, as plain data; `as_read` where a person has read the source.

    `older` are the versions of the exercise besides today's that it may answer.
    """
    return {
        "exercise": exercise.to_plain(),
        "older": [version.to_plain() for version in older],
        "content": base64.b64encode(content).decode(),
        "isolated": isolated,
        "as_read": as_read,
        "grader": version(),
    }


def examine(
    exercise: dict[str, Any],
    older: list[dict[str, Any]],
    content: str,
    isolated: bool,
    as_read: bool,
    grader: str,
    before: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return {"result", "notebook", "late"} of one submission, or {"ungraded": a sentence}.

    With the sentence come its "answers" where it is of a version that is not known. "late" names
    the checks that a time-out has decided. Given back as `before`, with nothing else running, they
    are decided anew. "retry" beside "ungraded" says that the next run is to try again. It is
    {"refused": a sentence} where not the submission is at fault but this machine, such as by
    another version of the grader than that of who asks; "internal" says what of our own failed.
    """
    if grader != version():
        return {"refused": OTHER_VERSION}
    versions = [Exercise.from_plain(each) for each in (exercise, *older)]
    handed_in = base64.b64decode(content)
    try:
        found = cells(handed_in)
        asked = _asked(versions, metadata(handed_in), found, as_read)
        result, late = _marked(asked, found, isolated, as_read, before)
    except OtherVersion as error:
        return {"ungraded": str(error), "answers": _answers(versions[0], found)}
    except Ungradable as error:
        return {"ungraded": str(error)}
    except Lost as error:
        return to_retry(str(error))
    except GradingError as error:
        return {"refused": str(error)}
    except InternalError as error:
        return {"refused": str(error), "internal": error.why}
    digest = hashlib.sha256(handed_in).hexdigest()
    result = replace(result, submission=digest, release=asked.release)
    notebook = graded_notebook(asked, found, result)
    return {"result": asdict(result), "notebook": notebook, "late": late}


def _asked(
    versions: list[Exercise], metadata: dict[str, Any], found: list[Cell], as_read: bool
) -> Exercise:
    """Return the version that is answered; today's where none is and a person has read it."""
    try:
        return answered(versions, metadata, found)
    except OtherVersion:
        if as_read:
            return versions[0]
        raise


def _answers(exercise: Exercise, found: list[Cell]) -> dict[str, str]:
    """Return cell id → source of what was answered, whatever was asked; nothing of it is run."""
    with suppress(Ungradable):
        if exercise.is_code:
            from grading.examining import code_answers

            return code_answers.answers(exercise, found)
        return multiple_choice.mark_all(exercise, found).answers
    return {}


def _marked(
    exercise: Exercise,
    found: list[Cell],
    isolated: bool,
    as_read: bool,
    before: dict[str, Any] | None,
) -> Marked:
    if not exercise.is_code:
        return Marked(multiple_choice.mark_all(exercise, found), [])
    from grading.examining import code_answers

    [source] = code_answers.answers(exercise, found).values()
    if not as_read:
        code_answers.refuse_unreadable(source)
    mark = partial(code_answers.mark, exercise, source)
    if before:
        mark = partial(code_answers.mark_again, exercise, source, Marked.from_plain(before))
    return _isolated(mark, REPEATED if before else LIMITS) if isolated else mark(LOCAL)


def _isolated(mark: Callable[[Sandbox], Marked], limits: Limits) -> Marked:
    for _ in range(TRIES):
        sandbox = Sandbox(limits)
        try:
            marked = mark(sandbox)
        except InternalError:
            if not sandbox.lost:  # else it was killed before its worker was ready
                raise
        else:
            if not sandbox.lost:
                return marked
    raise Lost(LOST.format(tries=TRIES))


if __name__ == "__main__":
    answer_calls({"examine": examine})

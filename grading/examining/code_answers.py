"""Mark the exercises in which students write code: their one cell is examined rule by rule."""

from examiner.examination import Examination
from examiner.launching import Launcher
from examiner.rule import Rule, Verdict
from grading.errors import Ungradable
from grading.examining.exercise import Check, Exercise
from grading.examining.hidden_rules import client, rotation
from grading.examining.result import Mark
from grading.examining.source_scan import reaches
from grading.submission import Cell
from grading.tasks import TASKS, handed_in

HIDDEN: dict[str, tuple[Rule, ...]] = {
    "rotation": rotation.RULES,
    "client": client.RULES,
}


def mark_all(
    exercise: Exercise, cells: list[Cell], launcher: Launcher
) -> tuple[list[Mark], dict[str, str]]:
    """Return the marks and the answer; raise Ungradable where it is not clear which cell counts."""
    task = TASKS[exercise.name]
    source = handed_in(task, cells, exercise.answers[task.answer])
    with Examination(source, launcher) as examination:
        verdicts = examination.examine_all([*task.rules, *HIDDEN[exercise.name]])
    marks = [_mark(*found) for found in zip(exercise.checks, verdicts, strict=True)]
    return marks, {task.answer: source}


def refuse_what_reaches(exercise: Exercise, cells: list[Cell]) -> None:
    """Raise Ungradable where an answer in code has to be read by a person first."""
    task = TASKS.get(exercise.name)
    if task and (told := reaches(handed_in(task, cells, exercise.answers[task.answer]))):
        raise Ungradable(told)


def _mark(check: Check, verdict: Verdict) -> Mark:
    return Mark(
        check=check.name,
        points=check.points,
        score=check.points if verdict.passed else 0,
        message="Right." if verdict.passed else str(verdict),
        attempted=verdict.attempted,
        rule=verdict.rule,
        title=verdict.title,
    )

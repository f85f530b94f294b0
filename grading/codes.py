"""Mark the exercises in which students write code: their one cell is examined rule by rule."""

import ast
from dataclasses import dataclass

from examiner.client_rules import RULES as CLIENT_RULES
from examiner.examination import Examination
from examiner.launching import Launcher
from examiner.rotation import FUNCTIONS
from examiner.rotation_rules import RULES as ROTATION_RULES
from examiner.rule import Rule, Verdict
from grading import client_rules, rotation_rules
from grading.errors import Ungradable
from grading.exercise import Check, Exercise
from grading.result import Mark
from grading.submission import Cell, candidates

MAX_CHARACTERS = 200_000


@dataclass(frozen=True)
class Task:
    """Name the cell that holds the code, what it defines, and the rules behind check-1, check-2, …"""

    answer: str
    defines: tuple[str, ...]
    rules: tuple[Rule, ...]


TASKS = {
    "rotation": Task("answer-rotation", FUNCTIONS, (*ROTATION_RULES, *rotation_rules.RULES)),
    "client": Task("answer-client", ("Session",), (*CLIENT_RULES, *client_rules.RULES)),
}


def mark_all(
    exercise: Exercise, cells: list[Cell], launcher: Launcher
) -> tuple[list[Mark], dict[str, str]]:
    """Return the marks and the answer; raise Ungradable where it cannot be told which cell counts."""
    task = TASKS[exercise.name]
    source = _source(task, exercise.answers[task.answer], cells)
    with Examination(source, launcher) as examination:
        verdicts = examination.examine_all(task.rules)
    marks = [_mark(*found) for found in zip(exercise.checks, verdicts, strict=True)]
    return marks, {task.answer: source}


def _source(task: Task, released: str, cells: list[Cell]) -> str:
    """Return the code that was handed in: the answer cell, or the one cell that stands in for it."""
    recognised = [cell for cell in cells if cell.kind == "code" and _defines(cell.source, task)]
    for group in (candidates(cells, task.answer, lambda source: False), recognised):
        written = {
            cell.source for cell in group if cell.source.strip() not in ("", released.strip())
        }
        if len(written) > 1:
            raise Ungradable(f"{len(written)} different cells may be {task.answer}: keep one.")
        if written:
            return _of_bearable_length(written.pop())
    return released


def _of_bearable_length(source: str) -> str:
    if len(source) > MAX_CHARACTERS:
        raise Ungradable(f"The answer is longer than {MAX_CHARACTERS} characters.")
    return source


def _defines(source: str, task: Task) -> bool:
    try:
        tree = ast.parse(source[:MAX_CHARACTERS])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(getattr(statement, "name", None) in task.defines for statement in tree.body)


def _mark(check: Check, verdict: Verdict) -> Mark:
    return Mark(
        check=check.name,
        points=check.points,
        score=check.points if verdict.passed else 0,
        message="Right." if verdict.passed else _printable(str(verdict)),
        attempted=verdict.attempted,
        rule=verdict.rule,
        title=verdict.title,
    )


def _printable(text: str) -> str:
    """Return a text without what would move a cursor or turn the direction of reading."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "·" for letter in text)

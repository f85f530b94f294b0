"""The exercises in which students write code: which cell counts, and the rules they can check."""

import ast
from dataclasses import dataclass

from examiner.client.rules import RULES as CLIENT_RULES
from examiner.mistake import Mistake
from examiner.plain_python import plain_python
from examiner.rotation.rules import RULES as ROTATION_RULES
from examiner.rotation.subject import FUNCTIONS
from examiner.rule import Rule
from grading.errors import Ungradable
from grading.submission import Cell, candidates, refuse_conflict

MAX_CHARACTERS = 200_000


@dataclass(frozen=True)
class CodeExercise:
    """Name the cell that holds the code, what it defines, and the public rules: check-1, …"""

    answer: str
    defines: tuple[str, ...]
    rules: tuple[Rule, ...]


CODE_EXERCISES = {
    "rotation": CodeExercise("answer-rotation", FUNCTIONS, ROTATION_RULES),
    "client": CodeExercise("answer-client", ("Session",), CLIENT_RULES),
}


def answer_source(exercise: CodeExercise, cells: list[Cell], released: str = "") -> str:
    """Return the code that was handed in: the answer cell, or the one cell that stands in for it.

    Where none has more in it than `released`, that is returned. Raises Ungradable where several
    may be meant, or the code is too long.
    """
    blank = ("", released.strip())
    for group in (candidates(cells, exercise.answer, _nothing), _others(cells, exercise)):
        refuse_conflict(group, exercise.answer)
        written = {cell.source for cell in group if cell.source.strip() not in blank}
        if len(written) > 1:
            raise Ungradable(f"{len(written)} different cells may be {exercise.answer}: keep one.")
        if written:
            return _of_bearable_length(written.pop())
    return released


def _nothing(source: str) -> bool:
    return False


def _others(cells: list[Cell], exercise: CodeExercise) -> list[Cell]:
    return [cell for cell in cells if cell.kind == "code" and _defines(cell.source, exercise)]


def _of_bearable_length(source: str) -> str:
    if len(source) > MAX_CHARACTERS:
        raise Ungradable(f"The answer is longer than {MAX_CHARACTERS} characters.")
    return source


def _defines(source: str, exercise: CodeExercise) -> bool:
    try:
        tree = ast.parse(plain_python(source[:MAX_CHARACTERS]).text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, Mistake):
        return False
    return any(getattr(statement, "name", None) in exercise.defines for statement in tree.body)

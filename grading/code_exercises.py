"""The exercises in which students write code: which cell counts, and the rules they can check."""

import ast
import re
from dataclasses import dataclass
from itertools import pairwise

from examiner.client.rules import RULES as CLIENT_RULES
from examiner.mistake import Mistake
from examiner.plain_python import plain_python
from examiner.rotation.rules import RULES as ROTATION_RULES
from examiner.rotation.subject import FUNCTIONS
from examiner.rule import Rule
from grading.errors import Ungradable
from grading.submission import Cell, candidates, refuse_conflict, refuse_no_text

MAX_CHARACTERS = 200_000
TWO_VERSIONS = (
    "Line {line} of {answer} begins another version of the whole cell, as after a conflict in "
    "saving: keep one and hand in again."
)


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
    may be meant, in as many cells or in one, the code is too long, or what should hold it is no
    text.
    """
    blank = ("", released.strip())
    for group in (candidates(cells, exercise.answer, _nothing), _others(cells, exercise)):
        refuse_no_text(group, exercise.answer)
        refuse_conflict(group, exercise.answer)
        written = {cell.source for cell in group if cell.source.strip() not in blank}
        if len(written) > 1:
            raise Ungradable(f"{len(written)} different cells may be {exercise.answer}: keep one.")
        if written:
            source = _of_bearable_length(written.pop())
            if line := _second_version(source, released, exercise):
                raise Ungradable(TWO_VERSIONS.format(line=line, answer=exercise.answer))
            return source
    return released


def _nothing(source: str) -> bool:
    return False


def _others(cells: list[Cell], exercise: CodeExercise) -> list[Cell]:
    return [cell for cell in cells if cell.kind == "code" and _defines(cell.source, exercise)]


def _of_bearable_length(source: str) -> str:
    if len(source) > MAX_CHARACTERS:
        raise Ungradable(f"The answer is longer than {MAX_CHARACTERS} characters.")
    return source


def _second_version(source: str, released: str, exercise: CodeExercise) -> int | None:
    """Return the line at which a cell begins anew with other code in it; None for one text.

    That is certain where all that the released cell has at the margin stands there again, and each
    of the texts is Python by itself and defines something: so it is in no string and no comment.
    """
    texts = _texts(source, re.findall(r"^[^\s()].*", released, re.MULTILINE))
    if not all(_defines(text, exercise) for text in texts):
        return None
    line = 1
    for text, following in pairwise(texts):
        line += text.count("\n")
        if following.strip() != text.strip():
            return line
    return None


def _texts(source: str, margin: list[str]) -> list[str]:
    """Cut a source before each place but the first where these lines follow each other."""
    begins, at = [], source.find(margin[0]) if margin else -1
    while at >= 0 and (end := _end_of(margin, source, at)) >= 0:
        begins.append(at)
        at = source.find(margin[0], end)
    return [source[one:other] for one, other in pairwise([0, *begins[1:], len(source)])]


def _end_of(margin: list[str], source: str, at: int) -> int:
    """Return a place behind the begin of the last line, or -1 where one does not follow."""
    at += 1
    for line in margin[1:]:
        at = source.find(f"\n{line}", at) + 1
        if not at:
            return -1
    return at


def _defines(source: str, exercise: CodeExercise) -> bool:
    try:
        tree = ast.parse(plain_python(source[:MAX_CHARACTERS]).text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, Mistake):
        return False
    return any(getattr(statement, "name", None) in exercise.defines for statement in tree.body)

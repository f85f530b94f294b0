"""Mark questions of choice: the letter is read from the source, and never run."""

import ast
import contextlib
import io
import re
from typing import Any

from examiner.choice import LETTERS
from examiner.mistake import Mistake
from examiner.plain_python import plain_python
from grading.errors import Ungradable
from grading.examining.exercise import Check, Exercise
from grading.examining.result import Mark, Result
from grading.submission import Cell, candidates, refuse_conflict, refuse_no_text

MAX_CHARACTERS = 20_000  # of a cell that holds one letter
NOT_A_LETTER = (
    'Question {number}: answer_{number} must be a letter in quotes, such as "A"; what has to be '
    "computed does not count."
)
UNREADABLE = "Question {number}: the letter cannot be read from the cell: {why}."


class _Computed:
    """Stand for a value that only running the cell would tell."""

    def __str__(self) -> str:
        return "computed"


COMPUTED = _Computed()


def mark_all(exercise: Exercise, cells: list[Cell]) -> Result:
    """Return the marks of all questions; raise Ungradable as `mark` does."""
    marked = [(f"answer-{check.number}", *mark(check, cells)) for check in exercise.checks]
    answers = {name: source for name, _, source in marked}
    told = {name: list(plain_python(source).told) for name, source in answers.items()}
    notes = {name: sentences for name, sentences in told.items() if sentences}
    return Result(tuple(found for _, found, _ in marked), answers, notes)


def mark(check: Check, cells: list[Cell]) -> tuple[Mark, str]:
    """Return the mark of one question, and the source of its answer.

    Raises Ungradable where several cells answer it and disagree, where IPython defines nothing of
    the cell that should, and where that holds no text.
    """
    number, variable = check.number, f"answer_{check.number}"
    cell, answer = _answer(cells, f"answer-{number}", variable)
    unread = _unread(cell.source, number) if cell and answer is None else ""
    if unread:
        message = UNREADABLE.format(number=number, why=unread)
    else:
        message = NOT_A_LETTER.format(number=number) if answer is COMPUTED else _run(check, answer)
    letter = answer.strip().upper() if isinstance(answer, str) else ""
    found = Mark(
        check=check.name,
        points=check.points,
        score=0 if message else check.points,
        message=message or "Right.",
        attempted=answer is not None or bool(unread),
        answer=letter if letter in LETTERS else "",
    )
    return found, cell.source if cell else ""


def _answer(cells: list[Cell], cell_id: str, variable: str) -> tuple[Cell | None, Any]:
    """Return the cell that answers, and its answer; None for a blank.

    Where the answer's own cell is blank, an answer in another one counts.
    """
    own = candidates(cells, cell_id, lambda source: literal(source, variable) is not None)
    refuse_no_text(own, cell_id)
    refuse_conflict(own, cell_id)
    for group in (own, [cell for cell in cells if cell.kind == "code" and not _is_check(cell)]):
        given = [(cell, literal(cell.source, variable)) for cell in group]
        given = [(cell, answer) for cell, answer in given if answer is not None]
        if len({_normal(answer) for _, answer in given}) > 1:
            told = ", ".join(sorted({str(_normal(answer))[:10] for _, answer in given}))
            raise Ungradable(f"Several cells give {variable} and disagree: {told}.")
        if given:
            return given[0]
    return (own[0] if own else None), None


def _is_check(cell: Cell) -> bool:
    return any(name and name.startswith("check-") for name in cell.ids)


def literal(source: str, variable: str) -> Any:
    """Return the text that a cell's last assignment gives a variable, None for a blank or none.

    Returns COMPUTED where it is anything but a constant.
    """
    if len(source) > MAX_CHARACTERS:
        return None
    try:
        tree = ast.parse(plain_python(source).text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, Mistake):
        return None
    values = [value for statement in tree.body for value in _given(statement, variable)]
    if not values:
        return None
    if not isinstance(values[-1], ast.Constant):
        return COMPUTED
    text = values[-1].value
    return None if text is None or (isinstance(text, str) and not text.strip()) else text


def _unread(source: str, number: str) -> str:
    """Return why a cell that brings no letter is yet no blank; "" where it is one.

    Raises Ungradable where IPython defines nothing of it.
    """
    try:
        text = plain_python(source).text
    except Mistake as error:
        raise Ungradable(f"Question {number}: {error}") from None
    if len(re.findall(rf"answer_{number}\s*=", source)) > 1:
        return f"answer_{number} stands in it twice, as after a conflict in saving"
    try:
        ast.parse(text)
    except SyntaxError as error:
        return f"{error.msg}, line {error.lineno}"
    except (ValueError, RecursionError, MemoryError):
        return "it is too long or too deep"
    return ""


def _given(statement: ast.stmt, variable: str) -> list[ast.expr]:
    """Return the value that a statement gives the variable, if it is an assignment to it."""
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign) and statement.value:
        targets = [statement.target]
    else:
        return []
    named = any(isinstance(target, ast.Name) and target.id == variable for target in targets)
    return [statement.value] if named else []


def _normal(answer: Any) -> Any:
    return answer.strip().upper() if isinstance(answer, str) else answer


def _run(check: Check, answer: Any) -> str:
    """Run the instructor's check on the answer; return what it says against it, or nothing."""
    names = {"__name__": check.name, f"answer_{check.number}": answer}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(check.source, f"<{check.name}>", "exec"), names)
    except (AssertionError, Mistake) as error:
        return str(error)
    return ""

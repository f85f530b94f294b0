"""Remember the mark that an earlier submission had, until a later one has as much again."""

from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from grading.gradebook.marks import is_held, notebook_of, result_of
from grading.gradebook.nbgrader_tables import grades, submitted
from grading.gradebook.schema import best, points


def remember(connection: Connection, assignment: str, student: str) -> None:
    """Keep a student's mark, which is about to be replaced, unless a better one is kept.

    One that waits for a person to read the answer has not counted, and is not kept.
    """
    if is_held(connection, assignment, student):
        return
    score = _mark(connection, assignment, student)
    kept = connection.scalar(select(best.c.score).where(_of(assignment, student)))
    if score is None or (kept is not None and kept > score):
        return
    result = result_of(connection, assignment, student)
    connection.execute(delete(best).where(_of(assignment, student)))
    values = {"assignment": assignment, "student": student, "score": score}
    values["submission"] = result.submission if result else ""
    connection.execute(insert(best).values(values))


def let_go(connection: Connection, assignment: str, student: str) -> int:
    """Forget a student's better mark; return how many there were, 0 or 1."""
    return connection.execute(delete(best).where(_of(assignment, student))).rowcount


def submission_of(connection: Connection, assignment: str, student: str) -> str:
    """Return the SHA-256 of the submission that had the better mark; "" where none is known."""
    return connection.scalar(select(best.c.submission).where(_of(assignment, student))) or ""


def _mark(connection: Connection, assignment: str, student: str) -> float | None:
    """Return what a student has after manual grading and the penalty for lateness."""
    notebook = notebook_of(connection, assignment, student)
    asked = select(func.sum(points())).where(grades.c.notebook_id == notebook)
    if notebook is None or (raw := connection.scalar(asked)) is None:
        return None
    lost = select(submitted.c.late_submission_penalty).where(submitted.c.id == notebook)
    return max(0.0, raw - (connection.scalar(lost) or 0.0))


def _of(assignment: str, student: str) -> Any:
    return (best.c.assignment == assignment) & (best.c.student == student)

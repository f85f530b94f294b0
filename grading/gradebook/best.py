"""Remember the mark that an earlier submission had, until a later one has as much again."""

from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from grading.gradebook.known import Known
from grading.gradebook.marks import is_held
from grading.gradebook.nbgrader_tables import grades
from grading.gradebook.schema import best, points

RAW = select(func.sum(points())).where(grades.c.notebook_id == bindparam("notebook"))


def remember(connection: Connection, assignment: str, student: str, before: Known) -> None:
    """Keep a student's mark, which is about to be replaced, unless a better one is kept.

    One that waits for a person to read the answer has not counted, and is not kept.
    """
    if before.notebook is None or is_held(connection, before):
        return
    score = _mark(connection, before)
    if score is None or (before.best is not None and before.best > score):
        return
    if before.best is not None:
        let_go(connection, assignment, student)
    values = {"assignment": assignment, "student": student, "score": score}
    values["submission"] = before.result.submission if before.result else ""
    connection.execute(insert(best), values)


def let_go(connection: Connection, assignment: str, *students: str) -> None:
    """Forget the better marks of students."""
    theirs = (best.c.assignment == assignment) & best.c.student.in_(students)
    connection.execute(delete(best).where(theirs))


def submission_of(connection: Connection, assignment: str, student: str) -> str:
    """Return the SHA-256 of the submission that had the better mark; "" where none is known."""
    return connection.scalar(select(best.c.submission).where(_of(assignment, student))) or ""


def _mark(connection: Connection, before: Known) -> float | None:
    """Return what a student has after manual grading and the penalty for lateness."""
    raw = connection.scalar(RAW, {"notebook": before.notebook})
    return None if raw is None else max(0.0, raw - (before.penalty or 0.0))


def _of(assignment: str, student: str) -> Any:
    return (best.c.assignment == assignment) & (best.c.student == student)

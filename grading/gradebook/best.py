"""Remember the mark that an earlier submission had, until a later one has as much again."""

from typing import Any

from sqlalchemy import Connection, delete, insert, select

from grading.examining.result import Result
from grading.gradebook.schema import best, everyone, students


def remember(connection: Connection, assignment: str, student: str) -> None:
    """Keep a student's mark, which is about to be replaced, unless a better one is kept."""
    asked = everyone(assignment).where(students.c.id == student)
    line = connection.execute(asked).mappings().one_or_none()
    if line is None or line["raw_score"] is None:
        return
    score = max(0.0, line["raw_score"] - line["late_penalty"])
    if line["best"] is not None and line["best"] > score:
        return
    result = Result.from_json(line["result"])
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


def _of(assignment: str, student: str) -> Any:
    return (best.c.assignment == assignment) & (best.c.student == student)

"""Remember which answers a person has read, so that a mark on the same one is not held again."""

import hashlib
import json
from typing import Any

from sqlalchemy import Connection, insert, select

from grading.examining.result import Result
from grading.gradebook.schema import read_answers


def remember(connection: Connection, assignment: str, student: str, result: Result) -> None:
    """Note that a person has read these answers of a student."""
    if not is_read(connection, assignment, student, result):
        values = {"assignment": assignment, "student": student, "answer": _digest(result)}
        connection.execute(insert(read_answers).values(values))


def is_read(connection: Connection, assignment: str, student: str, result: Result) -> bool:
    """Return whether a person has read these very answers of a student."""
    asked = select(read_answers.c.answer).where(_of(assignment, student))
    return connection.scalar(asked.where(read_answers.c.answer == _digest(result))) is not None


def read_by_somebody(connection: Connection, assignment: str, student: str) -> list[str]:
    """Return the SHA-256 of each of a student's answers that a person has read."""
    asked = select(read_answers.c.answer).where(_of(assignment, student))
    return sorted(connection.scalars(asked))


def _digest(result: Result) -> str:
    return hashlib.sha256(json.dumps(result.answers, sort_keys=True).encode()).hexdigest()


def _of(assignment: str, student: str) -> Any:
    return (read_answers.c.assignment == assignment) & (read_answers.c.student == student)

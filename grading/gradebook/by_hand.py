"""What a person gave by hand: whether it still fits, and where it stays while there is no mark."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, or_, select, update

from grading.examining.result import Result
from grading.gradebook.marks import add
from grading.gradebook.nbgrader_tables import (
    assignments,
    cells,
    comments,
    grades,
    submissions,
    submitted,
)
from grading.gradebook.schema import by_hand

WORTH_KEEPING = or_(
    grades.c.manual_score.is_not(None),
    func.coalesce(grades.c.extra_credit, 0.0) != 0,
    comments.c.manual_comment.is_not(None),
)


def unchanged(before: Result | None, result: Result, answer_of: Mapping[str, str]) -> list[str]:
    """Return the checks whose answers and points are those of before."""
    if before is None:
        return []
    points = {mark.check: mark.score for mark in before.marks}
    return [
        mark.check
        for mark in result.marks
        if mark.check in answer_of
        and points.get(mark.check) == mark.score
        and before.answers.get(answer_of[mark.check]) == result.answers.get(answer_of[mark.check])
    ]


def keep(connection: Connection, assignment: str, student: str) -> None:
    """Copy a submission's marks and comments given by hand to where no one withdraws them."""
    for line in connection.execute(_given(assignment, student)).mappings():
        theirs = _of(assignment, student) & (by_hand.c.cell == line["cell"])
        connection.execute(delete(by_hand).where(theirs))
        connection.execute(insert(by_hand).values(assignment=assignment, student=student, **line))


def given(connection: Connection, assignment: str, student: str) -> list[dict[str, Any]]:
    """Return each cell's name with what was given by hand for it, now and kept."""
    names = ("cell", "manual_score", "extra_credit", "manual_comment")
    kept = select(*(by_hand.c[name] for name in names)).where(_of(assignment, student))
    asked = (_given(assignment, student), kept)
    return [dict(line) for query in asked for line in connection.execute(query).mappings()]


def give_back(
    connection: Connection, assignment: str, student: str, notebook: str, known: dict[str, str]
) -> None:
    """Put what was kept into a submission that is graded again, for another look.

    `known` is name → id of its cells; what has no cell there stays kept.
    """
    for line in connection.execute(select(by_hand).where(_of(assignment, student))).all():
        if line.cell not in known:
            continue
        given = {"manual_score": line.manual_score, "extra_credit": line.extra_credit}
        if any(value is not None for value in given.values()):
            _set(connection, grades, notebook, known[line.cell], needs_manual_grade=True, **given)
        if line.manual_comment is not None:
            said = line.manual_comment
            _set(connection, comments, notebook, known[line.cell], manual_comment=said)
        theirs = _of(assignment, student) & (by_hand.c.cell == line.cell)
        connection.execute(delete(by_hand).where(theirs))


def _of(assignment: str, student: str) -> Any:
    return (by_hand.c.assignment == assignment) & (by_hand.c.student == student)


def _given(assignment: str, student: str) -> Any:
    """Return the query for the cells of a submission that bear something given by hand."""
    theirs = (
        select(submitted.c.id)
        .join(submissions, submitted.c.assignment_id == submissions.c.id)
        .join(assignments, submissions.c.assignment_id == assignments.c.id)
        .where((assignments.c.name == assignment) & (submissions.c.student_id == student))
    ).subquery()
    graded = (grades.c.cell_id == cells.c.id) & grades.c.notebook_id.in_(select(theirs))
    said = (comments.c.cell_id == cells.c.id) & comments.c.notebook_id.in_(select(theirs))
    found = (cells.c.name.label("cell"), grades.c.manual_score, grades.c.extra_credit)
    joined = cells.outerjoin(grades, graded).outerjoin(comments, said)
    return select(*found, comments.c.manual_comment).select_from(joined).where(WORTH_KEEPING)


def _set(connection: Connection, table: Table, notebook: str, cell: str, **given: Any) -> None:
    this = (table.c.notebook_id == notebook) & (table.c.cell_id == cell)
    if connection.scalar(select(table.c.id).where(this)) is None:
        add(connection, table, notebook_id=notebook, cell_id=cell)
    connection.execute(update(table).where(this).values(given))

"""Write a submission's marks within a transaction that is open."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, text, update

from grading.examining.result import Result
from grading.gradebook.nbgrader_tables import (
    assignments,
    cells,
    comments,
    grades,
    submissions,
    submitted,
)
from grading.gradebook.row import TO_READ
from grading.gradebook.schema import examined, examined_files, is_by_hand, is_marked_by_hand


def enrol(connection: Connection, student: str) -> None:
    """Put a student on the class list, whom another run may be putting there at this moment."""
    new = text("INSERT INTO student (id) VALUES (:id) ON CONFLICT DO NOTHING")
    connection.execute(new, {"id": student})


def submit(
    connection: Connection, assignment: str, student: str, own: str, timestamp: datetime | None
) -> str:
    """Return the id of a submission's notebook; make what is not there yet.

    `own` is the id of the notebook whose cells it answers; marks in another one's cells go away.
    """
    enrol(connection, student)
    named = select(assignments.c.id).where(assignments.c.name == assignment).scalar_subquery()
    theirs = (submissions.c.assignment_id == named) & (submissions.c.student_id == student)
    found = connection.scalar(select(submissions.c.id).where(theirs))
    if found is None:
        found = add(connection, submissions, assignment_id=named, student_id=student)
    connection.execute(update(submissions).where(theirs).values(timestamp=timestamp))
    notebook = notebook_of(connection, assignment, student)
    if notebook is None:
        return add(connection, submitted, assignment_id=found, notebook_id=own, flagged=False)
    if moves(connection, assignment, student, own):
        for table in (grades, comments):
            connection.execute(delete(table).where(table.c.notebook_id == notebook))
        moved = update(submitted).where(submitted.c.id == notebook)
        connection.execute(moved.values(notebook_id=own))
    return notebook


def moves(connection: Connection, assignment: str, student: str, own: str) -> bool:
    """Return whether a submission has marks, and in the cells of another notebook than `own`."""
    theirs = submitted.c.assignment_id.in_(_submission(assignment, student))
    found = connection.scalar(select(submitted.c.notebook_id).where(theirs))
    return found not in (None, own)


def add(connection: Connection, table: Table, **values: Any) -> str:
    """Insert a row of nbgrader's; return the id that it got."""
    values["id"] = new_id()
    connection.execute(insert(table).values(values))
    return values["id"]


def new_id() -> str:
    """Return an id for a row of nbgrader's."""
    return uuid.uuid4().hex


def cells_of(connection: Connection, notebook: str) -> dict[str, str]:
    """Return name → id of a notebook's cells that get grades or comments."""
    asked = select(cells.c.name, cells.c.id).where(cells.c.notebook_id == notebook)
    return dict(map(tuple, connection.execute(asked)))


def grade(
    connection: Connection,
    notebook: str,
    scores: dict[str, float],
    fitting: Collection[str] = (),
    held: bool = False,
) -> None:
    """Set the automatic scores of cells, by their ids.

    What was graded by hand is marked for another look, unless it is `fitting`: nothing has changed
    that it depends on. All else is marked so where a submission is `held` for a person to read.
    """
    _add_missing(connection, grades, notebook, scores, needs_manual_grade=False)
    _set(connection, grades, notebook, "auto_score", scores)
    these = update(grades).where(grades.c.notebook_id == notebook, grades.c.cell_id.in_(scores))
    connection.execute(these.where(~is_by_hand()).values(needs_manual_grade=held))
    changed = grades.c.cell_id.not_in(fitting)
    connection.execute(these.where(is_by_hand(), changed).values(needs_manual_grade=True))


def comment(connection: Connection, notebook: str, answers: dict[str, bool]) -> None:
    """Say of each answer's cell whether it was left blank, as nbgrader does."""
    _add_missing(connection, comments, notebook, answers)
    said = {cell: "No response." if blank else None for cell, blank in answers.items()}
    _set(connection, comments, notebook, "auto_comment", said)


def note(
    connection: Connection, assignment: str, student: str, digest: str, status: str, **more: str
) -> None:
    """Note what became of a submission, in place of what was noted before."""
    theirs = (examined.c.assignment == assignment) & (examined.c.student == student)
    connection.execute(delete(examined).where(theirs))
    values = {"assignment": assignment, "student": student, "digest": digest, "status": status}
    connection.execute(insert(examined).values(values | {"reason": ""} | more))


def note_file(connection: Connection, assignment: str, student: str, file: str) -> None:
    """Note the SHA-256 of the file that was examined last."""
    known = examined_files.c
    theirs = (known.assignment == assignment) & (known.student == student)
    connection.execute(delete(examined_files).where(theirs))
    values = {"assignment": assignment, "student": student, "file": file}
    connection.execute(insert(examined_files).values(values))


def notebook_of(connection: Connection, assignment: str, student: str) -> str | None:
    """Return the id of a submission's notebook; None where there is none."""
    theirs = submitted.c.assignment_id.in_(_submission(assignment, student))
    return connection.scalar(select(submitted.c.id).where(theirs))


def is_held(connection: Connection, assignment: str, student: str) -> bool:
    """Return whether a person has yet to read the answer, or to mark each check of it by hand."""
    theirs = (examined.c.assignment == assignment) & (examined.c.student == student)
    if connection.scalar(select(examined.c.status).where(theirs)) != TO_READ:
        return False
    notebook = notebook_of(connection, assignment, student)
    left = select(grades.c.id).where(grades.c.notebook_id == notebook, ~is_marked_by_hand())
    return connection.scalar(left.limit(1)) is not None


def result_of(connection: Connection, assignment: str, student: str) -> Result | None:
    """Return what the submission that was graded last brought, where that can be read."""
    theirs = (examined.c.assignment == assignment) & (examined.c.student == student)
    return Result.from_json(connection.scalar(select(examined.c.result).where(theirs)))


def withdraw(connection: Connection, assignment: str, student: str) -> None:
    """Remove a submission from nbgrader's tables, where it is in them."""
    whole = _submission(assignment, student)
    books = select(submitted.c.id).where(submitted.c.assignment_id.in_(whole))
    for table in (grades, comments):
        connection.execute(delete(table).where(table.c.notebook_id.in_(books)))
    connection.execute(delete(submitted).where(submitted.c.assignment_id.in_(whole)))
    named = submissions.c.id.in_(whole)
    connection.execute(delete(submissions).where(named))


def accept(connection: Connection, assignment: str, student: str) -> None:
    """Take the marks given by hand as they are: none needs another look."""
    notebook = notebook_of(connection, assignment, student)
    changed = update(grades).where(grades.c.notebook_id == notebook, is_by_hand())
    connection.execute(changed.values(needs_manual_grade=False))


def _submission(assignment: str, student: str) -> Any:
    """Return the query for the id of a submission."""
    named = select(assignments.c.id).where(assignments.c.name == assignment)
    theirs = submissions.c.assignment_id.in_(named) & (submissions.c.student_id == student)
    return select(submissions.c.id).where(theirs)


def _add_missing(
    connection: Connection, table: Table, notebook: str, cells: Iterable[str], **values: Any
) -> None:
    """Insert a row for each of these cells that has none, in one statement."""
    known = set(connection.scalars(select(table.c.cell_id).where(table.c.notebook_id == notebook)))
    rows = [
        {"id": new_id(), "notebook_id": notebook, "cell_id": cell} | values
        for cell in cells
        if cell not in known
    ]
    if rows:
        connection.execute(insert(table), rows)


def _set(
    connection: Connection, table: Table, notebook: str, column: str, values: dict[str, Any]
) -> None:
    """Set a column of a notebook's rows, cell's id → value, in one statement."""
    row = (table.c.notebook_id == notebook) & (table.c.cell_id == bindparam("of_cell"))
    if values:
        rows = [{"of_cell": cell, "value": value} for cell, value in values.items()]
        connection.execute(update(table).where(row).values({column: bindparam("value")}), rows)

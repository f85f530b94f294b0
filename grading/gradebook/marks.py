"""Write a submission's marks within a transaction that is open."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, text, update

from grading.examining.result import Result
from grading.gradebook.known import Known
from grading.gradebook.nbgrader_tables import (
    assignments,
    comments,
    grades,
    submissions,
    submitted,
)
from grading.gradebook.row import TO_READ
from grading.gradebook.schema import examined, examined_files, is_by_hand, is_marked_by_hand

THERE = {
    table.name: select(table.c.cell_id).where(table.c.notebook_id == bindparam("notebook"))
    for table in (grades, comments)
}
ENROL = text("INSERT INTO student (id) VALUES (:id) ON CONFLICT DO NOTHING")


def enrol(connection: Connection, student: str) -> None:
    """Put a student on the class list, whom another run may be putting there at this moment."""
    connection.execute(ENROL, {"id": student})


def submit(
    connection: Connection, student: str, before: Known, own: str | None, timestamp: datetime | None
) -> str:
    """Return the id of a submission's notebook; make what is not there yet.

    `own` is the id of the notebook whose cells it answers; marks in another one's cells go away.
    """
    submission = before.submission
    if submission is None:
        of = {"assignment_id": before.assignment, "student_id": student}
        submission = add(connection, submissions, timestamp=timestamp, **of)
    elif timestamp != before.timestamp:
        theirs = update(submissions).where(submissions.c.id == submission)
        connection.execute(theirs.values(timestamp=timestamp))
    if before.notebook is None:
        return add(connection, submitted, assignment_id=submission, notebook_id=own, flagged=False)
    if before.moves_to(own):
        for table in (grades, comments):
            connection.execute(delete(table).where(table.c.notebook_id == before.notebook))
        moved = update(submitted).where(submitted.c.id == before.notebook)
        connection.execute(moved.values(notebook_id=own))
    return before.notebook


def add(connection: Connection, table: Table, **values: Any) -> str:
    """Insert a row of nbgrader's; return the id that it got."""
    values["id"] = new_id()
    connection.execute(insert(table), values)
    return values["id"]


def new_id() -> str:
    """Return an id for a row of nbgrader's."""
    return uuid.uuid4().hex


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
    if not _write(connection, grades, notebook, "auto_score", scores, needs_manual_grade=held):
        return
    these = update(grades).where(grades.c.notebook_id == notebook, grades.c.cell_id.in_(scores))
    connection.execute(these.where(~is_by_hand()).values(needs_manual_grade=held))
    changed = grades.c.cell_id.not_in(fitting)
    connection.execute(these.where(is_by_hand(), changed).values(needs_manual_grade=True))


def comment(connection: Connection, notebook: str, answers: dict[str, bool]) -> None:
    """Say of each answer's cell whether it was left blank, as nbgrader does."""
    said = {cell: "No response." if blank else None for cell, blank in answers.items()}
    _write(connection, comments, notebook, "auto_comment", said)


def penalise(connection: Connection, assignment: str, penalties: dict[str, float]) -> None:
    """Set student → points that a submission loses for lateness, where that has changed."""
    joined = submitted.join(submissions).join(assignments)
    had = func.coalesce(submitted.c.late_submission_penalty, 0.0)
    asked = select(submissions.c.student_id, submitted.c.id, had).select_from(joined)
    found = connection.execute(asked.where(assignments.c.name == assignment)).all()
    changed = [
        {"book": book, "points": penalties[student]}
        for student, book, before in found
        if penalties.get(student, before) != before
    ]
    if changed:
        this = update(submitted).where(submitted.c.id == bindparam("book"))
        connection.execute(this.values(late_submission_penalty=bindparam("points")), changed)


def note(
    connection: Connection,
    assignment: str,
    student: str,
    before: Known,
    digest: str,
    status: str,
    **more: str,
) -> None:
    """Note what became of a submission, in place of what was noted before."""
    if before.status is not None:
        theirs = (examined.c.assignment == assignment) & (examined.c.student == student)
        connection.execute(delete(examined).where(theirs))
    values = {"assignment": assignment, "student": student, "digest": digest, "status": status}
    connection.execute(insert(examined), values | {"reason": "", "result": None} | more)


def note_file(
    connection: Connection, assignment: str, student: str, before: Known, file: str
) -> None:
    """Note the SHA-256 of the file that was examined last."""
    if file == before.file:
        return
    known = examined_files.c
    theirs = (known.assignment == assignment) & (known.student == student)
    if before.file is not None:
        connection.execute(delete(examined_files).where(theirs))
    values = {"assignment": assignment, "student": student, "file": file}
    connection.execute(insert(examined_files), values)


def notebook_of(connection: Connection, assignment: str, student: str) -> str | None:
    """Return the id of a submission's notebook; None where there is none."""
    theirs = submitted.c.assignment_id.in_(_submission(assignment, student))
    return connection.scalar(select(submitted.c.id).where(theirs))


def is_held(connection: Connection, before: Known) -> bool:
    """Return whether a person has yet to read the answer, or to mark each check of it by hand."""
    if before.status != TO_READ:
        return False
    notebook = grades.c.notebook_id == before.notebook
    left = select(grades.c.id).where(notebook, ~is_marked_by_hand())
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


def _write(
    connection: Connection,
    table: Table,
    notebook: str,
    column: str,
    values: dict[str, Any],
    **more: Any,
) -> bool:
    """Set a column of a notebook's rows, cell's id → value; return whether any was there before.

    A row that is missing is inserted, with the values of `more`.
    """
    there = set(connection.scalars(THERE[table.name], {"notebook": notebook}))
    new = [cell for cell in values if cell not in there]
    of = {"notebook_id": notebook} | more
    rows = [{"id": new_id(), "cell_id": cell, column: values[cell]} | of for cell in new]
    if rows:
        connection.execute(insert(table), rows)
    old = [{"of_cell": c, "value": value} for c, value in values.items() if c in there]
    if old:
        row = (table.c.notebook_id == notebook) & (table.c.cell_id == bindparam("of_cell"))
        connection.execute(update(table).where(row).values({column: bindparam("value")}), old)
    return bool(old)

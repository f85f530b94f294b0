"""The gradebook: nbgrader's tables, and ours that say what became of each submission.

One writer: a submission's marks go in whole, in one transaction, or not at all.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Table,
    create_engine,
    delete,
    func,
    insert,
    make_url,
    select,
    text,
    update,
)

from grading.course import db_url, settings
from grading.errors import GradingError
from grading.examining.result import Result
from grading.gradebook.create import make
from grading.gradebook.forgetting import forget
from grading.gradebook.schema import (
    NAMES,
    assignments,
    cells,
    collected,
    comments,
    everyone,
    examined,
    grades,
    max_score,
    notebooks,
    registered,
    students,
    submissions,
    submitted,
)

GRADED, UNGRADED, MISSING = "graded", "ungraded", "missing"
OTHER_VERSION = "Another version of the course has stored its details: regrade it to see them."
PATIENCE = 60  # seconds for another program, such as formgrader, to let go of an SQLite file


@dataclass(frozen=True)
class Row:
    """Hold what is known of one student and one assignment.

    `score` is after manual grading and the penalty for lateness; None unless graded. `reason` says
    in a sentence why a submission is ungraded, or why a graded one has no `result`.
    """

    student: str
    assignment: str
    status: str
    reason: str = ""
    score: float | None = None
    raw_score: float | None = None
    late_penalty: float = 0.0
    max_score: float = 0.0
    timestamp: datetime | None = None
    duedate: datetime | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    lms_user_id: str | None = None
    result: Result | None = None


@dataclass(frozen=True)
class Enrolled:
    """Hold what the class list has of one person."""

    student: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    lms_user_id: str | None = None


class Book:
    """Hold a gradebook open; a context manager, or `close`."""

    def __init__(self, url: str) -> None:
        """Open the gradebook and make its tables where there are none.

        Raises GradingError where the database cannot be reached.
        """
        try:
            local = make_url(url).get_backend_name() == "sqlite"
            patience = {"timeout": PATIENCE} if local else {}
            self._engine = create_engine(url, connect_args=patience)
            make(self._engine, settings().CourseDirectory.course_id)
        except GradingError:
            raise
        except Exception as error:  # each database's driver has its own
            reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
            raise GradingError(f"The gradebook cannot be opened: {reason}.") from error

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def assignments(self) -> list[str]:
        """Return the names of the assignments that the gradebook knows."""
        with self._engine.connect() as connection:
            return list(connection.scalars(select(assignments.c.name).order_by("name")))

    def registered_digest(self, assignment: str) -> str | None:
        """Return the digest of the version of an assignment that the gradebook knows."""
        asked = select(registered.c.digest).where(registered.c.assignment == assignment)
        with self._engine.connect() as connection:
            return connection.scalar(asked)

    def register_assignment(self, assignment: str, digest: str) -> None:
        """Note which version of an assignment the gradebook knows."""
        with self._engine.begin() as connection:
            connection.execute(delete(registered).where(registered.c.assignment == assignment))
            connection.execute(insert(registered).values(assignment=assignment, digest=digest))

    def enrol(self, student: str, **names: str | None) -> None:
        """Put a student on the class list; names that are given replace those that are known."""
        given = {name: value for name, value in names.items() if value}
        with self._engine.begin() as connection:
            _enrol(connection, student)
            if given:
                connection.execute(update(students).where(students.c.id == student).values(given))

    def class_list(self) -> list[Enrolled]:
        """Return everybody on the class list."""
        asked = select(students.c.id, *(students.c[name] for name in NAMES))
        with self._engine.connect() as connection:
            return [Enrolled(*line) for line in connection.execute(asked.order_by("id"))]

    def record_collected(self, assignment: str, student: str, lms: str, path: str) -> None:
        """Note what a student's notebook was called in an LMS's export, "/" between its parts."""
        theirs = (collected.c.assignment == assignment) & (collected.c.student == student)
        values = {"assignment": assignment, "student": student, "lms": lms, "path": path}
        with self._engine.begin() as connection:
            connection.execute(delete(collected).where(theirs))
            connection.execute(insert(collected).values(values))

    def collected(self, assignment: str) -> dict[str, tuple[str, str]]:
        """Return student → LMS, as FORMATS names it, and path in its export of the notebook."""
        asked = select(collected.c.student, collected.c.lms, collected.c.path)
        with self._engine.connect() as connection:
            found = connection.execute(asked.where(collected.c.assignment == assignment))
            return {student: (lms, path) for student, lms, path in found}

    def examined(self, assignment: str) -> dict[str, tuple[str, str]]:
        """Return student → digest and status of the submission that was examined last."""
        asked = select(examined.c.student, examined.c.digest, examined.c.status)
        with self._engine.connect() as connection:
            found = connection.execute(asked.where(examined.c.assignment == assignment))
            return {student: (digest, status) for student, digest, status in found}

    def record(
        self,
        assignment: str,
        student: str,
        digest: str,
        result: Result,
        timestamp: datetime | None = None,
        blank: Iterable[str] = (),
    ) -> None:
        """Write all marks of a submission; `blank` are the answer cells left as released.

        Marks and comments that were given by hand stay.
        """
        with self._engine.begin() as connection:
            notebook = _submit(connection, assignment, student, timestamp)
            known = _cells(connection, assignment)
            _grade(connection, notebook, {known[m.check]: m.score for m in result.marks})
            answers = {known[name]: name in blank for name in result.answers}
            _comment(connection, notebook, answers)
            _note(connection, assignment, student, digest, GRADED, result=result.to_json())

    def penalise(self, assignment: str, penalties: dict[str, float]) -> None:
        """Set student → points that a submission loses for lateness."""
        named = select(assignments.c.id).where(assignments.c.name == assignment).scalar_subquery()
        with self._engine.begin() as connection:
            for student, points in penalties.items():
                theirs = select(submissions.c.id).where(
                    (submissions.c.assignment_id == named) & (submissions.c.student_id == student)
                )
                books = submitted.c.assignment_id == theirs.scalar_subquery()
                had = func.coalesce(submitted.c.late_submission_penalty, 0.0)
                changed = update(submitted).where(books, had != points)
                connection.execute(changed.values(late_submission_penalty=points))

    def record_ungraded(self, assignment: str, student: str, digest: str, reason: str) -> None:
        """Write why a submission has no mark; what an earlier one got goes away."""
        with self._engine.begin() as connection:
            _enrol(connection, student)
            _withdraw(connection, assignment, student)
            _note(connection, assignment, student, digest, UNGRADED, reason=reason)

    def rows(self, assignment: str) -> list[Row]:
        """Return a row for each student of the class list, in order of their ids."""
        with self._engine.connect() as connection:
            found = connection.execute(everyone(assignment)).mappings().all()
            total = connection.scalar(max_score(assignment)) or 0.0
        return [_row(assignment, total, line) for line in found]

    def forget(self, student: str) -> int:
        """Delete all rows of a student, out of the file too; return how many there were."""
        with self._engine.begin() as connection:
            count = forget(connection, student)
        if count and self._engine.dialect.name == "sqlite":
            # SQLite leaves what was deleted in the file until the space is used again.
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as whole:
                whole.exec_driver_sql("VACUUM")
        return count

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def open_book(root: Path) -> Book:
    """Open the gradebook of a course folder: the one that nbgrader uses there."""
    return Book(db_url(root))


def _enrol(connection: Connection, student: str) -> None:
    """Put a student on the class list, whom another run may be putting there at this moment."""
    new = text("INSERT INTO student (id) VALUES (:id) ON CONFLICT DO NOTHING")
    connection.execute(new, {"id": student})


def _submit(
    connection: Connection, assignment: str, student: str, timestamp: datetime | None
) -> str:
    """Return the id of a submission's notebook; make what is not there yet."""
    _enrol(connection, student)
    named = select(assignments.c.id).where(assignments.c.name == assignment).scalar_subquery()
    theirs = (submissions.c.assignment_id == named) & (submissions.c.student_id == student)
    found = connection.scalar(select(submissions.c.id).where(theirs))
    if found is None:
        found = _add(connection, submissions, assignment_id=named, student_id=student)
    connection.execute(update(submissions).where(theirs).values(timestamp=timestamp))
    own = select(notebooks.c.id).where(notebooks.c.assignment_id == named).scalar_subquery()
    notebook = connection.scalar(select(submitted.c.id).where(submitted.c.assignment_id == found))
    return notebook or _add(
        connection, submitted, assignment_id=found, notebook_id=own, flagged=False
    )


def _add(connection: Connection, table: Table, **values: Any) -> str:
    values["id"] = uuid.uuid4().hex
    connection.execute(insert(table).values(values))
    return values["id"]


def _cells(connection: Connection, assignment: str) -> dict[str, str]:
    """Return name → id of the cells of an assignment that get grades or comments."""
    joined = cells.join(notebooks, cells.c.notebook_id == notebooks.c.id).join(assignments)
    asked = select(cells.c.name, cells.c.id).select_from(joined)
    return dict(map(tuple, connection.execute(asked.where(assignments.c.name == assignment))))


def _grade(connection: Connection, notebook: str, scores: dict[str, float]) -> None:
    """Set the automatic scores; what was graded by hand is marked for another look."""
    asked = select(grades.c.cell_id).where(grades.c.notebook_id == notebook)
    known = set(connection.scalars(asked))
    by_hand = grades.c.manual_score.is_not(None)
    for cell, score in scores.items():
        if cell not in known:
            _add(connection, grades, cell_id=cell, notebook_id=notebook, needs_manual_grade=False)
        this = (grades.c.notebook_id == notebook) & (grades.c.cell_id == cell)
        new = {"auto_score": score, "needs_manual_grade": by_hand}
        connection.execute(update(grades).where(this).values(new))


def _comment(connection: Connection, notebook: str, answers: dict[str, bool]) -> None:
    asked = select(comments.c.cell_id).where(comments.c.notebook_id == notebook)
    known = set(connection.scalars(asked))
    for cell, blank in answers.items():
        if cell not in known:
            _add(connection, comments, cell_id=cell, notebook_id=notebook)
        this = (comments.c.notebook_id == notebook) & (comments.c.cell_id == cell)
        said = "No response." if blank else None
        connection.execute(update(comments).where(this).values(auto_comment=said))


def _note(connection: Connection, assignment: str, student: str, digest: str, status: str, **more):
    theirs = (examined.c.assignment == assignment) & (examined.c.student == student)
    connection.execute(delete(examined).where(theirs))
    values = {"assignment": assignment, "student": student, "digest": digest, "status": status}
    connection.execute(insert(examined).values(values | {"reason": ""} | more))


def _withdraw(connection: Connection, assignment: str, student: str) -> None:
    """Remove a submission from nbgrader's tables, where it is in them."""
    named = select(assignments.c.id).where(assignments.c.name == assignment)
    theirs = (submissions.c.assignment_id.in_(named)) & (submissions.c.student_id == student)
    whole = select(submissions.c.id).where(theirs)
    books = select(submitted.c.id).where(submitted.c.assignment_id.in_(whole))
    for table in (grades, comments):
        connection.execute(delete(table).where(table.c.notebook_id.in_(books)))
    connection.execute(delete(submitted).where(submitted.c.assignment_id.in_(whole)))
    connection.execute(delete(submissions).where(theirs))


def _row(assignment: str, total: float, line: Any) -> Row:
    known = {name: line[name] for name in ("student", *NAMES, "timestamp", "duedate")}
    if line["extension"] and line["duedate"]:
        known["duedate"] = line["duedate"] + line["extension"]
    found = Row(
        assignment=assignment,
        status=line["status"] or MISSING,
        reason=line["reason"] or "",
        max_score=total,
        **known,
    )
    if found.status != GRADED or line["raw_score"] is None:
        return found
    result = Result.from_json(line["result"])
    return replace(
        found,
        reason="" if result else OTHER_VERSION,
        raw_score=line["raw_score"],
        late_penalty=line["late_penalty"],
        score=max(0.0, line["raw_score"] - line["late_penalty"]),
        result=result,
    )

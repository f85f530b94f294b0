"""What the gradebook knows of a submission before another one of it is written, in one question."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, func, literal, select

from grading.examining.result import Result
from grading.gradebook.nbgrader_tables import assignments, submissions, submitted
from grading.gradebook.schema import best, by_hand, examined, examined_files

ASSIGNMENT, STUDENT = bindparam("assignment"), bindparam("student")


@dataclass(frozen=True)
class Known:
    """Hold what is known; each member is None where nothing is.

    `submission` and `notebook` are ids of nbgrader's rows, `own` is that of the notebook whose
    cells the marks are of. `kept` counts what was given by hand and is kept, and `file` is the
    SHA-256 of the file that was examined last.
    """

    status: str | None = None
    result: Result | None = None
    file: str | None = None
    assignment: str | None = None
    submission: str | None = None
    timestamp: datetime | None = None
    notebook: str | None = None
    own: str | None = None
    penalty: float | None = None
    best: float | None = None
    kept: int = 0

    def moves_to(self, own: str | None) -> bool:
        """Return whether there are marks, and in the cells of another notebook than this."""
        return self.own not in (None, own)


def known(connection: Connection, assignment: str, student: str) -> Known:
    """Return what the gradebook knows of a student's submission."""
    found = connection.execute(ASKED, {"assignment": assignment, "student": student})
    line = dict(found.mappings().first())
    return Known(**line | {"result": Result.from_json(line["result"])})


def _asked() -> Select:
    one = select(literal(1).label("one")).subquery()
    theirs = (submissions.c.assignment_id == assignments.c.id) & (
        submissions.c.student_id == STUDENT
    )
    joined = one.outerjoin(assignments, assignments.c.name == ASSIGNMENT)
    joined = joined.outerjoin(submissions, theirs)
    joined = joined.outerjoin(submitted, submitted.c.assignment_id == submissions.c.id)
    for table in (examined, examined_files, best):
        own = (table.c.assignment == ASSIGNMENT) & (table.c.student == STUDENT)
        joined = joined.outerjoin(table, own)
    kept = select(func.count()).where(
        by_hand.c.assignment == ASSIGNMENT, by_hand.c.student == STUDENT
    )
    return select(
        *(examined.c.status, examined.c.result, examined_files.c.file),
        assignments.c.id.label("assignment"),
        submissions.c.id.label("submission"),
        submissions.c.timestamp,
        submitted.c.id.label("notebook"),
        submitted.c.notebook_id.label("own"),
        submitted.c.late_submission_penalty.label("penalty"),
        best.c.score.label("best"),
        kept.scalar_subquery().label("kept"),
    ).select_from(joined)


ASKED = _asked()

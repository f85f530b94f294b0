"""Take a person out of the gradebook, from nbgrader's tables and from ours."""

from sqlalchemy import Connection, delete, select

from grading.gradebook.nbgrader_tables import comments, grades, students, submissions, submitted
from grading.gradebook.schema import OURS


def forget(connection: Connection, student: str) -> int:
    """Delete all rows of a student; return how many there were, 0 where nobody is called so."""
    theirs = select(submissions.c.id).where(submissions.c.student_id == student)
    books = select(submitted.c.id).where(submitted.c.assignment_id.in_(theirs))
    found = [
        (grades, grades.c.notebook_id.in_(books)),
        (comments, comments.c.notebook_id.in_(books)),
        (submitted, submitted.c.assignment_id.in_(theirs)),
        (submissions, submissions.c.student_id == student),
        (students, students.c.id == student),
    ]
    found += [(t, t.c.student == student) for t in OURS.sorted_tables if "student" in t.c]
    return sum(connection.execute(delete(table).where(which)).rowcount for table, which in found)

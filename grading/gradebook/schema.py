"""The tables of the gradebook that are ours, and what is asked of them and nbgrader's together."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    MetaData,
    String,
    Table,
    Text,
    case,
    func,
    or_,
    select,
)

from grading.gradebook.nbgrader_tables import (
    assignments,
    cells,
    grade_cells,
    grades,
    notebooks,
    students,
    submissions,
    submitted,
)

OURS = MetaData()
# `digest` names the content and all that decided about it, `result` is JSON.
examined = Table(
    "examined_submission",
    OURS,
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("result", Text),
)
# SHA-256 of the file that was examined last, "" where it could not be read.
examined_files = Table(
    "examined_file",
    OURS,
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("file", String(64), nullable=False),
)
registered = Table(
    "learned_assignment",  # named so in gradebooks that there are
    OURS,
    Column("assignment", String(128), primary_key=True),
    Column("digest", String(64), nullable=False),
)
# `exercise` is JSON, with hidden tests; `notebook` is None for those of today's layout.
releases = Table(
    "kept_release",
    OURS,
    Column("assignment", String(128), primary_key=True),
    Column("release", String(64), primary_key=True),
    Column("exercise", Text, nullable=False),
    Column("notebook", String(32)),
    Column("is_todays", Boolean, nullable=False),
)
# What each notebook was called in the LMS's export, for feedback to go back under that name.
collected = Table(
    "collected_submission",
    OURS,
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("lms", String(32), nullable=False),
    Column("path", Text, nullable=False),
)
# The mark that an earlier submission had, where a later one has less and nobody has accepted that.
best = Table(
    "best_mark",
    OURS,
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("score", Float, nullable=False),
    Column("submission", String(64), nullable=False),  # SHA-256 of what was handed in
)
# What a person gave by hand, while the submission has no mark that it would belong to.
by_hand = Table(
    "kept_by_hand",
    OURS,
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("cell", String(128), primary_key=True),
    Column("manual_score", Float),
    Column("extra_credit", Float),
    Column("manual_comment", Text),
)
# Answers that a person has read, which may reach for what examines them; `answer` is a SHA-256.
read_answers = Table(
    "read_answer",
    OURS,
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("answer", String(64), primary_key=True),
)
NAMES = ("first_name", "last_name", "email", "lms_user_id")


def max_score(assignment: str) -> Any:
    """Return the query for the points that an assignment can bring."""
    joined = grade_cells.join(cells).join(notebooks).join(assignments)
    points = select(func.sum(grade_cells.c.max_score)).select_from(joined)
    return points.where(assignments.c.name == assignment)


def is_by_hand() -> Any:
    """Return whether a person gave a mark or extra credit."""
    return or_(grades.c.manual_score.is_not(None), func.coalesce(grades.c.extra_credit, 0.0) != 0)


def is_marked_by_hand() -> Any:
    """Return whether a person gave a mark for what there is now."""
    return grades.c.manual_score.is_not(None) & ~grades.c.needs_manual_grade


def points() -> Any:
    """Return what a check brought: by hand, else automatically, and extra credit."""
    score = func.coalesce(grades.c.manual_score, grades.c.auto_score, 0.0)
    return score + func.coalesce(grades.c.extra_credit, 0.0)


def everyone(assignment: str) -> Any:
    """Return the query for all students, with marks where there are any."""
    marked = func.sum(case((is_marked_by_hand(), 1), else_=0)).label("marked")
    sums = (
        select(
            *(grades.c.notebook_id, func.sum(points()).label("raw_score")),
            *(func.count().label("checks"), marked),
        )
        .group_by(grades.c.notebook_id)
        .subquery()
    )
    maxima = (
        select(cells.c.notebook_id, func.sum(grade_cells.c.max_score).label("own_max"))
        .join(grade_cells, grade_cells.c.id == cells.c.id)
        .group_by(cells.c.notebook_id)
        .subquery()
    )
    named = select(assignments.c.id).where(assignments.c.name == assignment).scalar_subquery()
    joined = (
        students.outerjoin(
            examined, (examined.c.student == students.c.id) & (examined.c.assignment == assignment)
        )
        .outerjoin(best, (best.c.student == students.c.id) & (best.c.assignment == assignment))
        .outerjoin(
            submissions,
            (submissions.c.student_id == students.c.id) & (submissions.c.assignment_id == named),
        )
        .outerjoin(submitted, submitted.c.assignment_id == submissions.c.id)
        .outerjoin(sums, sums.c.notebook_id == submitted.c.id)
        .outerjoin(maxima, maxima.c.notebook_id == submitted.c.notebook_id)
        .outerjoin(assignments, assignments.c.name == assignment)
    )
    return (
        select(
            *(students.c[name] for name in NAMES),
            students.c.id.label("student"),
            examined.c.status,
            examined.c.reason,
            examined.c.result,
            best.c.score.label("best"),
            submissions.c.timestamp,
            assignments.c.duedate,
            submissions.c.extension,
            *(sums.c.raw_score, sums.c.checks, sums.c.marked),
            maxima.c.own_max,
            func.coalesce(submitted.c.late_submission_penalty, 0.0).label("late_penalty"),
        )
        .select_from(joined)
        .order_by(students.c.id)
    )


def marked_for_another_look(assignment: str) -> Any:
    """Return the query for student and check of each mark by hand that may no longer fit."""
    joined = (
        grades.join(cells, grades.c.cell_id == cells.c.id)
        .join(submitted, grades.c.notebook_id == submitted.c.id)
        .join(submissions, submitted.c.assignment_id == submissions.c.id)
        .join(assignments, submissions.c.assignment_id == assignments.c.id)
    )
    asked = select(submissions.c.student_id, cells.c.name).select_from(joined)
    flagged = (assignments.c.name == assignment) & grades.c.needs_manual_grade & is_by_hand()
    return asked.where(flagged).order_by(cells.c.name)

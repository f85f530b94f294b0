"""nbgrader's own tables, as its version VERSION has them.

Written down here, since to import nbgrader's takes longer than what most commands do with them.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Enum,
    Float,
    ForeignKey,
    Interval,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = "e43177bfe90b"  # as alembic names it
NBGRADERS = MetaData()


def _id(of: str | None = None, length: int = 32) -> Column[str]:
    return Column("id", String(length), *([ForeignKey(of)] if of else []), primary_key=True)


def _of(name: str, target: str, length: int = 32, **more: Any) -> Column[str]:
    return Column(name, String(length), ForeignKey(target), **more)


def _kind(name: str) -> Column[str]:
    kinds = Enum("code", "markdown", name=name, validate_strings=True)
    return Column("cell_type", kinds, nullable=False)


courses = Table("course", NBGRADERS, _id(length=128), UniqueConstraint("id"))
assignments = Table(
    "assignment",
    NBGRADERS,
    _id(),
    Column("name", String(128), unique=True, nullable=False),
    Column("duedate", DateTime),
    _of("course_id", "course.id", 128, nullable=False),
)
notebooks = Table(
    "notebook",
    NBGRADERS,
    _id(),
    Column("name", String(128), nullable=False),
    _of("assignment_id", "assignment.id"),
    Column("kernelspec", String(1024)),
    UniqueConstraint("name", "assignment_id"),
)
cells = Table(
    "base_cell",
    NBGRADERS,
    _id(),
    Column("name", String(128), nullable=False),
    _of("notebook_id", "notebook.id", nullable=False),
    Column("type", String(50)),
    UniqueConstraint("name", "notebook_id", "type"),
)
grade_cells = Table(
    "grade_cells",
    NBGRADERS,
    _id("base_cell.id"),
    Column("max_score", Float, nullable=False),
    _kind("grade_cell_type"),
)
solution_cells = Table("solution_cells", NBGRADERS, _id("base_cell.id"))
task_cells = Table(
    "task_cells",
    NBGRADERS,
    _id("base_cell.id"),
    Column("max_score", Float, nullable=False),
    _kind("grade_cell_type"),
)
sources = Table(
    "source_cell",
    NBGRADERS,
    _id(),
    Column("name", String(128), nullable=False),
    _kind("source_cell_type"),
    Column("locked", Boolean, nullable=False),
    Column("source", Text),
    Column("checksum", String(128)),
    _of("notebook_id", "notebook.id"),
    UniqueConstraint("name", "notebook_id"),
)
students = Table(
    "student",
    NBGRADERS,
    _id(length=128),
    Column("first_name", String(128)),
    Column("last_name", String(128)),
    Column("email", String(128)),
    Column("lms_user_id", String(128)),
)
submissions = Table(
    "submitted_assignment",
    NBGRADERS,
    _id(),
    _of("assignment_id", "assignment.id"),
    _of("student_id", "student.id", 128),
    Column("timestamp", DateTime),
    Column("extension", Interval),
    UniqueConstraint("assignment_id", "student_id"),
)
submitted = Table(
    "submitted_notebook",
    NBGRADERS,
    _id(),
    _of("assignment_id", "submitted_assignment.id"),
    _of("notebook_id", "notebook.id"),
    Column("flagged", Boolean),
    Column("late_submission_penalty", Float(0)),
    UniqueConstraint("notebook_id", "assignment_id"),
)
grades = Table(
    "grade",
    NBGRADERS,
    _id(),
    _of("notebook_id", "submitted_notebook.id"),
    _of("cell_id", "base_cell.id"),
    Column("auto_score", Float),
    Column("manual_score", Float),
    Column("extra_credit", Float),
    Column("needs_manual_grade", Boolean, nullable=False),
    UniqueConstraint("cell_id", "notebook_id"),
)
comments = Table(
    "comment",
    NBGRADERS,
    _id(),
    _of("notebook_id", "submitted_notebook.id"),
    _of("cell_id", "base_cell.id"),
    Column("auto_comment", Text),
    Column("manual_comment", Text),
    UniqueConstraint("cell_id", "notebook_id"),
)

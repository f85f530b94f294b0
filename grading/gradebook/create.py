"""Make a gradebook: all of its tables or none, whoever else does so or is killed at it."""

from typing import Any

from sqlalchemy import Connection, Engine, Inspector, inspect, text

from grading.errors import GradingError
from grading.gradebook.nbgrader_tables import NBGRADERS, VERSION
from grading.gradebook.schema import OURS

LOCK = 6749  # of PostgreSQL's advisory locks, the one for making a gradebook
DEFAULT = "default_course"  # which its own commands add where it is missing, two at once fail
OLD = "The gradebook is of an older nbgrader: run nbgrader db upgrade in the course folder."


def make(engine: Engine, course: str) -> None:
    """Make what a gradebook lacks; nbgrader would leave half of it where it is killed.

    Raises GradingError where an older nbgrader made it.
    """
    with engine.connect() as connection:
        if _is_complete(connection, course):
            return
    with engine.begin() as connection:
        _wait_for_others(connection)
        _refuse_old(inspect(connection))
        for metadata in (NBGRADERS, OURS):
            metadata.create_all(connection)
        _add(connection, "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))")
        if not connection.scalar(text("SELECT count(*) FROM alembic_version")):
            _add(connection, "INSERT INTO alembic_version VALUES (:version)", version=VERSION)
        for name in (course, DEFAULT):
            _add(connection, "INSERT INTO course VALUES (:id) ON CONFLICT DO NOTHING", id=name)


def _is_complete(connection: Connection, course: str) -> bool:
    """Return whether it has what is made last: all is made at once."""
    names = set(inspect(connection).get_table_names())
    if not {"alembic_version", "course", *OURS.tables} <= names:
        return False
    asked = text("SELECT count(*) FROM alembic_version, course WHERE course.id = :id")
    return bool(connection.scalar(asked, {"id": course}))


def _wait_for_others(connection: Connection) -> None:
    """Keep others from making it too; what is made after this is there whole or not at all."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _refuse_old(found: Inspector) -> None:
    names = found.get_table_names()
    for table in NBGRADERS.sorted_tables:
        if table.name in names:
            columns = {column["name"] for column in found.get_columns(table.name)}
            if not columns >= set(table.c.keys()):
                raise GradingError(OLD)


def _add(connection: Connection, statement: str, **values: Any) -> None:
    connection.execute(text(statement), values)

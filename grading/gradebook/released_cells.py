"""Write the cells of an assignment into nbgrader's tables, as a release by nbgrader itself does.

A grader needs the cells and no released notebook, and nbgrader takes two seconds for both.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from grading.examining.exercise import Exercise
from grading.examining.regions import is_of
from grading.examining.release import nbgrader_metadata
from grading.gradebook.marks import add, new_id
from grading.gradebook.nbgrader_tables import (
    assignments,
    cells,
    grade_cells,
    notebooks,
    solution_cells,
    sources,
)

Cell = dict[str, Any]
NAME = re.compile(r"[\w-]{1,128}")
SCHEMA = 3  # of nbgrader's metadata
FLAGS = ("grade", "solution", "locked")
MORE = ("AUTOTEST", "MARK SCHEME")  # words of which nbgrader makes something


def are_plain(exercise: Exercise) -> bool:
    """Return whether nbgrader would release these cells as they are, with nothing to say."""
    names = [cell["id"] for cell in exercise.cells if _is_told(cell)]
    is_clear = NAME.fullmatch(exercise.name) and len(set(names)) == len(names)
    return bool(is_clear) and all(map(_is_plain, exercise.cells))


def write(connection: Connection, course: str, exercise: Exercise) -> None:
    """Write assignment, notebook and cells where they are not there yet, else what has changed.

    The notebook that is there has this layout: `releases.make_room` has seen to that.
    """
    named = {"name": exercise.name}
    assignment = _found(connection, assignments, **named)
    assignment = assignment or add(connection, assignments, course_id=course, **named)
    named["assignment_id"] = assignment
    notebook = _found(connection, notebooks, **named) or add(connection, notebooks, **named)
    kernel = json.dumps(exercise.metadata.get("kernelspec", {}))
    connection.execute(
        update(notebooks).where(notebooks.c.id == notebook).values(kernelspec=kernel)
    )
    told = [cell for cell in exercise.cells if _is_told(cell)]
    _write_base(connection, notebook, "GradeCell", [c for c in told if is_of(c, "grade")])
    _write_base(connection, notebook, "SolutionCell", [c for c in told if is_of(c, "solution")])
    _write_sources(connection, notebook, told)


def _is_told(cell: Cell) -> bool:
    """Return whether nbgrader keeps the source of a cell."""
    return any(is_of(cell, flag) for flag in FLAGS)


def _is_plain(cell: Cell) -> bool:
    if any(word in cell["source"] for word in MORE):
        return False
    return "nbgrader" not in cell["metadata"] or _is_marked_plainly(cell, nbgrader_metadata(cell))


def _is_marked_plainly(cell: Cell, marks: dict[str, Any]) -> bool:
    """Return whether nbgrader's metadata are of today's format, and fit the cell."""
    known = marks.get("schema_version") == SCHEMA and not marks.get("task")
    named = marks.get("grade_id") == cell["id"] and NAME.fullmatch(cell["id"])
    flagged = all(isinstance(marks.get(flag), bool) for flag in FLAGS)
    is_code = cell["cell_type"] == "code" or not (marks.get("grade") or marks.get("solution"))
    worth = not marks.get("grade") or isinstance(marks.get("points"), int | float)
    return bool(known and named and flagged and is_code and worth)


def _found(connection: Connection, table: Table, **named: str) -> str | None:
    return connection.scalar(select(table.c.id).filter_by(**named))


def _write_base(connection: Connection, notebook: str, kind: str, wanted: Iterable[Cell]) -> None:
    """Write checks or answers, and what a check brings."""
    asked = select(cells.c.name).where(cells.c.notebook_id == notebook, cells.c.type == kind)
    known = set(connection.scalars(asked))
    new = {cell["id"]: cell for cell in wanted if cell["id"] not in known}
    rows = [{"id": new_id(), "name": name, "notebook_id": notebook, "type": kind} for name in new]
    _insert(connection, cells, rows)
    if kind == "SolutionCell":
        _insert(connection, solution_cells, [{"id": row["id"]} for row in rows])
    else:
        _insert(connection, grade_cells, [_check(row["id"], new[row["name"]]) for row in rows])


def _check(row: str, cell: Cell) -> dict[str, Any]:
    points = float(nbgrader_metadata(cell)["points"])
    return {"id": row, "max_score": points, "cell_type": cell["cell_type"]}


def _write_sources(connection: Connection, notebook: str, wanted: Iterable[Cell]) -> None:
    asked = select(sources.c.name).where(sources.c.notebook_id == notebook)
    known = set(connection.scalars(asked))
    rows = [_source(cell) for cell in wanted]
    new = [
        row | {"id": new_id(), "notebook_id": notebook} for row in rows if row["name"] not in known
    ]
    _insert(connection, sources, new)
    old = [row | {"of_cell": row["name"]} for row in rows if row["name"] in known]
    if old:
        this = (sources.c.notebook_id == notebook) & (sources.c.name == bindparam("of_cell"))
        connection.execute(update(sources).where(this), old)


def _source(cell: Cell) -> dict[str, Any]:
    return {
        "name": cell["id"],
        "cell_type": cell["cell_type"],
        "locked": _is_locked(cell),
        "source": cell["source"],
        "checksum": _checksum(cell),
    }


def _is_locked(cell: Cell) -> bool:
    return not is_of(cell, "solution") and (is_of(cell, "grade") or is_of(cell, "locked"))


def _checksum(cell: Cell) -> str:
    """Return nbgrader's own checksum of a cell."""
    flags = (is_of(cell, "grade"), is_of(cell, "solution"), _is_locked(cell))
    told = [cell["source"], cell["cell_type"], *map(str, flags), cell["id"]]
    told += [str(float(nbgrader_metadata(cell)["points"]))] if flags[0] else []
    return hashlib.md5("".join(told).encode(), usedforsecurity=False).hexdigest()


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)

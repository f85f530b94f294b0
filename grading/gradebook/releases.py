"""The releases of an assignment, and in nbgrader's tables a notebook of cells for each layout.

A submission's maximum is that of the notebook it belongs to. One that is not of today's layout
belongs to no assignment: only the submissions that answered it do.
"""

import json
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from grading.examining.exercise import Exercise
from grading.examining.release import nbgrader_metadata
from grading.gradebook.marks import add
from grading.gradebook.nbgrader_tables import assignments, cells, grade_cells, notebooks, sources
from grading.gradebook.schema import registered, releases

NEW = "{check} of {name} is new: {points}."
GONE = "{check} of {name} is not asked any more: it brought {points}."
CHANGED = "{check} of {name}: {before:g} → {after}."
OF_TODAY = select(notebooks.c.id).join(assignments).limit(1)
OF_RELEASE = select(releases.c.notebook).where(
    releases.c.assignment == bindparam("assignment"), releases.c.release == bindparam("release")
)
CELLS = (
    select(notebooks.c.id, cells.c.name, cells.c.id)
    .select_from(notebooks.outerjoin(cells, cells.c.notebook_id == notebooks.c.id))
    .where(
        notebooks.c.id
        == func.coalesce(
            OF_RELEASE.scalar_subquery(),
            OF_TODAY.where(assignments.c.name == bindparam("assignment")).scalar_subquery(),
        )
    )
)
Layout = dict[tuple[str, str], float]  # nbgrader's type and name of a cell → its points


def register(connection: Connection, exercise: Exercise) -> None:
    """Note which version of an assignment the gradebook knows, and keep its release."""
    values = {"assignment": exercise.name, "digest": exercise.content_digest()}
    connection.execute(delete(registered).where(registered.c.assignment == exercise.name))
    connection.execute(insert(registered).values(values))
    keep(connection, exercise)


def keep(connection: Connection, exercise: Exercise) -> None:
    """Keep a release, in place of what was kept of it, to grade by it what answers it."""
    known = _of(exercise.name) & (releases.c.release == exercise.release)
    values = {"exercise": json.dumps(exercise.to_plain()), "is_todays": True}
    connection.execute(update(releases).where(_of(exercise.name)).values(is_todays=False))
    if not connection.execute(update(releases).where(known).values(values)).rowcount:
        values |= {"assignment": exercise.name, "release": exercise.release}
        connection.execute(insert(releases).values(values))


def todays(connection: Connection, assignment: str) -> str | None:
    """Return the digest of today's release; None where none is kept yet."""
    asked = select(releases.c.release).where(_of(assignment), releases.c.is_todays)
    return connection.scalar(asked)


def kept(connection: Connection, assignment: str) -> list[Exercise]:
    """Return all releases that are kept of an assignment."""
    found = connection.scalars(select(releases.c.exercise).where(_of(assignment)))
    return [Exercise.from_plain(json.loads(text)) for text in found]


def cells_of(
    connection: Connection, assignment: str, release: str
) -> tuple[str | None, dict[str, str]]:
    """Return the id of the notebook that has the cells of a release, and name → id of those.

    They are the cells that get grades or comments; None and {} where there is no notebook.
    """
    found = connection.execute(CELLS, {"assignment": assignment, "release": release}).all()
    named = {name: cell for _, name, cell in found if name is not None}
    return (found[0][0] if found else None), named


def make_room(connection: Connection, exercise: Exercise) -> list[str]:
    """Put aside today's notebook where another layout takes its place, with all its marks.

    One that had this layout before comes back. Returns a sentence for each check whose points
    change.
    """
    now = _today(connection, exercise.name)
    wanted = _wanted(exercise)
    before = _layout(connection, now) if now else {}
    if now is None or before == wanted:
        return []
    there = _of(exercise.name) & releases.c.notebook.is_(None)
    connection.execute(update(releases).where(there).values(notebook=now))
    _attach(connection, now, None)
    found = [n for n in _put_aside(connection, exercise.name) if _layout(connection, n) == wanted]
    if found:
        again = _of(exercise.name) & (releases.c.notebook == found[0])
        connection.execute(update(releases).where(again).values(notebook=None))
    # nbgrader refuses an assignment that has lost a notebook, and makes an empty one anew.
    today = found[0] if found else add(connection, notebooks, name=exercise.name)
    _attach(connection, today, exercise.name)
    return _changes(exercise.name, before, wanted)


def _of(assignment: str) -> Any:
    return releases.c.assignment == assignment


def _today(connection: Connection, assignment: str) -> str | None:
    asked = select(notebooks.c.id).join(assignments).where(assignments.c.name == assignment)
    return connection.scalar(asked)


def _put_aside(connection: Connection, assignment: str) -> list[str]:
    asked = select(releases.c.notebook).where(_of(assignment), releases.c.notebook.is_not(None))
    return list(connection.scalars(asked.distinct()))


def _attach(connection: Connection, notebook: str, assignment: str | None) -> None:
    named = select(assignments.c.id).where(assignments.c.name == assignment).scalar_subquery()
    changed = update(notebooks).where(notebooks.c.id == notebook)
    connection.execute(changed.values(assignment_id=named if assignment else None))


def _layout(connection: Connection, notebook: str) -> Layout:
    joined = cells.outerjoin(grade_cells, grade_cells.c.id == cells.c.id)
    asked = select(cells.c.type, cells.c.name, grade_cells.c.max_score).select_from(joined)
    found = connection.execute(asked.where(cells.c.notebook_id == notebook))
    layout = {(kind, name): points or 0.0 for kind, name, points in found}
    names = connection.scalars(select(sources.c.name).where(sources.c.notebook_id == notebook))
    return layout | {("SourceCell", name): 0.0 for name in names}


def _wanted(exercise: Exercise) -> Layout:
    """Return what nbgrader will make of a release."""
    checks = {("GradeCell", check.name): float(check.points) for check in exercise.checks}
    answers = {("SolutionCell", name): 0.0 for name in exercise.answers}
    told = ("grade", "solution", "locked", "task")
    names = [c["id"] for c in exercise.cells if any(map(nbgrader_metadata(c).get, told))]
    return checks | answers | {("SourceCell", name): 0.0 for name in names}


def _changes(assignment: str, before: Layout, after: Layout) -> list[str]:
    """Return a sentence for each check that has other points, is new or gone."""
    checks = dict.fromkeys(name for kind, name in [*before, *after] if kind == "GradeCell")
    found = [(n, before.get(("GradeCell", n)), after.get(("GradeCell", n))) for n in checks]
    return [_change(assignment, name, had, has) for name, had, has in found if had != has]


def _change(assignment: str, check: str, had: float | None, has: float | None) -> str:
    told = {"check": check, "name": assignment}
    if had is None:
        return NEW.format(points=_points(has), **told)
    if has is None:
        return GONE.format(points=_points(had), **told)
    return CHANGED.format(before=had, after=_points(has), **told)


def _points(number: float) -> str:
    return "1 point" if number == 1 else f"{number:g} points"

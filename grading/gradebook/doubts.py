"""Say which marks a person has to look at: held, fallen, or given by hand for what was before."""

import shlex
from collections.abc import Callable, Iterable

from grading.gradebook.row import GRADED, TO_READ, UNGRADED, Row

ALIKE = " So for each of the {count}."
BACK = (
    "To bring the file before back that collect has replaced: make restore {which}; to let the "
    "mark count as it is: make accept {which}."
)
LOOK = (
    "Look at what was given by hand in formgrader, and save it there; to let it count as it is: "
    "make accept {which}."
)
READ = (
    "Read the answer, in submitted/ or formgrader, and mark each check of it there by hand; or, to "
    "let its mark count as it is: make regrade ASSIGNMENT={assignment} "
    'OPTIONS="--student {student} --as-read".'
)
HALF_MARKED = " {marked} of its {checks} checks are marked by hand: mark the others too."


def doubts(rows: Iterable[Row]) -> list[str]:
    """Return a sentence for each mark to look at, and one on what to do; none where all is well."""
    rows = list(rows)
    held = [row for row in rows if row.status == TO_READ]
    fallen = [row for row in rows if row.fell]
    odd = [row for row in rows if row.another_look]
    told = [*_told(held, to_read, READ), *_told(fallen, fall, BACK)]
    return [*told, *_told(odd, another_look, LOOK)]


def to_read(row: Row) -> str:
    """Return why a person has to read an answer before its mark counts, as one sentence or more."""
    half = HALF_MARKED.format(marked=row.marked_by_hand, checks=row.checks)
    told = f"{row.assignment} of {row.student} is to read, and its mark is held. {row.reason}"
    return told + half * (row.marked_by_hand > 0)


def fall(row: Row) -> str:
    """Return what became of a better mark, as one sentence."""
    if row.status == UNGRADED:
        return f"{row.assignment} of {row.student}: {row.best:g} points → ungraded."
    return f"{row.assignment} of {row.student}: {row.best:g} → {row.score:g} points{_why(row)}."


def another_look(row: Row) -> str:
    """Return which marks given by hand may no longer fit, as one sentence."""
    checks = ", ".join(row.another_look)
    return (
        f"{row.assignment} of {row.student} needs another look: {checks} was marked by hand, and "
        "the answer or its points have changed since."
    )


def state(row: Row) -> str:
    """Return the status of a row, or that its mark needs another look."""
    return "needs another look" if row.status == GRADED and row.another_look else row.status


def _told(rows: list[Row], say: Callable[[Row], str], advice: str) -> list[str]:
    """Return a sentence for each row, and one on what to do about the first."""
    if not rows:
        return []
    student, assignment = shlex.quote(rows[0].student), rows[0].assignment
    which = f"STUDENT={student} ASSIGNMENT={assignment}"
    advised = advice.format(which=which, student=student, assignment=assignment)
    return [*map(say, rows), advised + ALIKE.format(count=len(rows)) * (len(rows) > 1)]


def _why(row: Row) -> str:
    if row.result and not row.result.attempted:
        return ", nothing is answered any more"
    return f", with {row.late_penalty:g} taken off for lateness" if row.late_penalty else ""

"""A row: what is known of one student and one assignment, and of one person on the class list."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from grading.examining.result import Result
from grading.gradebook.schema import NAMES

GRADED, UNGRADED, MISSING = "graded", "ungraded", "missing"
TO_READ = "to read"  # graded, and the mark is held until a person has read the answer
WAITING = (TO_READ, UNGRADED)  # for a person, who may say that it is read
EXAMINED = (GRADED, TO_READ)  # with a result, a graded notebook and a page of feedback
OTHER_VERSION = "Another version of the course has stored its details: regrade it to see them."


@dataclass(frozen=True)
class Row:
    """Hold what is known of one student and one assignment.

    `score` is after manual grading and the penalty for lateness; None unless graded. `held` is what
    it would be of a submission that a person has to read first. `reason` says why in a sentence,
    why a submission is ungraded, or why a graded one has no `result`. `best` is the
    mark that an earlier submission had, where nobody has accepted yet that a later one has less;
    `another_look` names the checks whose marks were given by hand for what has changed since.
    `older_version` says that the marks are by a release of the assignment that is not today's.
    `marked_by_hand` and `checks` count those of a held one: once all are marked it is held no more.
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
    best: float | None = None
    another_look: tuple[str, ...] = ()
    older_version: bool = False
    held: float | None = None
    marked_by_hand: int = 0
    checks: int = 0

    @property
    def fell(self) -> bool:
        """Return whether an earlier submission had a better mark; a held one may still have it."""
        if self.status == TO_READ:
            return False
        return self.best is not None and (self.score is None or self.score < self.best)

    @property
    def needs_attention(self) -> bool:
        """Return whether a person has to look at it."""
        return self.status in (UNGRADED, TO_READ) or self.fell or bool(self.another_look)


@dataclass(frozen=True)
class Enrolled:
    """Hold what the class list has of one person."""

    student: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    lms_user_id: str | None = None


def row_of(assignment: str, total: float, today: str | None, line: Any, looks: list[str]) -> Row:
    known = {name: line[name] for name in ("student", *NAMES, "timestamp", "duedate")}
    if line["extension"] and line["duedate"]:
        known["duedate"] = line["duedate"] + line["extension"]
    found = Row(
        assignment=assignment,
        status=line["status"] or MISSING,
        reason=line["reason"] or "",
        max_score=total if line["own_max"] is None else line["own_max"],
        best=line["best"],
        another_look=tuple(looks),
        **known,
    )
    if found.status not in EXAMINED or line["raw_score"] is None:
        return found
    result = Result.from_json(line["result"])
    mark = max(0.0, line["raw_score"] - line["late_penalty"])
    marked = {"raw_score": line["raw_score"], "late_penalty": line["late_penalty"], "score": mark}
    marked["reason"] = "" if result else OTHER_VERSION
    if found.status == TO_READ and line["marked"] < line["checks"]:
        marked = {"held": mark, "another_look": ()}
        marked |= {"marked_by_hand": line["marked"], "checks": line["checks"]}
    elif found.status == TO_READ:
        marked["status"] = GRADED
    older = bool(result and today and result.release != today)
    return replace(found, result=result, older_version=older, **marked)

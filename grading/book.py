"""What is known of every student and assignment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grading.result import Result

GRADED, UNGRADED, MISSING = "graded", "ungraded", "missing"


@dataclass(frozen=True)
class Row:
    """One student and one assignment."""

    student: str  # nbgrader's student id, the folder's name below submitted/
    assignment: str
    status: str  # GRADED, UNGRADED or MISSING
    reason: str = ""  # why ungraded, one sentence; "" else
    score: float | None = None  # with manual points and late penalty; None unless graded
    raw_score: float | None = None
    late_penalty: float = 0.0
    max_score: float = 0.0
    timestamp: datetime | None = None
    duedate: datetime | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    lms_user_id: str | None = None
    result: Result | None = None  # what the examination brought; None unless graded

"""The gradebook: what is known of every student."""

from dataclasses import dataclass
from datetime import datetime

from grading.result import Result

GRADED, UNGRADED, MISSING = "graded", "ungraded", "missing"


@dataclass(frozen=True)
class Row:
    """Hold one student and one assignment; `reason` says why it is ungraded, `score` is final."""

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

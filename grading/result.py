"""What examining one submission brings: plain data, stored as JSON in the gradebook."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """Hold what one check brought; `message` is what the student reads."""

    check: str
    points: float
    score: float
    message: str
    attempted: bool = True
    answer: str = ""
    title: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Result:
    """Hold the marks of a submission; `answers` are the answer cells' sources by cell id."""

    marks: tuple[Mark, ...]
    answers: dict[str, str]

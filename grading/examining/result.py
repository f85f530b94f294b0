"""What an examination brings: plain data, kept as JSON."""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Mark:
    """Hold what one check brought; `message` is what the student reads.

    `answer` is the letter of a question of choice, `rule` and `title` are of a rule.
    """

    check: str
    points: float
    score: float
    message: str
    attempted: bool = True
    answer: str = ""
    rule: str = ""
    title: str = ""


@dataclass(frozen=True)
class Result:
    """Hold all marks of a submission, its answers, and what is to be said of them.

    `answers` is cell id → source, `notes` is cell id → sentences about how that was read.
    """

    marks: tuple[Mark, ...]
    answers: dict[str, str]
    notes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Return the sum of the points."""
        return sum(mark.score for mark in self.marks)

    def to_json(self) -> str:
        """Return it as JSON in ASCII, which any database takes."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Result | None":
        """Return what `to_json` has written; None where another version wrote it unreadably."""
        try:
            return cls.from_plain(json.loads(text))
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    @classmethod
    def from_plain(cls, found: dict[str, Any]) -> "Result":
        """Return it from what JSON makes of it; what another version has noted besides is left."""
        marks = tuple(_mark(mark) for mark in found["marks"])
        return cls(marks, dict(found["answers"]), dict(found.get("notes", {})))


class Marked(NamedTuple):
    """Hold a result, and the names of the checks in it that a time-out of ours has decided."""

    result: Result
    late: list[str]

    @classmethod
    def from_plain(cls, found: dict[str, Any]) -> "Marked":
        """Return it from what an examination has brought."""
        return cls(Result.from_plain(found["result"]), list(found["late"]))


def to_retry(reason: str) -> dict[str, Any]:
    """Return what comes of a submission at which our own side failed: the next run tries again."""
    return {"ungraded": reason, "retry": True}


def _mark(found: dict[str, Any]) -> Mark:
    known = {known.name for known in fields(Mark)}
    return Mark(**{name: value for name, value in found.items() if name in known})

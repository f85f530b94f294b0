"""What an examination brings: plain data, kept as JSON."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any


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
    """Hold all marks of a submission, and its answers: cell id → source."""

    marks: tuple[Mark, ...]
    answers: dict[str, str]

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
        return cls(tuple(_mark(mark) for mark in found["marks"]), dict(found["answers"]))


def _mark(found: dict[str, Any]) -> Mark:
    known = {field.name for field in fields(Mark)}
    return Mark(**{name: value for name, value in found.items() if name in known})

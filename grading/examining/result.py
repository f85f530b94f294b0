"""What an examination brings: plain data, kept as JSON."""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Mark:
    """Hold what one check brought; `message` is what the student reads.

    `answer` is the letter of a question of choice; `rule`, `title` and the `section` to read again
    are of a rule. What a version does not ask is not `asked`, and brings nothing.
    """

    check: str
    points: float
    score: float
    message: str
    attempted: bool = True
    answer: str = ""
    rule: str = ""
    title: str = ""
    asked: bool = True
    section: str = ""


@dataclass(frozen=True)
class Result:
    """Hold all marks of a submission, its answers, and what is to be said of them.

    `answers` is cell id → source, `notes` is cell id → sentences about how that was read,
    `submission` the SHA-256 of what was handed in, and `release` the release that it answers.
    `to_read` has a sentence on each thing for which a person has to read the answer.
    """

    marks: tuple[Mark, ...]
    answers: dict[str, str]
    notes: dict[str, list[str]] = field(default_factory=dict)
    submission: str = ""
    release: str = ""
    to_read: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        """Return the sum of the points."""
        return sum(mark.score for mark in self.marks)

    @property
    def attempted(self) -> bool:
        """Return whether anything was answered."""
        return any(mark.attempted for mark in self.marks)

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
        known = {name: found[name] for name in ("submission", "release") if name in found}
        known["to_read"] = tuple(found.get("to_read", ()))
        return cls(marks, dict(found["answers"]), dict(found.get("notes", {})), **known)


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

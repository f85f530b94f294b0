"""Read the hostile cells: what each attacks, what it deserves, and its whole text."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.exercises.solutions import solution

HERE = Path(__file__).parent
HEAD = re.compile(r"# gets: (.+)\n# (.+)\n(?:# on: (.+)\n)?")
DESERVED = re.compile(r"(?:(\d+)(?: to (\d+))?)?(?: or )?(ungraded)?")


@dataclass(frozen=True)
class Deserved:
    """Say which outcomes are right: points within one of `ranges`, no mark, or either."""

    ranges: tuple[tuple[float, float], ...]
    ungraded: bool

    def allows(self, score: float | None) -> bool:
        """Return whether a mark is right; None is a submission without one."""
        if score is None:
            return self.ungraded
        return any(least <= score <= most for least, most in self.ranges)


@dataclass(frozen=True)
class Cell:
    """Hold one answer cell and what it deserves."""

    name: str
    assignment: str
    attack: str
    deserved: Deserved
    text: str


def cells() -> list[Cell]:
    """Return every hostile cell."""
    return [_read(path) for path in sorted(HERE.glob("cells/*.py"))]


def deserved(words: str) -> Deserved:
    """Return what words such as 24, 0 or ungraded, 0 to 16, ungraded mean.

    Raises ValueError for other words.
    """
    found = DESERVED.fullmatch(words)
    if not words or not found:
        raise ValueError(f"{words!r} says no mark.")
    least, most, ungraded = found.groups()
    ranges = () if least is None else ((float(least), float(most or least)),)
    return Deserved(ranges, ungraded is not None)


def _read(path: Path) -> Cell:
    text = path.read_text(encoding="utf-8")
    head = HEAD.match(text)
    if not head:
        raise ValueError(f"{path.name} does not begin with '# gets: …' and a sentence.")
    words, attack, sample = head.groups()
    assignment = "client" if path.stem.startswith("client_") else "rotation"
    honest = solution(assignment, sample) if sample else ""
    # The head stays out: a submission does not say what it is.
    return Cell(path.stem, assignment, attack, deserved(words), honest + text[head.end() :])

"""Read the hostile cells: what each attacks, what it deserves, and its whole text."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import full_marks
from tests.exercises.solutions import solution

HERE = Path(__file__).parent
HEAD = re.compile(r"# gets: (.+)\n# (.+)\n(?:# on: (.+)\n)?")
POINTS = re.compile(r"(\d+)|all(?: but (\d+))?")
UNGRADED = "ungraded"


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


def deserved(words: str, assignment: str) -> Deserved:
    """Return what words such as all, 0 or ungraded, 0 to all but 3 mean; all are all its points.

    Raises ValueError for other words.
    """
    outcomes, full = words.split(" or "), full_marks(assignment)
    ranges = tuple(_range(one, full) for one in outcomes if one != UNGRADED)
    return Deserved(ranges, UNGRADED in outcomes)


def _range(words: str, full: float) -> tuple[float, float]:
    least, _, most = words.partition(" to ")
    return _points(least, full), _points(most or least, full)


def _points(words: str, full: float) -> float:
    found = POINTS.fullmatch(words)
    if not found:
        raise ValueError(f"{words!r} says no mark.")
    points, lost = found.groups()
    return float(points) if points else full - float(lost or 0)


def _read(path: Path) -> Cell:
    text = path.read_text(encoding="utf-8")
    head = HEAD.match(text)
    if not head:
        raise ValueError(f"{path.name} does not begin with '# gets: …' and a sentence.")
    words, attack, sample = head.groups()
    assignment = "client" if path.stem.startswith("client_") else "rotation"
    right = deserved(words, assignment)
    honest = solution(assignment, sample) if sample else ""
    # The head stays out: a submission does not say what it is.
    return Cell(path.stem, assignment, attack, right, honest + text[head.end() :])

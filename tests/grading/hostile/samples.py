"""Read the hostile cells: what each attacks, what it deserves, and its whole text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.exercises.solutions import solution

HERE = Path(__file__).parent
HEAD = re.compile(r"# gets: (.+)\n# (.+)\n(?:# on: (.+)\n)?")
UNGRADED = "ungraded"
ALL, ALL_BUT = "all", "all but "


@dataclass(frozen=True)
class Cell:
    """Hold one answer cell and what it deserves."""

    name: str
    assignment: str
    attack: str
    deserved: str
    text: str

    @property
    def is_about_races(self) -> bool:
        """Return whether what it deserves depends on the rule about races."""
        return "race" in self.deserved


def cells() -> list[Cell]:
    """Return every hostile cell."""
    return [_read(path) for path in sorted(HERE.glob("cells/*.py"))]


def allows(deserved: str, points: Mapping[str, float], score: float | None) -> bool:
    """Return whether a mark is right by words such as 0 or ungraded, all but race, 0 to all but 3.

    `points` are those of each rule or question that is asked; None is a submission without a mark.
    Raises ValueError for other words, and where a rule that they name is not asked.
    """
    outcomes = deserved.split(" or ")
    ranges = [_range(words, points) for words in outcomes if words != UNGRADED]
    if score is None:
        return UNGRADED in outcomes
    return any(least <= score <= most for least, most in ranges)


def _range(words: str, points: Mapping[str, float]) -> tuple[float, float]:
    least, _, most = words.partition(" to ")
    return _mark(least, points), _mark(most or least, points)


def _mark(words: str, points: Mapping[str, float]) -> float:
    if words == ALL:
        return sum(points.values())
    if words.startswith(ALL_BUT):
        return sum(points.values()) - _sum(words.removeprefix(ALL_BUT), points)
    return _sum(words, points)


def _sum(words: str, points: Mapping[str, float]) -> float:
    """Return a number of points, or those of the rules that are named."""
    if words.isdecimal():
        return float(words)
    names = words.split(", ")
    if unknown := set(names) - set(points):
        raise ValueError(f"{words!r} says no mark: {unknown} is not asked.")
    return sum(points[name] for name in names)


def _read(path: Path) -> Cell:
    text = path.read_text(encoding="utf-8")
    head = HEAD.match(text)
    if not head:
        raise ValueError(f"{path.name} does not begin with '# gets: …' and a sentence.")
    deserved, attack, sample = head.groups()
    assignment = "client" if path.stem.startswith("client_") else "rotation"
    honest = solution(assignment, sample) if sample else ""
    # The head stays out: a submission does not say what it is.
    return Cell(path.stem, assignment, attack, deserved, honest + text[head.end() :])

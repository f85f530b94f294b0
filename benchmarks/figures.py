"""Say what a benchmark has found: at once, and to whoever collects it for a table."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

COLLECTED = "REFRESH_FIGURES"  # names the file in which figures are collected, if anybody does so
WIDTHS = (58, 14, 44, 6, 13)
HEADS = ("", "figure", "peer", "ratio", "goal")


@dataclass(frozen=True)
class Figure:
    """Hold a figure with its unit, a peer's in the same unit, and a goal.

    The goal is for the ratio where there is a peer: at least so many times as good. Else the figure
    is to be no greater.
    """

    what: str
    figure: float
    unit: str
    peer: str = ""
    peers: float = 0.0
    goal: float = 0.0
    more_is_better: bool = False

    @property
    def ratio(self) -> float:
        """Return how many times as good as the peer's it is."""
        return self.figure / self.peers if self.more_is_better else self.peers / self.figure

    @property
    def is_missed(self) -> bool:
        """Return whether there is a goal, and the figure does not reach it."""
        if not self.goal:
            return False
        return self.ratio < self.goal if self.peer else self.figure > self.goal

    def __str__(self) -> str:
        sign = "≥" if self.peer else "≤"
        goal = f"{sign} {self.goal:.3g}{' missed' * self.is_missed}" if self.goal else ""
        peer = f"{self.peer}: {told(self.peers)} {self.unit}" if self.peer else ""
        ratio = f"{self.ratio:.2f}" if self.peer else ""
        return line(self.what, f"{told(self.figure)} {self.unit}", peer, ratio, goal)


def told(figure: float) -> str:
    """Return a figure with three digits, or more where it has more before the point."""
    return f"{figure:.0f}" if figure >= 100 else f"{figure:.3g}"


def line(*texts: str) -> str:
    """Return a line of the table."""
    cells = zip(texts, WIDTHS, strict=True)
    return "  ".join(f"{text:{width}}" for text, width in cells).rstrip()


def note(figure: Figure) -> None:
    """Print a figure, and hand it on to whoever collects."""
    print(figure, flush=True)
    if path := os.environ.get(COLLECTED):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(figure)) + "\n")


def collected(path: Path) -> list[Figure]:
    """Return what was handed on."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Figure(**json.loads(line)) for line in lines]

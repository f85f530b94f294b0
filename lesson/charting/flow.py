"""The flow of a view: boxes, arrows, and the exits it can take."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from lesson.charting.literals import Statuses
from lesson.charting.source import Label, Source


@dataclass
class Box:
    """Hold one box: its kind (start, check, action, loop or exit), text and place in the grid.

    `lines` are the lines of code it stands for; `statuses` are an exit's. `yes_when` is what a
    condition must be for the answer yes.
    """

    kind: str
    text: str
    lines: frozenset[int]
    column: int
    row: int
    step: str = ""
    statuses: Statuses = frozenset()
    label: Label | None = None
    yes_when: bool = True
    node: ast.AST | None = None


@dataclass(frozen=True)
class Arrow:
    """Lead from one box to another, by their numbers; `text` says when."""

    source: int
    target: int
    text: str = ""


Ends = list[tuple[int, str]]  # arrows that still look for their next box


@dataclass
class Flow:
    """Hold the chart of a view; `notes` tell what is not drawn."""

    source: Source
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refusals: dict[str, Statuses] = field(default_factory=dict)
    rows: int = 0

    @property
    def exits(self) -> set[int | None]:
        """Return every status the view can answer with; None is one that only a run tells."""
        drawn = (box.statuses for box in self.boxes if box.kind == "exit")
        return set().union(*drawn, *self.refusals.values())

    def draw(
        self,
        kind: str,
        text: str,
        ends: Ends,
        column: int = 0,
        lines: frozenset[int] = frozenset(),
        statuses: Statuses = frozenset(),
    ) -> int:
        """Draw a box below all others, or an exit beside the box it comes from; return its number.

        `ends` are the arrows that lead to it: the box each comes from, and what it says.
        """
        number = len(self.boxes)
        beside = kind == "exit" and len(ends) == 1 and column > 0
        row = self._beside(ends[0][0], column) if beside else None
        if row is None:
            row, self.rows = self.rows, self.rows + 1
        self.boxes.append(Box(kind, text, lines, column, row, statuses=statuses))
        self.arrows += [Arrow(source, number, text) for source, text in ends]
        return number

    def _beside(self, source: int, column: int) -> int | None:
        """Return the row of the box an exit comes from, where there is room beside it."""
        row = self.boxes[source].row
        taken = {(box.column, box.row) for box in self.boxes}
        near = self.boxes[source].column == column - 1
        return row if near and (column, row) not in taken else None

    def boxes_at(self, line: int) -> list[int]:
        """Return the numbers of the boxes a line belongs to, the outer one first."""
        return [number for number, box in enumerate(self.boxes) if line in box.lines]

    def table_boxes(self) -> Iterator[tuple[int, Box]]:
        """Yield (number, box) for each box that has a row of its own in the execution table."""
        for number, box in enumerate(self.boxes):
            if box.kind != "start" and not is_failure(box):
                yield number, box

    def failures(self) -> list[tuple[int, str]]:
        """Return (box, step it comes from) for each exit that refuses."""
        return [
            (number, self._step_before(number))
            for number, box in enumerate(self.boxes)
            if is_failure(box)
        ]

    def _step_before(self, number: int) -> str:
        before = [self.boxes[arrow.source] for arrow in self.arrows if arrow.target == number]
        return next((box.step for box in before if box.step), "")


def is_failure(box: Box) -> bool:
    """Return whether a box is an exit with nothing but statuses from 400 on."""
    return box.kind == "exit" and all(status and status >= 400 for status in box.statuses)

"""What was missed: which letters drew how many, and which rules were broken."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from grading.examining.result import Mark
from grading.gradebook.row import GRADED, Row
from grading.reporting.item_analysis import checks_of, label_of

LETTERS = ("A", "B", "C", "D")
SHOWN_LINES = 2  # of a message: expected and actual, and the tutor's line


@dataclass(frozen=True)
class Options:
    """Count who chose which letter of one question; `right` is "" where nobody got it."""

    label: str
    right: str
    chosen: dict[str, int]
    other: int
    blank: int

    @property
    def students(self) -> int:
        """Return how many are counted."""
        return sum(self.chosen.values()) + self.other + self.blank

    @property
    def favourite(self) -> str:
        """Return the wrong letters that drew most, as in "B" or "A and C"; "" where none did."""
        wrong = {letter: count for letter, count in self.chosen.items() if letter != self.right}
        most = max(wrong.values(), default=0)
        return " and ".join(letter for letter in wrong if wrong[letter] == most) if most else ""


@dataclass(frozen=True)
class Failure:
    """Count who broke one rule; `said` is what most of them read, `heard` how many did."""

    label: str
    title: str
    failed: int
    blank: int
    graded: int
    said: str
    heard: int


def options_of(rows: Iterable[Row]) -> list[Options]:
    """Return the letters of each question with letters, in order."""
    marks = [mark for mark in _marks(rows) if not mark.rule]
    if not any(mark.answer for mark in marks):
        return []
    return [_options(same) for same in _by_check(marks)]


def failures_of(rows: Iterable[Row]) -> list[Failure]:
    """Return how often each rule was broken, the most broken one first."""
    found = [_failure(same) for same in _by_check(mark for mark in _marks(rows) if mark.rule)]
    return sorted(found, key=lambda failure: -failure.failed)


def _marks(rows: Iterable[Row]) -> list[Mark]:
    graded = [row.result for row in rows if row.status == GRADED and row.result]
    return [mark for result in graded for mark in result.marks]


def _by_check(marks: Iterable[Mark]) -> list[list[Mark]]:
    every = list(marks)
    return [[m for m in every if m.check == check] for check in checks_of([tuple(every)])]


def _options(marks: list[Mark]) -> Options:
    tried = [mark for mark in marks if mark.attempted]
    given = Counter(mark.answer for mark in tried)
    right = {mark.answer for mark in tried if mark.answer and mark.score >= mark.points > 0}
    letters = sorted({*LETTERS, *right})
    return Options(
        label=label_of(marks[0]),
        right=min(right, default=""),
        chosen={letter: given[letter] for letter in letters},
        other=sum(count for answer, count in given.items() if answer not in letters),
        blank=len(marks) - len(tried),
    )


def _failure(marks: list[Mark]) -> Failure:
    failed = [mark for mark in marks if mark.attempted and mark.score < mark.points]
    said = Counter(_opening(mark.message) for mark in failed)
    # Of two equally frequent ones the first in the alphabet, so that two runs say the same.
    most, heard = min(said.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
    return Failure(
        label=label_of(marks[0]),
        title=marks[0].title,
        failed=len(failed),
        blank=sum(not mark.attempted for mark in marks),
        graded=len(marks),
        said=most,
        heard=heard,
    )


def _opening(message: str) -> str:
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return "\n".join(lines[:SHOWN_LINES])

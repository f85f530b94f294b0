"""The numbers of the class report: marks, and how each question went."""

import math
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from grading.examining.result import Mark
from grading.gradebook.row import GRADED, Row

ENOUGH = 10  # graded submissions, below which a correlation is mostly chance
MOST_BARS = 13
CLEARLY, SOMEWHAT = 0.4, 0.2
EASINESS = [
    (0.9, "Nearly everyone got it."),
    (0.7, "Most got it."),
    (0.5, "More than half got it."),
    (0.3, "Fewer than half got it."),
    (0.1, "Few got it."),
    (0.0, "Hardly anyone got it."),
]


@dataclass(frozen=True)
class Bar:
    """Count the marks that `name` says, as in: 4 to 5, or of fractions: 4 to <6."""

    name: str
    count: int


@dataclass(frozen=True)
class Spread:
    """Hold the marks of a class in five numbers and as bars; `best` is the full mark."""

    marks: int
    best: float
    lowest: float
    median: float
    mean: float
    highest: float
    full: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Question:
    """Hold how one question went; a number that cannot be told is None, and `why_not` says why."""

    check: str
    label: str
    title: str
    points: float
    answered: int
    graded: int
    share: float | None
    discrimination: float | None
    why_not: str
    reading: str


def count_statuses(rows: Iterable[Row]) -> dict[str, int]:
    """Return how many rows have each status."""
    return dict(Counter(row.status for row in rows))


def spread_of(rows: Iterable[Row]) -> Spread | None:
    """Return how the marks of those graded are spread; None where nobody has a mark."""
    graded = [row for row in rows if row.status == GRADED and row.score is not None]
    if not graded:
        return None
    marks = [row.score for row in graded]
    best = max(row.max_score for row in graded)
    return Spread(
        marks=len(marks),
        best=best,
        lowest=min(marks),
        median=statistics.median(marks),
        mean=math.fsum(marks) / len(marks),
        highest=max(marks),
        full=sum(mark >= best for mark in marks),
        bars=_bars(marks, best),
    )


def questions_of(rows: Iterable[Row]) -> list[Question]:
    """Return how each question went, in order; a row without a result counts nowhere."""
    papers = [row.result.marks for row in rows if row.status == GRADED and row.result]
    return [_question(check, papers) for check in checks_of(papers)]


def checks_of(papers: Iterable[tuple[Mark, ...]]) -> list[str]:
    """Return the names of the checks in order: check-2 stands before check-10."""
    return sorted({mark.check for paper in papers for mark in paper}, key=_in_order)


def label_of(mark: Mark) -> str:
    """Return what a reader calls it, as in: 3 or, of a rule, 3 rotates."""
    return f"{mark.check.removeprefix('check-')} {mark.rule}".strip()


def _in_order(name: str) -> tuple[int, str]:
    return len(name), name


def _bars(marks: list[float], best: float) -> tuple[Bar, ...]:
    """Return bars of one whole width, from 0 to the full mark or beyond."""
    top = max(best, *marks)
    width = next(w for k in range(12) for w in (10**k, 2 * 10**k, 5 * 10**k) if _fits(top, w))
    counts = Counter(max(0, math.floor(mark / width)) for mark in marks)
    whole = all(mark == int(mark) for mark in [*marks, top])
    lows = range(0, math.floor(top) + 1, width)
    return tuple(Bar(_range(low, width, top, whole), counts[low // width]) for low in lows)


def _range(low: int, width: int, top: float, whole: bool) -> str:
    """Return the marks of one bar; the last one ends with the highest mark there is."""
    high = low + width
    if not whole and high <= top:
        return f"{low} to <{high}"
    last = min(high - 1, top) if whole else top
    return f"{low}" if last == low else f"{low} to {last:g}"


def _fits(top: float, width: int) -> bool:
    return top / width < MOST_BARS


def _question(check: str, papers: list[tuple[Mark, ...]]) -> Question:
    pairs = [(mark, paper) for paper in papers for mark in paper if mark.check == check]
    marks = [mark for mark, _ in pairs]
    share = _share(marks)
    discrimination, why_not = _discrimination(pairs)
    return Question(
        check=check,
        label=label_of(marks[0]),
        title=marks[0].title,
        points=marks[0].points,
        answered=sum(mark.attempted for mark in marks),
        graded=len(marks),
        share=share,
        discrimination=discrimination,
        why_not=why_not,
        reading=_reading(share, discrimination, why_not),
    )


def _share(marks: list[Mark]) -> float | None:
    points = math.fsum(mark.points for mark in marks)
    return math.fsum(mark.score for mark in marks) / points if points else None


def _discrimination(pairs: list[tuple[Mark, tuple[Mark, ...]]]) -> tuple[float | None, str]:
    """Return the correlation of a question's score with that of all others, or None and why.

    The question itself is left out of the rest, else it would correlate with itself.
    """
    own = [mark.score for mark, _ in pairs]
    rest = [_rest(mark, paper) for mark, paper in pairs]
    if len(pairs) < ENOUGH:
        return None, f"fewer than {ENOUGH} are graded"
    if len(set(own)) == 1:
        return None, "everyone got the same here"
    if len(set(rest)) == 1:
        return None, "everyone got the same on the other questions"
    return statistics.correlation(own, rest), ""


def _rest(own: Mark, paper: tuple[Mark, ...]) -> float:
    """Return what the other questions brought; rounded, so that equal sums are equal."""
    return round(math.fsum(mark.score for mark in paper if mark.check != own.check), 9)


def _reading(share: float | None, discrimination: float | None, why_not: str) -> str:
    if share is None:
        return "It brings no points."
    easiness = next((text for least, text in EASINESS if share >= least), EASINESS[-1][1])
    if discrimination is None:
        return f"{easiness} Whether it tells strong from weak cannot be told: {why_not}."
    return f"{easiness} {_telling(discrimination)}"


def _telling(discrimination: float) -> str:
    if discrimination >= CLEARLY:
        return "It tells strong from weak clearly."
    if discrimination >= SOMEWHAT:
        return "It tells strong from weak somewhat."
    if discrimination >= 0:
        return "It hardly tells strong from weak."
    return "Those who are strong elsewhere got it less often: read the question and its key again."

"""The report in a few sentences, for whoever reads no further."""

from collections.abc import Sequence

from grading.gradebook.row import GRADED, MISSING, TO_READ, UNGRADED, Row
from grading.reporting.failures import Failure, Options
from grading.reporting.item_analysis import Question, Spread, count_statuses
from grading.reporting.similarity import Pair
from grading.reporting.tables import number, percent

QUESTION_HEAD = ["question", "points", "attempted", "got", "discrimination", "what this says"]
FAILURE_HEAD = ["rule", "broken by", "not attempted", "what most of them read"]
STATUSES = (GRADED, TO_READ, UNGRADED, MISSING)
MOST_PAIRS = 100  # in the table; a class that copied all from one has thousands


def in_short(
    rows: Sequence[Row], spread: Spread | None, questions: Sequence[Question], pairs: Sequence[Pair]
) -> list[str]:
    """Return who is graded, the middle mark, what was hardest, and what to look at."""
    if not rows:
        return ["Nobody is on the class list."]
    return [
        _graded(rows),
        *([_middle(spread)] if spread else []),
        *_hardest(questions),
        *_doubtful(questions),
        *_look_at(pairs),
    ]


def whole_class(rows: Sequence[Row]) -> list[list[object]]:
    """Return a line for each status: its name, how many, and their share of the class.

    That a person has to read something is told only where it is so.
    """
    found = count_statuses(rows)
    names = [name for name in STATUSES if name in found or name != TO_READ]
    counts = dict.fromkeys(names, 0) | found
    return [
        *([name, count, percent(count / max(1, len(rows)))] for name, count in counts.items()),
        ["class list", len(rows), percent(min(1, len(rows)))],
    ]


def marks_lines(spread: Spread) -> list[list[object]]:
    """Return the marks in numbers, a name and a number a line."""
    return [
        ["highest", f"{spread.highest:g}"],
        ["median", f"{spread.median:g}"],
        ["mean", f"{spread.mean:.1f}"],
        ["lowest", f"{spread.lowest:g}"],
        ["students with full marks", spread.full],
    ]


def question_lines(questions: Sequence[Question]) -> list[list[object]]:
    """Return a line a question: what it is, its numbers, and what they say."""
    return [
        [
            named(q.label, q.title),
            f"{q.points:g}",
            f"{q.answered} of {q.graded}",
            percent(q.share),
            number(q.discrimination),
            q.reading,
        ]
        for q in questions
    ]


def option_head(options: Sequence[Options]) -> list[str]:
    """Return the names of the columns of `option_lines`."""
    return ["question", "right", *_letters(options), "other", "not attempted", "wrong, drew most"]


def option_lines(options: Sequence[Options]) -> list[list[object]]:
    """Return a line a question: the right letter, counts of each, and the wrong one that drew."""
    letters = _letters(options)
    return [
        [
            option.label,
            option.right or "nobody got it",
            *(option.chosen.get(letter, 0) for letter in letters),
            option.other,
            option.blank,
            _drew(option),
        ]
        for option in options
    ]


def failure_lines(failures: Sequence[Failure]) -> list[list[object]]:
    """Return a line a rule: what it is, how many broke it, and what most of them read."""
    return [
        [named(f.label, f.title), f.failed, f.blank, _heard(f) if f.failed else "nothing"]
        for f in failures
    ]


def pair_lines(pairs: Sequence[Pair]) -> list[list[object]]:
    """Return a line a pair, of the most alike ones."""
    return [
        [pair.first, pair.second, percent(pair.share), pair.what] for pair in pairs[:MOST_PAIRS]
    ]


def named(label: str, title: str) -> str:
    """Return a question's label with its title, where it has one."""
    return f"{label} · {title}" if title else label


def _graded(rows: Sequence[Row]) -> str:
    counts = count_statuses(rows)
    graded, ungraded, missing = (counts.get(name, 0) for name in (GRADED, UNGRADED, MISSING))
    held = f"a person has yet to read {counts[TO_READ]}; " if TO_READ in counts else ""
    return (
        f"{graded} of {len(rows)} students are graded; {held}{ungraded} handed in what could not "
        f"be graded, and {missing} handed in nothing."
    )


def _middle(spread: Spread) -> str:
    return (
        f"The median mark is {spread.median:g} of {spread.best:g} points; marks go from "
        f"{spread.lowest:g} to {spread.highest:g}, and {spread.full} got full marks."
    )


def _hardest(questions: Sequence[Question]) -> list[str]:
    told = [question for question in questions if question.share is not None]
    if len(told) < 2:
        return []
    hardest, easiest = (choose(told, key=lambda q: q.share) for choose in (min, max))
    return [
        f"Hardest was {hardest.label} with {percent(hardest.share)} of its points, easiest "
        f"{easiest.label} with {percent(easiest.share)}."
    ]


def _doubtful(questions: Sequence[Question]) -> list[str]:
    """Name the questions that the strong got less often than the weak."""
    names = [q.label for q in questions if q.discrimination is not None and q.discrimination < 0]
    return [f"Read again, as the strong got it less often: {', '.join(names)}."] if names else []


def _look_at(pairs: Sequence[Pair]) -> list[str]:
    if not pairs:
        return ["No two submissions look alike."]
    if len(pairs) == 1:
        return ["One pair of submissions looks alike."]
    return [f"{len(pairs)} pairs of submissions look alike."]


def _letters(options: Sequence[Options]) -> list[str]:
    return sorted({letter for option in options for letter in option.chosen})


def _drew(option: Options) -> str:
    if not option.right:
        return "cannot be told"
    return option.favourite or "none"


def _heard(failure: Failure) -> str:
    return f"{failure.said}\n(read by {failure.heard} of {failure.failed})"

"""Pairs of submissions that look alike; nothing of them is run."""

import io
import re
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from grading.examining.result import Mark, Result
from grading.gradebook.row import Row

ALIKE = 0.8  # of the words and signs; solutions of rotation that were written apart share 0.66
WRONG_ALIKE = 3  # questions
LONGEST_TEXT = 50_000  # characters of a cell that are read
LONGEST = 5_000  # words and signs of a submission that are compared; a solution has about 500
SHORTEST = 20  # words and signs, below which two answers agree by chance
UNSEEN = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)  # there may be two million
class Pair:
    """Hold two students and how much of their work is the same, from 0 to 1."""

    first: str
    second: str
    share: float
    what: str


def pairs_of(rows: Iterable[Row]) -> list[Pair]:
    """Return the pairs that look alike, the most alike first; blanks are left out."""
    tried = [row for row in rows if row.result and _tried(row.result)]
    code = [row for row in tried if _is_code(row.result)]
    letters = [row for row in tried if not _is_code(row.result)]
    found = [*_alike_in_code(code), *_alike_in_letters(letters)]
    return sorted(found, key=lambda pair: (-pair.share, pair.first, pair.second))


def words(source: str) -> list[str]:
    """Return a source's words and signs without comments and layout; names are kept.

    Text that is no Python is cut into words as it stands.
    """
    text = source[:LONGEST_TEXT]
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return WORD.findall(text)
    return [token.string for token in tokens if token.type not in UNSEEN]


def _tried(result: Result) -> bool:
    return any(mark.attempted for mark in result.marks)


def _is_code(result: Result) -> bool:
    return any(mark.rule for mark in result.marks)


def _alike_in_code(rows: list[Row]) -> list[Pair]:
    """Compare everyone with everyone, by words and signs, in the order they stand in."""
    texts = {row.student: _all_words(row.result) for row in rows}
    students = [student for student, text in texts.items() if len(text) >= SHORTEST]
    if not students:
        return []
    chosen = [texts[student] for student in students]
    shares = cdist(
        chosen, chosen, scorer=Indel.normalized_similarity, score_cutoff=ALIKE, workers=-1
    )
    return [
        Pair(students[i], students[j], float(shares[i, j]), "words and signs, in the same order")
        for i, j in zip(*shares.nonzero(), strict=True)
        if i < j
    ]


def _all_words(result: Result) -> list[str]:
    found = [word for _, source in sorted(result.answers.items()) for word in words(source)]
    return found[:LONGEST]


def _alike_in_letters(rows: list[Row]) -> list[Pair]:
    """Pair those who gave the same answer everywhere, and the same wrong ones among them."""
    same: dict[tuple, list[Row]] = {}
    for row in rows:
        same.setdefault(tuple(_given(mark) for mark in row.result.marks), []).append(row)
    return [
        Pair(first.student, second.student, 1.0, f"the same wrong answers: {', '.join(wrong)}")
        for group in same.values()
        if len(wrong := _wrong(group[0].result)) >= WRONG_ALIKE
        for first, second in combinations(group, 2)
    ]


def _given(mark: Mark) -> tuple[str, bool, str]:
    return mark.check, mark.attempted, mark.answer


def _wrong(result: Result) -> list[str]:
    return [
        f"{mark.check.removeprefix('check-')} {mark.answer}"
        for mark in result.marks
        if mark.attempted and mark.answer and mark.score < mark.points
    ]

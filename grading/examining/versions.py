"""Which release of an assignment a submission answers, and what is asked of it by today's rules."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grading.errors import Ungradable
from grading.examining.code_answers import RULES, named_rule
from grading.examining.exercise import Check, Exercise
from grading.examining.release import stamped
from grading.submission import Cell

QUESTION = re.compile(r"question-(\d+)")
UNKNOWN = (
    "It is of another version of {name}, which the gradebook does not know{where}: nothing was "
    "marked by questions that it does not answer. Once you have read it, make regrade "
    'OPTIONS="--student … --as-read" marks it by today\'s.'
)


class OtherVersion(Ungradable):
    """Raised with one sentence where a submission answers no version that is known."""


def answered(
    versions: Sequence[Exercise], metadata: Mapping[str, Any], cells: Sequence[Cell]
) -> Exercise:
    """Return the version that a notebook answers; `versions` are those known, today's first.

    Its stamp tells, and where it has none, its questions. Raises OtherVersion where neither fits.
    """
    today, found = versions[0], stamped(metadata)
    if found:
        for version in versions:
            if version.release == found:
                return version
        raise OtherVersion(UNKNOWN.format(name=today.name, where=""))
    for version in versions:
        if not (first := next(_contradictions(version, cells), "")):
            return version
        if version is today:
            where = f" ({first} differs)"
    raise OtherVersion(UNKNOWN.format(name=today.name, where=where))


def for_today(version: Exercise, today: Exercise) -> Exercise:
    """Return a version of code with the rules that are new since at its end, for no points."""
    rules = RULES.get(version.name, {})
    named = {named_rule(check.source) for check in version.checks}
    new = [check for check in today.checks if rules and named_rule(check.source) not in named]
    return replace(version, cells=(*version.cells, *map(_unasked, new)))


def _unasked(check: Check) -> dict[str, Any]:
    rule = named_rule(check.source)
    marks = {"grade": True, "solution": False, "locked": True, "points": 0, "schema_version": 3}
    name = f"check-{rule}"
    metadata = {"nbgrader": marks | {"grade_id": name}}
    return {"id": name, "cell_type": "code", "source": check.source, "metadata": metadata}


def _contradictions(version: Exercise, cells: Sequence[Cell]) -> Iterator[str]:
    """Yield the questions of a version that a notebook asks otherwise, or not at all."""
    ids = {name for cell in cells for name in cell.ids if name}
    prose = [cell for cell in cells if cell.kind == "markdown"]
    for question in _questions(version):
        name, lines = question["id"], _lines(question["source"])
        own = [cell for cell in prose if name in cell.ids]
        own = own or [cell for cell in prose if _lines(cell.source)[:1] == lines[:1]]
        kept = any(_holds(_lines(cell.source), lines) for cell in own)
        if not kept and (own or _is_without(ids, name)):
            yield name


def _questions(version: Exercise) -> list[dict[str, Any]]:
    return [
        cell
        for cell in version.cells
        if cell["cell_type"] == "markdown" and QUESTION.fullmatch(cell["id"])
    ]


def _is_without(ids: set[str], name: str) -> bool:
    """Return whether a notebook asks other questions, and has neither check nor answer of this."""
    number = QUESTION.fullmatch(name)[1]
    own = {f"check-{number}", f"answer-{number}"} & ids
    return not own and any(QUESTION.fullmatch(other) for other in ids)


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _holds(whole: list[str], part: list[str]) -> bool:
    """Return whether one text has all lines of another in order: a student may add notes."""
    rest = iter(whole)
    return all(line in rest for line in part)

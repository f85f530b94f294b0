"""Which release of an assignment a submission answers, and what is asked of it by today's rules."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from grading.errors import Ungradable
from grading.examining.exercise import Check, Exercise, named_rule
from grading.examining.release import stamped
from grading.submission import Cell

QUESTION = re.compile(r"question-(\d+)")
OPTION = re.compile(r"\W{0,8}([A-Ha-h])\s?[^\w\s]\W{0,8}(\S.*)")
POINTS = re.compile(r"(\d+) points?$")
LONGEST = 1000  # characters of a line that are looked at: nobody's question has more
MOST = 20  # cells that may be one question's
ALIKE = 0.5  # of 1, from which on two texts are taken for wordings of one option
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

    Its stamp tells, and where it has none, its questions. Where no version fits, code answers
    today's, as its rules are today's. Raises OtherVersion for any other.
    """
    today, found = versions[0], stamped(metadata)
    if found:
        fitting = [version for version in versions if version.release == found]
    else:
        fitting = [each for each in versions if not any(_contradictions(each, cells))]
    if fitting:
        return fitting[0]
    if not found and today.is_code:
        return today
    differs = "" if found else f" ({next(_contradictions(today, cells))} differs)"
    raise OtherVersion(UNKNOWN.format(name=today.name, where=differs))


def for_today(version: Exercise, today: Exercise) -> Exercise:
    """Return a version of code with the rules that are new since at its end, for no points."""
    named = {named_rule(check.source) for check in version.checks}
    new = [
        check for check in today.checks if today.is_code and named_rule(check.source) not in named
    ]
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
        name, heading = question["id"], _heading(question["source"])
        own = [cell for cell in prose if name in cell.ids]
        own = own or [cell for cell in prose if _heading(cell.source) == heading]
        asked = any(asks_the_same(question["source"], cell.source) for cell in own[:MOST])
        if not asked and (own or _is_without(ids, name)):
            yield name


def asks_the_same(question: str, found: str) -> bool:
    """Return whether a question is the one that was found, whatever was changed in its words.

    It brings other points where its heading says so, and is another one where an option stands at
    another letter, or is unlike that at its own. A student may add notes and take options out.
    """
    ours, theirs = (POINTS.search(_heading(text)) for text in (question, found))
    if ours and theirs and ours[1] != theirs[1]:
        return False
    options = _options(question)
    return all(_is_at_its_letter(*option, options) for option in _options(found).items())


def _is_at_its_letter(letter: str, text: str, options: Mapping[str, str]) -> bool:
    if not options:
        return True
    likeness = {other: _likeness(known, text) for other, known in options.items()}
    best = max(likeness.values())
    return likeness.get(letter, 0.0) == best and best >= ALIKE


def _likeness(known: str, text: str) -> float:
    return 1.0 if known in text else SequenceMatcher(None, known, text, autojunk=False).ratio()


def _options(text: str) -> dict[str, str]:
    """Return letter → text of the options: lines that begin with A, B, C … one after another."""
    found: dict[str, str] = {}
    lines = (line[:LONGEST] for line in text.splitlines())
    for line in filter(None, map(OPTION.match, lines)):
        letter = line[1].upper()
        if letter == "A" and len(found) < 2:  # what came before was a sentence
            found = {}
        if letter == chr(ord("A") + len(found)):
            found[letter] = " ".join(line[2].split())
    return found


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


def _heading(text: str) -> str:
    lines = (line[:LONGEST] for line in text.splitlines() if line.strip())
    return next((" ".join(line.split()) for line in lines), "")

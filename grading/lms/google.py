"""Google Classroom and Drive: one folder with everybody's files, named after people."""

import re
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from grading.gradebook.row import Enrolled
from grading.lms.names import Owner, student_id, words
from grading.lms.people import bears
from grading.lms.titles import assignment_of, stem

# "Ada Lovelace - practice.ipynb", or the other way round
DASH = re.compile(r"\s+[-\u2013\u2014]\s+")
AGAIN = re.compile(r"\s*\([0-9]+\)$")  # Drive's, behind a name that stands there already


def owner(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    """Return whose file it is where a full name stands on one side of a dash, a title on the other.

    A single word is no full name: practice - Copy and practice - final are by nobody of that name.
    """
    if len(parts) > 1 + wrapped:
        return None
    found = [
        made
        for name, title, made in _readings(parts[-1])
        if _is_full_name(name)
        and assignment_of(title, assignments)
        and not assignment_of(name, assignments)
    ]
    return found[0] if len(found) == 1 else None


def of_class_list(
    parts: tuple[str, ...], people: Collection[Enrolled], wrapped: bool
) -> Owner | None:
    """Return whose file it is where the name of one on the class list stands beside a dash."""
    if len(parts) > 1 + wrapped:
        return None
    readings = _readings(parts[-1])
    found = [made for name, _, made in readings if any(bears(p, name) for p in people)]
    return found[0] if len(found) == 1 else None


def _readings(file: str) -> Iterator[tuple[str, str, Owner]]:
    """Return each pair of name and title that a file's name can be read as, with its owner."""
    base = stem(file) if stem(file) != file else PurePosixPath(file).stem
    ending, sides = file[len(base) :], DASH.split(base)
    for name, rest in ((sides[0], sides[1:]), (AGAIN.sub("", sides[-1]), sides[:-1])):
        if rest:
            title = " - ".join(rest)
            yield name, title, Owner(student_id(name), title + ending, name)


def _is_full_name(name: str) -> bool:
    found = words(name)
    return len(found) > 1 and not any(character.isdigit() for character in name)

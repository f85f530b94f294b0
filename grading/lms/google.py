"""Google Classroom and Drive: one folder with everybody's files, named after people."""

import re
from collections.abc import Collection

from grading.lms.names import Owner, student_id, words
from grading.lms.titles import assignment_of, is_notebook, stem

DASH = re.compile(
    r"\s+[-\u2013\u2014]\s+"
)  # "Ada Lovelace - practice.ipynb", or the other way round


def owner(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    """Return whose notebook it is where its name has a full name on one side of a dash.

    A single word is no full name: practice - Copy and practice - final are by nobody of that name.
    """
    sides = DASH.split(stem(parts[-1]))
    if len(sides) != 2 or not is_notebook(parts[-1]) or len(parts) > 1 + wrapped:
        return None
    titles = [assignment_of(f"{side}.ipynb", assignments) for side in sides]
    name = sides[1] if titles[0] else sides[0]
    if bool(titles[0]) == bool(titles[1]) or not _is_full_name(name):
        return None
    return Owner(student_id(name), f"{sides[0] if titles[0] else sides[1]}.ipynb", name)


def _is_full_name(name: str) -> bool:
    found = words(name)
    return len(found) > 1 and not any(character.isdigit() for character in name)

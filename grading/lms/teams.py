"""Who is in which team, as a CSV file says: Moodle's grading worksheet, or a list of one's own."""

import re
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path

from grading.gradebook.book import Enrolled
from grading.lms.names import words
from grading.lms.people import bears
from grading.lms.sheet import read_sheet

IDENTIFIER = re.compile(r"\D+\s(\d+)")  # "Participant 12345", in any language
SEPARATOR = re.compile(r"\s*[,;\n]\s*")


class Teams:
    """Hold the lines of the file: whichever cell is a team's name, the others say who is in it."""

    def __init__(self, path: Path) -> None:
        """Read the file; raise GradingError where there is none, or only one column in it."""
        sheet = read_sheet(path, lambda sheet: len(sheet.header) > 1)
        width = max(len(row) for row in sheet.rows)
        self.name = path.name
        self.lines = [
            [sheet.cell(at, column) for column in range(width)] for at in range(len(sheet.rows))
        ]

    def members(
        self, team: str, people: Collection[Enrolled]
    ) -> tuple[list[Enrolled], list[str]] | None:
        """Return who is in a team, and what it says of people who are on no class list.

        None where the file has no such team.
        """
        lines = [line for line in self.lines if any(_is(cell, team) for cell in line)]
        found, strangers = {}, []
        for line in lines:
            cells = [cell for cell in line if cell and not _is(cell, team)]
            meant = [person for person in people if _names(cells, line[0], person)]
            found |= {person.student: person for person in meant}
            unknown = [part for cell in cells for part in _unknown(cell, people)]
            strangers += unknown if meant else [", ".join(cells)]
        return (list(found.values()), strangers) if lines else None


def _is(cell: str, team: str) -> bool:
    """Return whether a cell is a team's name; LMSs drop some characters from it in file names."""
    return bool(words(team)) and "".join(words(cell)) == "".join(words(team))


def _names(cells: list[str], first: str, person: Enrolled) -> bool:
    """Return whether cells of a line name a person, by id, e-mail, participant number or name."""
    number = IDENTIFIER.fullmatch(first)
    if number and person.lms_user_id == number[1]:
        return True
    ids = {person.student.casefold(), (person.email or person.student).casefold()}
    parts = [part for cell in cells for part in [cell, *_several(cell)]]
    together = [f"{one} {two}" for one, two in pairwise(cells)]
    return any(part.casefold() in ids for part in parts) or any(
        bears(person, part) for part in [*parts, *together]
    )


def _unknown(cell: str, people: Collection[Enrolled]) -> list[str]:
    """Return who is on no class list of a cell that lists people.

    A date has commas too, and "Lovelace, Ada" is one person.
    """
    if any(bears(person, cell) for person in people):
        return []
    parts = _several(cell)
    left = [part for part in parts if not any(_names([part], "", person) for person in people)]
    return left if len(left) < len(parts) else []


def _several(cell: str) -> list[str]:
    """Return the people in a cell that lists them, as "Ada Lovelace, Bob Roe"."""
    parts = list(filter(None, SEPARATOR.split(cell)))
    return parts if len(parts) > 1 else []

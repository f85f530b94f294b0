"""Who is in which team, as a CSV file says: Moodle's grading worksheet, or a list of one's own."""

import re
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path

from grading.gradebook.row import Enrolled
from grading.lms.names import words
from grading.lms.people import bears
from grading.lms.sheet import read_sheet

IDENTIFIER = re.compile(r"\D{3,}?\s*(\d+)")  # "Participant 12345", "Teilnehmer/in12345"
NOBODY = "is on no class list"
SEVERAL = "is the name of several people: name their ids or e-mail addresses"
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
    ) -> tuple[list[Enrolled], list[tuple[str, str]]] | None:
        """Return who is in a team, and whoever else it names with what is wrong about them.

        None where the file has no such team.
        """
        lines = [line for line in self.lines if any(_is(cell, team) for cell in line)]
        found, others = {}, []
        for line in lines:
            cells = [cell for cell in line if cell and not _is(cell, team)]
            number = IDENTIFIER.fullmatch("" if _is(line[0], team) else line[0])
            meant, shared = _meant(cells, number and number[1], people)
            found |= {person.student: person for person in meant}
            unknown = [part for cell in cells for part in _unknown(cell, people)]
            unknown = unknown if meant or shared else [", ".join(cells)]
            others += [(name, NOBODY) for name in unknown] + [(name, SEVERAL) for name in shared]
        return (list(found.values()), others) if lines else None


def _meant(
    cells: list[str], number: str | None, people: Collection[Enrolled]
) -> tuple[list[Enrolled], list[str]]:
    """Return whom a line means, and the names in it that several people bear.

    Who is told by id or e-mail, or by the participant's number unless a name says otherwise, is
    meant by their name as well, and no namesake.
    """
    parts = [part for cell in cells for part in [cell, *_several(cell)]]
    together = [f"{one} {two}" for one, two in pairwise(cells)]
    named = {name: [p for p in people if bears(p, name)] for name in [*parts, *together]}
    named = {name: bearers for name, bearers in named.items() if bearers}
    numbered = [p for p in people if number and p.lms_user_id == number]
    agreed = [p for p in numbered if not named or any(p in bearers for bearers in named.values())]
    meant = [p for p in people if _has_id(p, parts)] or agreed
    left = {name: some for name, some in named.items() if not any(p in meant for p in some)}
    alone = [some[0] for some in left.values() if len(some) == 1]
    return meant + alone, [name for name, some in left.items() if len(some) > 1]


def _has_id(person: Enrolled, parts: list[str]) -> bool:
    ids = {person.student.casefold(), (person.email or person.student).casefold()}
    return any(part.casefold() in ids for part in parts)


def _is(cell: str, team: str) -> bool:
    """Return whether a cell is a team's name; LMSs drop some characters from it in file names."""
    return bool(words(team)) and "".join(words(cell)) == "".join(words(team))


def _unknown(cell: str, people: Collection[Enrolled]) -> list[str]:
    """Return who is on no class list of a cell that lists people.

    A date has commas too, and "Lovelace, Ada" is one person.
    """
    if any(bears(person, cell) for person in people):
        return []
    parts = _several(cell)
    left = [part for part in parts if not any(_has_id(p, [part]) or bears(p, part) for p in people)]
    return left if len(left) < len(parts) else []


def _several(cell: str) -> list[str]:
    """Return the people in a cell that lists them, as "Ada Lovelace, Bob Roe"."""
    parts = list(filter(None, SEPARATOR.split(cell)))
    return parts if len(parts) > 1 else []

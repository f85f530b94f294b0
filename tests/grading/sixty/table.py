"""The class as a person wrote it down: who hands in what, and what the instructor should get.

`class.csv` has a line a student, `differences.csv` what one LMS makes of some of them, and
`teams.csv` a line a team. The letters of the practice are DACAB, worth 1, 1, 2, 2 and 3 points.
"""

import csv
from dataclasses import dataclass, fields, replace
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Student:
    """One line of the table; all but `exits` is text as it stands there.

    `list` is whether the class list has them, `shape` how the notebook is, `file` and `also` what
    the files are called, `cell` what stands in the LMS's column before, `extra` what
    the instructor adds by hand. `exits` are the commands
    that end in 1 for this student, and `says` the decisive words of the sentence, if there is one.
    """

    number: str
    first: str
    last: str
    login: str
    list: str
    answers: str
    shape: str
    file: str
    also: str
    cell: str
    extra: str
    mark: str
    status: str
    exits: tuple[str, ...]
    says: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def email(self) -> str:
        return f"{self.login}@example.org"


@dataclass(frozen=True)
class Team:
    """One line of the table of teams: five students each, by their numbers."""

    number: str
    name: str
    answers: str
    shape: str
    file: str
    mark: str
    status: str
    exits: tuple[str, ...]
    says: str


def students(lms: str) -> list[Student]:
    """Return the sixty, with what this LMS makes of them."""
    changes = {line.pop("number"): line for line in _lines("differences") if line.pop("lms") == lms}
    whole = _split(changes.pop("all", {}))
    found = [Student(**_split(line)) for line in _lines("class")]
    found = [replace(one, **_split(changes.get(one.number, {}))) for one in found]
    return [_changed(one, whole) if whole and one.file else one for one in found]


def _changed(student: Student, whole: dict) -> Student:
    """Return a student with what is said of all, and exits of all, beside their own."""
    exits = {*student.exits, *whole["exits"]}
    return replace(student, says=student.says or whole["says"], exits=tuple(exits))


def teams() -> list[Team]:
    """Return the twelve teams, the last one of those who are in none."""
    return [Team(**_split(line)) for line in _lines("teams")]


def of_teams(students: list[Student], teams: list[Team]) -> list[tuple[Student, Team]]:
    """Return each listed student with their team, and with what the team's notebook brings."""
    listed = [student for student in students if student.list == "yes"]
    listed.insert(0, listed.pop())  # two namesakes in two teams
    pairs = [(student, teams[at // 5]) for at, student in enumerate(listed)]
    names = {"mark", "status", "exits", "says", "answers", "shape", "file"}
    shared = names & {field.name for field in fields(Team)}
    return [
        (
            replace(
                student,
                **{name: getattr(team, name) for name in shared},
                also="",
                cell="",
                extra="",
            ),
            team,
        )
        for student, team in pairs
    ]


def _lines(name: str) -> list[dict[str, str]]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _split(line: dict[str, str]) -> dict:
    return line | ({"exits": tuple(line["exits"].split())} if "exits" in line else {})

"""Read the class list from the CSV file that an LMS lets one download anyway.

Most columns are named in the language of whoever downloads them; those of Canvas are not.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from grading.errors import GradingError
from grading.lms import blackboard, brightspace, canvas, moodle_worksheet
from grading.lms.columns import emails
from grading.lms.full_names import split
from grading.lms.names import is_safe, student_id
from grading.lms.sheet import Sheet, read_sheet

# How the first column is named where it is the last name, as Google Classroom writes it.
SURNAMES = {"last name", "surname", "nachname", "familienname", "nom", "nom de famille"}


@dataclass(frozen=True)
class Person:
    """One person of a class list; `student` is the id that collect would give."""

    student: str
    first_name: str
    last_name: str
    email: str
    lms_user_id: str


class ListRead(NamedTuple):
    """Hold people, a sentence for each doubt, and one where the file's encoding was guessed."""

    people: list[Person]
    problems: list[str]
    guess: str


def read(path: Path) -> ListRead:
    """Return the people in a file of an LMS.

    It is the gradebook of Canvas, Blackboard, Brightspace or Google Classroom, or Moodle's grading
    worksheet or list of participants. Raises GradingError where a file is none of these, or tells
    nobody's name.
    """
    sheet = read_sheet(path, lambda sheet: _reader(sheet) is not None)
    people = _reader(sheet)(sheet)
    if people is None:
        raise GradingError(f"{path} tells nobody's name: download it where names are shown.")
    return ListRead(*_sure(people), sheet.guess)


def _reader(sheet: Sheet) -> Callable[[Sheet], list[Person] | None] | None:
    if canvas.is_gradebook(sheet):
        return _of_canvas_all
    if brightspace.is_gradebook(sheet):
        return _of_brightspace
    if blackboard.is_gradebook(sheet):
        return _of_blackboard
    if _is_worksheet(sheet):
        return _of_worksheet
    return _of_participants if _is_list_of_participants(sheet) else None


def _of_canvas_all(sheet: Sheet) -> list[Person]:
    return [_of_canvas(sheet, line) for line in canvas.people(sheet)]


def _of_worksheet(sheet: Sheet) -> list[Person] | None:
    names = moodle_worksheet.full_names(sheet)
    if names is None:
        return None
    numbers, mail = moodle_worksheet.participants(sheet), emails(sheet)
    return [
        _person(
            sheet.cell(line, names),
            next((sheet.cell(line, at) for at in mail), ""),
            moodle_worksheet.participant(sheet.cell(line, numbers)),
        )
        for line in moodle_worksheet.people(sheet)
    ]


def _of_blackboard(sheet: Sheet) -> list[Person]:
    return [
        Person(_id(user, first, last), first, last, "", user)
        for user, first, last in blackboard.people(sheet)
    ]


def _of_brightspace(sheet: Sheet) -> list[Person]:
    return [
        Person(_id(user, first, last), first, last, email, number or user)
        for user, first, last, email, number in brightspace.people(sheet)
    ]


def _id(user: str, first: str, last: str) -> str:
    return user if is_safe(user) else student_id(f"{first} {last}", user)


def _is_list_of_participants(sheet: Sheet) -> bool:
    """Return whether two names stand before an e-mail address, as Moodle and Google export them."""
    found = emails(sheet)
    return bool(found) and found[0] >= 2


def _of_participants(sheet: Sheet) -> list[Person]:
    """Read Moodle's list, or the one of Classroom, whose lines on due dates have no address."""
    mail = emails(sheet)[0]
    first, last = (1, 0) if sheet.header[0].casefold() in SURNAMES else (0, 1)
    lines = [line for line in range(1, len(sheet.rows)) if sheet.cell(line, mail)]
    found = [[sheet.cell(line, at) for at in (first, last, mail)] for line in lines]
    alike = Counter(student_id(f"{first} {last}") for first, last, _ in found)
    return [
        Person(_apart(f"{first} {last}", email, alike), first, last, email, "")
        for first, last, email in found
    ]


def _apart(name: str, email: str, alike: Counter[str]) -> str:
    """Return an id that no namesake has: where there is one, with the address's first part."""
    plain = student_id(name)
    return student_id(f"{name} {email.partition('@')[0]}") if alike[plain] > 1 else plain


def _is_worksheet(sheet: Sheet) -> bool:
    return len(sheet.header) > 2 and moodle_worksheet.participants(sheet) is not None


def _of_canvas(sheet: Sheet, line: int) -> Person:
    login = sheet.cell(line, sheet.header.index("SIS Login ID")) if _has_login(sheet) else ""
    number = sheet.cell(line, sheet.header.index("ID"))
    return _person(canvas.sortable_name(sheet, line), login if "@" in login else "", number)


def _has_login(sheet: Sheet) -> bool:
    return "SIS Login ID" in sheet.header


def _person(name: str, email: str, number: str) -> Person:
    first, last = split(name)
    return Person(student_id(f"{first} {last}", number), first, last, email, number)


def _sure(people: list[Person]) -> tuple[list[Person], list[str]]:
    """Return the people whose lines do not contradict each other, and a sentence on the others."""
    same: dict[str, set[Person]] = defaultdict(set)
    for person in people:
        for key in filter(None, [person.lms_user_id, person.email.casefold()]):
            same[key].add(person)
    twice = {person for group in same.values() if len(group) > 1 for person in group}
    problems = [
        f"{person.first_name} {person.last_name} ({person.lms_user_id}) shares a number or an "
        "e-mail address with somebody else in the file: enrolled neither."
        for person in dict.fromkeys(people)
        if person in twice
    ]
    return [person for person in dict.fromkeys(people) if person not in twice], problems

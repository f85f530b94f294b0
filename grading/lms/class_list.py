"""Read the class list from the CSV file that an LMS lets one download anyway."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from grading.errors import GradingError
from grading.lms import canvas, moodle_worksheet
from grading.lms.full_names import split
from grading.lms.names import student_id
from grading.lms.sheet import Sheet, read_sheet


@dataclass(frozen=True)
class Person:
    """One person of a class list; `student` is the id that collect would give."""

    student: str
    first_name: str
    last_name: str
    email: str
    lms_user_id: str


def read(path: Path) -> tuple[list[Person], list[str]]:
    """Return the people of Canvas' gradebook or Moodle's worksheet, and a sentence for each doubt.

    Raises GradingError where a file is neither, or tells nobody's name.
    """
    sheet = read_sheet(path, lambda sheet: canvas.is_gradebook(sheet) or _is_worksheet(sheet))
    if canvas.is_gradebook(sheet):
        return _sure([_of_canvas(sheet, line) for line in canvas.people(sheet)])
    names = moodle_worksheet.full_names(sheet)
    if names is None:
        raise GradingError(f"{path} tells nobody's name: download it where names are shown.")
    lines = moodle_worksheet.people(sheet)
    return _sure([_of_moodle(sheet, line, names) for line in lines])


def _is_worksheet(sheet: Sheet) -> bool:
    return len(sheet.header) > 2 and moodle_worksheet.participants(sheet) is not None


def _of_canvas(sheet: Sheet, line: int) -> Person:
    login = sheet.cell(line, sheet.header.index("SIS Login ID")) if _has_login(sheet) else ""
    number = sheet.cell(line, sheet.header.index("ID"))
    return _person(canvas.sortable_name(sheet, line), login if "@" in login else "", number)


def _has_login(sheet: Sheet) -> bool:
    return "SIS Login ID" in sheet.header


def _of_moodle(sheet: Sheet, line: int, names: int) -> Person:
    number = sheet.cell(line, moodle_worksheet.participants(sheet))
    emails = [sheet.cell(line, at) for at in moodle_worksheet.emails(sheet)]
    participant = moodle_worksheet.participant(number)
    return _person(sheet.cell(line, names), next(iter(emails), ""), participant)


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

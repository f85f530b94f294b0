"""Read the class list from the file of an LMS, as downloaded."""

import argparse
import json
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, replace
from pathlib import Path

from grading.errors import GradingError
from grading.gradebook.book import Book, open_book
from grading.gradebook.row import MISSING, Row
from grading.gradebook.schema import NAMES
from grading.lms.class_list import Person, read


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("source", type=Path, nargs="?", help="the CSV file downloaded from the LMS")


def run(options: argparse.Namespace) -> int:
    """Enrol, say how many are new; return 1 where two lines, or a line and the list, disagree."""
    if options.source is None:
        raise GradingError("Name the LMS's file, as in make roster FROM=worksheet.csv.")
    people, problems, guess = read(options.source)
    fates: Counter[str] = Counter(new=0, changed=0, unchanged=0)
    with open_book(options.course) as book:
        rows = {row.student: row for row in book.rows("")}
        for person in people:
            fate, more = _enrol(book, person, rows)
            fates[fate] += 1
            problems += more
    told = ", ".join(f"{count} {fate}" for fate, count in fates.items())
    document = {**fates, "problems": problems, "guess": guess}
    lines = [*problems, *filter(None, [guess]), f"{told}."]
    print(json.dumps(document) if options.json else "\n".join(lines))
    return int(bool(problems))


def _enrol(book: Book, person: Person, rows: dict[str, Row]) -> tuple[str, list[str]]:
    """Put a person on the class list, or add to it what it lacks of one; what it has stays.

    `rows` are those of the class list, by student, and are kept up to date.
    """
    found = asdict(person)
    known = _known(rows.values(), person)
    if len(known) > 1:
        who = " and ".join(row.student for row in known)
        return "unchanged", [f"{person.student} could be {who}: put the class list right first."]
    had = {name: known[0].__dict__[name] or "" for name in NAMES} if known else {}
    lacking = {name: found[name] for name in NAMES if found[name] and not had.get(name)}
    student = known[0].student if known else person.student
    if lacking or not known:
        book.enrol(student, **lacking)
        rows[student] = replace(rows.get(student, Row(student, "", MISSING)), **lacking)
    other = [name for name in NAMES if had.get(name) and _differs(found[name], had[name])]
    problems = [
        f"{student} keeps {had[name]} as {name}: the file says {found[name]}." for name in other
    ]
    return ("changed" if lacking else "unchanged") if known else "new", problems


def _known(rows: Collection[Row], person: Person) -> list[Row]:
    """Return who on the class list has this person's e-mail address, else number or id."""
    email = person.email.casefold()
    by_email = [row for row in rows if email and (row.email or "").casefold() == email]
    return by_email or [
        row
        for row in rows
        if person.lms_user_id == row.lms_user_id or row.student == person.student
    ]


def _differs(found: str, had: str) -> bool:
    return bool(found) and found.casefold() != had.casefold()

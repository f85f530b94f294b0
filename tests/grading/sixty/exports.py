"""What each LMS's zip of the sixty's submissions holds, under the names that the LMS gives it."""

import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.grading.sixty.notebooks import content
from tests.grading.sixty.table import Student, Team

# What Moodle writes for the name where marking is blind, as a file's name may have it.
PARTICIPANT = {"en": "Participant", "de": "Teilnehmerin", "fr": "Participant"}
DEFAULT = {"en": "Default group", "de": "Standardgruppe", "fr": "Groupe par défaut"}
Upload = tuple[str, bytes]  # the name in the zip, and what lies there
DOWNLOAD = (2026, 11, 4, 9, 0, 0)


@dataclass(frozen=True)
class File:
    """One file of a student: its name there, its bytes, and at which attempt it was handed in."""

    name: str
    content: bytes
    attempt: int = 1


def files(student: Student) -> list[File]:
    """Return what a student hands in, in all attempts."""
    if student.shape == "nothing":
        return []
    found = [File(student.file, content(student.shape, student.answers))]
    if student.also:
        found.append(File(student.also, content("plain", "CCCCC")))
    if student.shape == "again":
        found = [File(student.file, content("plain", "-----")), File(*_of(found[0]), attempt=2)]
    return found


def _of(file: File) -> tuple[str, bytes]:
    return file.name, file.content


def last_files(student: Student) -> list[File]:
    """Return the last attempt's files, all that an LMS keeps where a new one replaces the old."""
    found = files(student)
    return [file for file in found if file.attempt == found[-1].attempt]


def moodle(student: Student, language: str) -> list[Upload]:
    return _moodle(student, _clean(student.name), "/")


def moodle_flat(student: Student, language: str) -> list[Upload]:
    return _moodle(student, _clean(student.name), "_")


def moodle_blind(student: Student, language: str) -> list[Upload]:
    return _moodle(student, PARTICIPANT[language], "/")


def _moodle(student: Student, name: str, between: str) -> list[Upload]:
    start, found = f"{name}_{student.number}_assignsubmission_", last_files(student)
    beside = [(f"{start}onlinetext{between}onlinetext.html", b"<p>See the file.</p>")]
    notebooks = [(f"{start}file{between}{file.name}", file.content) for file in found]
    return notebooks + (beside if student.status == "graded" else [])


def _clean(name: str) -> str:
    """Return a name as Moodle's clean_filename leaves it."""
    return re.sub(r"[&<>\"`|':\\/\x00-\x1f]", "", name.replace("_", " "))


def moodle_team(team: Team, language: str) -> list[Upload]:
    name = f"{_clean(team.name)}_{team.number}" if team.number else DEFAULT[language]
    folder = f"{name}_assignsubmission_file"
    if team.shape == "nothing":
        return []
    return [(f"{folder}/{team.file}", content(team.shape, team.answers))]


def canvas(student: Student, language: str) -> list[Upload]:
    name = re.sub(r"\W|_", "", f"{student.last}, {student.first}".lower())
    late = "_LATE" if student.shape == "late" else ""
    return _canvas(student, f"{name}{late}_{student.number}")


def canvas_anonymous(student: Student, language: str) -> list[Upload]:
    late = "LATE_" if student.shape == "late" else ""
    return _canvas(student, f"{late}anon_{code(student)}")


def code(student: Student) -> str:
    """Return an anonymous code of five letters and digits; some are digits alone."""
    number = int(student.number)
    return str(12000 + number) if number % 20 == 0 else f"aB{number}"[:5]


def _canvas(student: Student, name: str) -> list[Upload]:
    found = []
    for at, file in enumerate(files(student)):
        stem, dot, ending = file.name.partition(".")
        again = f"{stem}-1{dot}{ending}" if file.attempt > 1 else file.name
        found.append((f"{name}_{9000 + 1000 * at + int(student.number)}_{again}", file.content))
    return found


def blackboard(student: Student, language: str) -> list[Upload]:
    found = []
    for file in files(student):
        start = f"Practice_{student.login}_attempt_2026-11-0{file.attempt}-23-59-00"
        found.append((f"{start}_{file.name}", file.content))
        found.append((f"{start}.txt", b"Name: somebody\r\nThere are no student comments.\r\n"))
    return list(dict.fromkeys(found))


def folder_number(student: Student) -> str:
    """Return Brightspace's own number of a student, which is on no class list."""
    return str(52000 + int(student.number))


def brightspace(student: Student, language: str) -> list[Upload]:
    start = f"{folder_number(student)}-67890 - {student.name}"
    found = [
        (f"{start} - Nov {file.attempt}, 2026 1159 PM/{file.name}", file.content)
        for file in files(student)
    ]
    return found + ([("index.html", b"<html></html>")] if student.number == "101" else [])


def google(student: Student, language: str) -> list[Upload]:
    """Classroom's folder has one level; the second of two equal names gets a number."""
    again = " (1)" if student.login == "aschmidt2" else ""
    found = []
    for file in last_files(student):
        stem, dot, ending = file.name.partition(".")
        found.append((f"Practice/{student.name} - {stem}{again}{dot}{ending}", file.content))
    return found


Names = Callable[[Student, str], list[Upload]]
NAMES: dict[str, Names] = {
    "moodle": moodle,
    "moodle-flat": moodle_flat,
    "moodle-blind": moodle_blind,
    "canvas": canvas,
    "canvas-anonymous": canvas_anonymous,
    "canvas-split": canvas,
    "blackboard": blackboard,
    "brightspace": brightspace,
    "google": google,
}


def pack(path: Path, members: Iterable[Upload]) -> Path:
    """Write the zip as it is downloaded."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, found in members:
            archive.writestr(zipfile.ZipInfo(name, DOWNLOAD), found)
    return path

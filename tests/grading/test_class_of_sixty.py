"""A class of sixty in every LMS and language gets what a table says that was written by hand.

The tables stand in tests/grading/sixty/: marks, sentences, exit codes, and the LMS's own file, of
which only the cells of marks change.
"""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import ClassVar

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import event
from sqlalchemy.engine import Engine

from grading.__main__ import main
from grading.commands import grade
from grading.examining.examine import examine
from tests.grading.sixty import exports, sheets, table
from tests.grading.sixty.exports import Upload
from tests.grading.sixty.table import Student

LANGUAGES = ["en", "de", "fr"]
COMMANDS = ["roster", "collect", "grade", "status", "export"]
FILLED = {"moodle", "canvas", "blackboard", "brightspace"}  # LMSs that take a file of marks back
NAMELESS = ["moodle-blind", "canvas-anonymous"]  # where no class list can say who is who
PRACTICE = ["--assignment", "practice"]
# What each line of an LMS says where nothing is odd: Brightspace's number is on no class list.
USUAL = {"brightspace": "known by the name"}
ORDINARY = r"{0} +(practice  (new|missing)|rotation  new)(  \({1}\))?"


class InThisProcess:
    """Examine letters, of which nothing is run, without a process, and what is the same once."""

    seen: ClassVar[dict[str, dict]] = {}

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    def __enter__(self) -> "InThisProcess":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def submit(self, job: dict) -> Future:
        if job["content"] not in self.seen:
            self.seen[job["content"]] = examine(**job)
        future: Future = Future()
        future.set_result(self.seen[job["content"]])
        return future


@dataclass(frozen=True)
class Run:
    """What the commands said and left behind in a course folder, from class list to marks."""

    root: Path
    codes: dict[str, int]
    said: dict[str, str]
    marks: Path

    @cached_property
    def rows(self) -> list[dict]:
        return json.loads(self.said["status"])

    @cached_property
    def found(self) -> dict[str, tuple[str, float | None]]:
        return {row["student"]: (row["status"], row["score"]) for row in self.rows}

    @cached_property
    def lines(self) -> list[str]:
        told = [f"{row['student']}: {row['reason']}" for row in self.rows if row["reason"]]
        return [*self.said["collect"].splitlines(), *self.said["export"].splitlines(), *told]


@pytest.fixture(scope="module", autouse=True)
def quickly():
    """Start no examiner, and wait for no disk: there are thousands of commits."""

    def begin(connection: sqlite3.Connection, record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    event.listen(Engine, "connect", begin)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grade, "Pool", InThisProcess)
        yield
    event.remove(Engine, "connect", begin)


@pytest.fixture(scope="module")
def course(registered_course, tmp_path_factory) -> Callable[[], Path]:
    """Make a course folder whose gradebook knows the practice, and nobody."""
    return lambda: registered_course(tmp_path_factory.mktemp("sixty") / "course")


@pytest.fixture(scope="module")
def graded(course) -> Callable[[str, str], Run]:
    """Take the sixty of an LMS in, grade and export, once for each language."""

    @cache
    def graded(lms: str, language: str) -> Run:
        students = table.students(lms)
        extra = {student_id(lms, one, language): one.extra for one in students if one.extra}
        return run(course(), lms, students, language, extra)

    return graded


def run(root, lms: str, students: list[Student], language: str, extra=None) -> Run:
    uploads = chain.from_iterable(exports.NAMES[lms](one, language) for one in students)
    downloaded = sheets.download(lms, students, language, {})
    return go(root, lms.partition("-")[0], downloaded, uploads, extra or {})


def go(
    root: Path,
    family: str,
    downloaded: bytes,
    uploads: Iterable[Upload],
    extra: dict[str, str],
    *teams: object,
) -> Run:
    """Take in a class list and a zip, grade, add points by hand, and fill in the LMS's file."""
    (root / "list.csv").write_bytes(downloaded)
    source = exports.pack(root / "class.zip", uploads)
    done = {"roster": command(root, "roster", root / "list.csv")}
    done["collect"] = command(root, "collect", source, *teams)
    done["grade"] = command(root, "grade", *PRACTICE)
    add_by_hand(root, extra)
    done["status"] = command(root, "status", *PRACTICE, "--json")
    done["export"] = export(root, family, root / "list.csv", root / "marks.csv")
    codes, said = ({name: result[at] for name, result in done.items()} for at in range(2))
    return Run(root, codes, said, root / "marks.csv")


def export(root: Path, family: str, downloaded: Path, to: Path) -> tuple[int, str]:
    filled = ["--format", family, "--template", downloaded] if family in FILLED else []
    return command(root, "export", *PRACTICE, "--to", to, *filled)


def command(root: Path, name: str, *arguments: object) -> tuple[int, str]:
    """Run a command; return its exit code and what it says."""
    with redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")) as out:
        try:
            code = main([name, *map(str, arguments), "--course", str(root)])
        except SystemExit as end:
            return 1, str(end.code)
    out.seek(0)
    return code, out.read()


def add_by_hand(root: Path, points: dict[str, str]) -> None:
    """Give these students points as formgrader does."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        for student, extra in points.items():
            found = gradebook.find_grade("check-1", "practice", "practice", student)
            found.extra_credit = float(extra)
        gradebook.db.commit()


def student_id(lms: str, student: Student, language: str) -> str:
    """Return who a student is in the course, as the instructor's guide says."""
    name = re.sub(r"[\W_]+", "-", student.name.lower())
    if lms == "moodle-blind":
        return f"{exports.PARTICIPANT[language].lower()}-{student.number}"
    if lms == "canvas-anonymous" and student.shape != "nothing":
        return f"anon-{exports.code(student)}"
    if lms == "blackboard" or (lms == "brightspace" and student.list == "yes"):
        return student.login
    if lms == "brightspace":
        return f"{name}-{exports.folder_number(student)}"
    if lms == "google":
        return f"{name}-{student.login}" if student.name == "Anna Schmidt" else name
    if lms.startswith("canvas") and student.list == "no":
        return f"strangerned-{student.number}"
    return f"{name}-{student.number}"


def exit_codes(students: list[Student]) -> dict[str, int]:
    named = {name for student in students for name in student.exits}
    named |= {"status"} if "grade" in named else set()
    return {name: int(name in named) for name in COMMANDS}


def expected(students: list[Student], ids: dict[Student, str]) -> dict[str, tuple]:
    known = [one for one in students if one.status != "unknown"]
    return {ids[one]: (one.status, float(one.mark) if one.mark else None) for one in known}


def called(student: Student, language: str) -> set[str]:
    """Return how sentences name a student, by what the LMS's file says of them."""
    participant = f"{sheets.PARTICIPANT[language]}{student.number}"
    return {student.name, f"{student.last}, {student.first}", participant}


def lines_about(said: list[str], names: set[str]) -> list[str]:
    whole = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?![\w-])" for name in names))
    return [line for line in said if whole.search(line)]


def unsaid(said: list[str], names: set[str], usual: str) -> list[str]:
    """Return the lines that say of somebody what the table does not."""
    told = [line for line in said if "put on the class list, which was empty" not in line]
    forms = [ORDINARY.format(re.escape(name), usual) for name in names]
    about = lines_about(told, names)
    return [line for line in about if not any(re.fullmatch(form, line) for form in forms)]


def scores(path: Path) -> dict[str, float | None]:
    """Return student → score, as nbgrader's own columns have it."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return {line["student_id"]: float(line["score"]) if line["score"] else None for line in lines}


@pytest.mark.parametrize(
    ("lms", "language"),
    [(lms, "en") for lms in exports.NAMES] + [("moodle-blind", "de"), ("moodle-blind", "fr")],
)
def test_does_a_class_get_the_marks_sentences_and_codes_of_the_table(lms, language, graded):
    done, students = graded(lms, language), table.students(lms)
    ids = {one: student_id(lms, one, language) for one in students}
    rows = expected(students, ids)
    if lms == "canvas-anonymous":
        named = {student_id("canvas", one, language) for one in students if one.list == "yes"}
        rows = dict.fromkeys(named, ("missing", None)) | rows
    assert done.found == rows
    assert done.codes == exit_codes(students) | ({"roster": 1} if lms == "moodle-blind" else {})
    for one in students:
        paths = [name for name, _ in exports.NAMES[lms](one, language)]
        names = {ids[one], *paths}
        about = lines_about(done.lines, names | called(one, language))
        says = one.says.format(path=paths[0] if paths else "")
        assert any(says in line for line in about) or not says, (one.number, says, about)
        assert says or unsaid(done.lines, names, USUAL.get(lms, "")) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lms", exports.NAMES)
def test_is_a_file_in_each_language_the_same_class_and_does_it_change_in_marks_alone(
    lms, language, graded, tmp_path
):
    students, family = table.students(lms), lms.partition("-")[0]
    done = graded(lms, language if lms == "moodle-blind" else "en")
    listed = tmp_path / "list.csv"
    listed.write_bytes(sheets.download(lms, students, language, {}))
    code, said = command(done.root, "roster", listed)
    assert code == (lms == "moodle-blind")
    guessed = sheets.STYLES[family][language] is sheets.SAVED_BY_EXCEL
    assert code or ("was read as Windows-1252" in said) == guessed
    assert code or said.endswith("0 new, 0 changed, 59 unchanged.\n")

    code, _ = export(done.root, family, listed, tmp_path / "marks.csv")
    assert code == exit_codes(students)["export"]
    if family in FILLED:
        marks = {one.number: one.mark for one in students if one.mark and one.cell != "kept"}
        filled = sheets.download(lms, students, language, marks)
        assert (tmp_path / "marks.csv").read_bytes() == filled
    else:
        marks = {name: mark for name, (_, mark) in done.found.items()}
        assert scores(tmp_path / "marks.csv") == marks


@pytest.mark.parametrize("language", LANGUAGES)
def test_does_each_member_get_what_the_table_of_teams_says(language, course):
    teams = table.teams()
    pairs, root = table.of_teams(table.students("moodle"), teams), course()
    students = [one for one, _ in pairs]
    ids = {one: student_id("moodle", one, language) for one in students}
    uploads = {team: exports.moodle_team(team, language) for team in teams}
    downloaded = sheets.team_worksheet(pairs, language, {})
    listed = ["--teams", root / "list.csv"]
    done = go(root, "moodle", downloaded, chain(*uploads.values()), {}, *listed)

    assert done.found == expected(students, ids)
    assert done.codes == exit_codes(students)
    for one, team in pairs:
        names = {ids[one], *(name for name, _ in uploads[team])}
        about = lines_about(done.lines, names)
        assert any(one.says in line for line in about) or not one.says, (one.number, about)
        assert one.says or unsaid(done.lines, names, "by the team .+") == []
    marks = {one.number: one.mark for one in students if one.mark}
    assert done.marks.read_bytes() == sheets.team_worksheet(pairs, language, marks)


@pytest.mark.parametrize("lms", [lms for lms in exports.NAMES if lms not in NAMELESS])
def test_does_a_class_without_trouble_end_in_zero(lms, course):
    students = [one for one in table.students(lms) if not one.exits][::8]
    assert set(run(course(), lms, students, "en").codes.values()) == {0}


@pytest.mark.parametrize(
    "number", [one.number for one in table.students("moodle") if one.exits and one.list == "yes"]
)
def test_does_one_student_alone_make_the_exit_codes_of_the_table(number, course):
    students = [one for one in table.students("moodle") if one.number in ("101", number)]
    assert run(course(), "moodle", students, "en").codes == exit_codes(students)

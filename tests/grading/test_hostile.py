"""Hostile and careless submissions, graded beside honest ones: each gets what it deserves.

The exercises of code ask the rules that an attack is aimed at, and all of them with --soak.
"""

import csv
import hashlib
import json
import os
import re
import shutil
import socket
import stat
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from examiner.process import _running
from grading.__main__ import main
from grading.commands import report
from grading.commands.feedback import feedback
from grading.commands.grade import grade
from grading.examining.pool import LONGEST_REPLY
from grading.gradebook.row import GRADED, MISSING, TO_READ, UNGRADED, Row
from tests.exercises.solutions import solution
from tests.grading.few_rules import ask_only, rule_points
from tests.grading.hostile.notebooks import SAMPLES, Exercise, cell, dumped
from tests.grading.hostile.samples import Cell, allows, cells

SECRET = "left-on-the-host"  # in a file, a variable and the memory of whoever grades
LEFT = "left-behind"  # in the name of what a sample starts or writes
LEAKED = "LEAKED"  # a sample says so itself where it came to what it must not see
CELLS = {sample.name: sample for sample in cells()}
WAITS = {"loop_deaf_to_signals"}  # for the limits that holds_the_interpreter runs into
CHEAP = {name: sample for name, sample in CELLS.items() if name not in WAITS}
HONEST = {
    "rotation": {
        "honest_1": "right/asyncio_loop_of_its_own",
        "honest_2": "right/sqlite_file_immediate",
    },
    "client": {"honest_1": "right/condition", "honest_2": "right/auth_flow"},
}
# Batch → exercise → what starts, and all that its samples lose or gain. Races take the longest.
AIMED_AT = {
    "notebooks": {"rotation": ("renews", "reuse")},
    "programs": {
        "rotation": ("renews", "reuse", "others", "hashed"),
        "client": ("carries", "saves_first", "single", "shares"),
    },
    "races": {"rotation": ("renews", "one_use", "reuse", "race")},
}
BESIDE = [("programs", "rotation"), ("programs", "client"), ("races", "rotation")]
HIDDEN = ["BEGIN HIDDEN TESTS", "misconception", "rotation_rule", "client_rule", "made_up("]
# Those whose work is about what a reader is shown; a page takes a fifth of a second to make.
SHOWN = re.compile(
    "honest|html|page|text|escape|error|hides|output|long|link|renamed|markdown|read"
)
FEWEST_SHOWN = {"notebooks": 15, "programs": 15, "races": 3}  # by batch: its folder's name
JOBS = 4  # some samples run into a limit of time, and wait for it
SAMPLED = 2**20  # bytes of a large file that its fingerprint looks at; the rest is size and time


@dataclass
class Batch:
    """Hold what one grading of hostile and honest submissions brought, and what it left."""

    root: Path
    host: Path
    temporary: Path
    points: dict[str, dict[str, float]] = field(default_factory=dict)
    expected: dict[str, set[str]] = field(default_factory=dict)
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    shared_before: set[str] = field(default_factory=set)
    connections: list[tuple] = field(default_factory=list)

    def watched(self) -> dict[str, str]:
        """Return a fingerprint of each folder that grading must not change."""
        folders = [self.root / name for name in ("solutions", "exercises", "submitted")]
        return {str(folder): fingerprint(folder) for folder in [*folders, self.host]}

    def full_marks(self, assignment: str) -> float:
        """Return what all rules or questions bring that are asked."""
        return sum(self.points[assignment].values())

    def pages(self) -> Iterator[tuple[Path, str]]:
        """Yield each feedback page with its text."""
        for path in self.root.glob("feedback/**/*.html"):
            yield path, path.read_text(encoding="utf-8")


def fingerprint(folder: Path) -> str:
    """Return a hash of names, kinds, rights and contents; links are not followed."""
    digest = hashlib.sha256()
    # By open folders and not by paths: one of the trees is deeper than a path may be long.
    for here, folders, names, opened in os.fwalk(folder):
        folders.sort()
        for name in sorted([*folders, *names]):
            status = os.stat(name, dir_fd=opened, follow_symlinks=False)
            digest.update(os.fsencode(f"{here}/{name} {status.st_mode}"))
            digest.update(content(name, opened, status))
    return digest.hexdigest()


def content(name: str, folder: int, status: os.stat_result) -> bytes:
    """Return what is in a file, or where a link leads; nothing for a pipe, which nobody writes."""
    if stat.S_ISLNK(status.st_mode):
        return os.fsencode(os.readlink(name, dir_fd=folder))
    if not stat.S_ISREG(status.st_mode):
        return b""
    with open(os.open(name, os.O_RDONLY, dir_fd=folder), "rb") as file:
        return f"{status.st_size} {status.st_mtime_ns}".encode() + file.read(SAMPLED)


@contextmanager
def listening(connections: list[tuple]) -> Iterator[int]:
    """Listen on the host's loopback, note who connects, and give the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    client, address = server.accept()
                except OSError:  # closed: the batch has ended
                    return
                connections.append(address)
                client.close()

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


@contextmanager
def graded(repository: Path, folder: Path, fill, asked: dict) -> Iterator[Batch]:
    """Fill a course folder that asks these rules, grade it, and give what came of it."""
    batch = Batch(folder / "course", folder / "host", folder / "temporary")
    for path in (batch.host, batch.temporary):
        path.mkdir(parents=True)
    (batch.host / "secret.txt").write_text(SECRET)
    for name in ("solutions", "exercises"):
        shutil.copytree(repository / name, batch.root / name)
    with pytest.MonkeyPatch.context() as patch, listening(batch.connections) as port:
        patch.setenv("HOST_SECRET", SECRET)
        patch.setenv("TMPDIR", str(batch.temporary))
        patch.setattr(tempfile, "tempdir", str(batch.temporary))
        ask_only(batch.root, asked, patch)
        fill(batch, str(port))
        batch.points = {name: rule_points(batch.root, name) for name in batch.expected}
        batch.before, batch.shared_before = batch.watched(), set(os.listdir("/dev/shm"))
        for assignment in batch.expected:
            for row in grade(batch.root, assignment, jobs=JOBS):
                if row.status != MISSING:
                    batch.rows[assignment, row.student] = row
            shown = [
                student
                for (name, student), row in batch.rows.items()
                if name == assignment and row.status == GRADED and SHOWN.search(student)
            ]
            feedback(batch.root, assignment, shown)
        yield batch


def place(batch: Batch, student: str, assignment: str) -> Path:
    """Return the new folder for a student's work."""
    batch.expected.setdefault(assignment, set()).add(student)
    folder = batch.root / "submitted" / student / assignment
    folder.mkdir(parents=True)
    return folder


def fill_with_notebooks(batch: Batch, port: str) -> None:
    for sample in SAMPLES.values():
        folder = place(batch, sample.name, sample.assignment)
        exercise = Exercise(batch.root, sample.assignment, batch.host)
        data = sample.build(exercise, folder)
        if data is not None:
            (folder / f"{sample.assignment}.ipynb").write_bytes(data)


def fill_with_cells(samples: list[Cell], batch: Batch, port: str) -> None:
    texts = {(sample.name, sample.assignment): sample.text for sample in samples}
    for assignment in sorted({sample.assignment for sample in samples}):
        for student, sample in HONEST[assignment].items():
            texts[student, assignment] = solution(assignment, sample)
    for (student, assignment), text in texts.items():
        notebook = Exercise(batch.root, assignment, batch.host).released()
        cell(notebook, f"answer-{assignment}")["source"] = text.replace("HOST_PORT", port)
        folder = place(batch, student, assignment)
        (folder / f"{assignment}.ipynb").write_bytes(dumped(notebook))


@pytest.fixture(scope="module")
def new_batch(repository, repeats, tmp_path_factory):
    """Return what grades a batch, by its name; with --soak it is asked all rules."""
    chosen = repeats(CHEAP, CELLS).values()

    def new_batch(name: str) -> AbstractContextManager[Batch]:
        folder, asked = tmp_path_factory.mktemp(name), repeats(AIMED_AT[name], {})
        samples = [sample for sample in chosen if sample.is_about_races == (name == "races")]
        fill = fill_with_notebooks if name == "notebooks" else partial(fill_with_cells, samples)
        return graded(repository, folder, fill, asked)

    return new_batch


@pytest.fixture(scope="module")
def notebooks(new_batch):
    with new_batch("notebooks") as batch:
        yield batch


@pytest.fixture(scope="module")
def programs(new_batch):
    with new_batch("programs") as batch:
        yield batch


@pytest.fixture(scope="module")
def races(new_batch):
    with new_batch("races") as batch:
        yield batch


@pytest.fixture(params=AIMED_AT)
def batch(request) -> Batch:
    """Each batch in turn."""
    return request.getfixturevalue(request.param)


def marked(row: Row) -> float | None:
    """Return the mark, or None where there is none that counts; whoever has none reads why."""
    assert row.status in (GRADED, UNGRADED, TO_READ)
    assert bool(row.reason) == (row.status != GRADED)
    assert (row.score is None) == (row.status != GRADED)
    return row.score


def pytest_generate_tests(metafunc) -> None:
    """Leave to soak what waits for a limit of time, where another sample waits for the same."""
    if metafunc.function.__name__.startswith("test_does_a_hostile_program"):
        chosen = CELLS if metafunc.config.getoption("--soak") else CHEAP
        metafunc.parametrize("sample", chosen.values(), ids=chosen)


def test_does_a_hostile_program_get_what_it_deserves(request, sample: Cell):
    batch = request.getfixturevalue("races" if sample.is_about_races else "programs")
    row, points = batch.rows[sample.assignment, sample.name], batch.points[sample.assignment]
    assert allows(sample.deserved, points, marked(row)), (sample.attack, row)


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_does_a_hostile_notebook_get_what_it_deserves(notebooks, sample):
    key = sample.assignment, sample.name
    row, points = notebooks.rows[key], notebooks.points[sample.assignment]
    assert allows(sample.deserved, points, marked(row)), (sample.build.__doc__, row)


@pytest.mark.parametrize(("name", "assignment"), BESIDE)
@pytest.mark.parametrize("student", ["honest_1", "honest_2"])
def test_do_the_honest_keep_their_marks_beside_them(request, name, assignment, student):
    batch = request.getfixturevalue(name)
    assert marked(batch.rows[assignment, student]) == batch.full_marks(assignment)


@pytest.mark.parametrize(("name", "assignment"), BESIDE)
def test_have_the_honest_their_rows_in_export_and_report(request, name, assignment):
    """Whatever the others have made of their own rows."""
    batch = request.getfixturevalue(name)
    full, honest = batch.full_marks(assignment), HONEST[assignment]
    everybody = set().union(*batch.expected.values())
    rows = [row for (name, _), row in batch.rows.items() if name == assignment]
    course = ["--course", str(batch.root), "--assignment", assignment]
    assert main(["export", *course]) == any(row.needs_attention for row in rows)
    with (batch.root / "grades.csv").open(encoding="utf-8", newline="") as file:
        marks = {row["student_id"]: row["score"] for row in csv.DictReader(file)}
    assert {student: float(marks[student]) for student in honest} == dict.fromkeys(honest, full)
    assert set(marks) == everybody
    written = report.write(batch.root, assignment)
    statuses = Counter(row.status for row in rows)
    statuses[MISSING] = len(everybody) - statuses.total()
    assert Counter(written["students"]) == statuses
    page = Path(written["report"]).read_text(encoding="utf-8")
    assert f"{statuses[GRADED]} of {statuses.total()} students are graded" in page
    assert alive(page) == []


def test_are_there_submissions_of_many_kinds():
    assert len(CELLS) + len(SAMPLES) >= 65
    assert all(len(sample.attack) > 20 for sample in CELLS.values())


def test_is_every_submission_of_the_class_in_the_book(batch):
    for assignment, students in batch.expected.items():
        assert {student for name, student in batch.rows if name == assignment} == students


def test_does_the_gradebook_hold_these_students_and_no_others(batch):
    everybody = set().union(*batch.expected.values())
    with Gradebook(f"sqlite:///{batch.root / 'gradebook.db'}") as gradebook:
        assert {student.id for student in gradebook.students} == everybody
        for assignment, students in batch.expected.items():
            submissions = gradebook.assignment_submissions(assignment)
            assert {submission.student_id for submission in submissions} <= students
            assert all(0 <= one.score <= batch.full_marks(assignment) for one in submissions)
            assert gradebook.find_assignment(assignment).max_score == batch.full_marks(assignment)


def test_do_course_and_host_stay_as_they_were(batch):
    assert batch.watched() == batch.before


def test_does_nothing_that_was_started_go_on(batch):
    told = [LEFT.encode(), str(batch.root.parent).encode()]
    going_on = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
        except OSError:  # has ended
            continue
        if int(process.name) != os.getpid() and any(word in command for word in told):
            going_on.append(command)
    assert going_on == []


def test_is_no_file_left_in_temporary_folders(batch):
    assert os.listdir(batch.temporary) == []
    new = set(os.listdir("/dev/shm")) - batch.shared_before
    ours = f"examiner-{os.getpid()}-"  # another process may be testing beside this one
    assert not {name for name in new if LEFT in name or name.startswith(ours)}
    assert not [name for name in os.listdir("/tmp") if name.startswith(LEFT)]


def test_is_no_examiner_left(batch):
    assert [worker for worker in _running if worker.longest_reply == LONGEST_REPLY] == []


def test_does_nobody_reach_the_host_over_the_network(batch):
    assert batch.connections == []


def test_does_nobody_see_what_is_none_of_their_business(batch):
    for row in batch.rows.values():
        for mark in row.result.marks if row.result else ():
            assert LEAKED not in mark.message, row.student
            assert SECRET not in mark.message


def test_does_no_copy_of_a_linked_file_come_to_light(batch):
    for folder in ("autograded", "feedback"):
        for path in (batch.root / folder).rglob("*"):
            assert not path.is_symlink()
            assert not path.is_file() or SECRET.encode() not in path.read_bytes()


def test_has_everybody_with_a_mark_a_page_of_feedback(batch):
    pages = {path.relative_to(batch.root / "feedback").parts[:2] for path, _ in batch.pages()}
    marks = {
        (student, name)
        for (name, student), row in batch.rows.items()
        if row.score is not None and SHOWN.search(student)
    }
    assert len(marks) > FEWEST_SHOWN[batch.root.parent.name.rstrip("0123456789")]
    assert pages == marks


def test_does_the_feedback_show_no_hidden_test(batch):
    for path, text in batch.pages():
        shown = [word for word in [*HIDDEN, SECRET, "Traceback (most"] if word in text]
        assert shown == [], path


def test_is_nothing_of_a_student_alive_in_the_feedback(batch):
    for path, text in batch.pages():
        assert alive(text) == [], path


def test_can_the_class_be_told_as_json(batch):
    """Half a character in a message would stop whoever writes it down."""
    for row in batch.rows.values():
        for mark in row.result.marks if row.result else ():
            json.dumps(mark.message, ensure_ascii=False).encode()


def alive(page: str) -> list[str]:
    """Return what a browser would run of a student's, or fetch from the machine it is on."""
    reader = Alive()
    reader.feed(page)
    return reader.found


class Alive(HTMLParser):
    """Collect scripts of students, handlers, frames, and addresses that run or read files."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the tag and its attributes."""
        self._in_script = tag == "script"
        if tag in ("iframe", "object", "embed", "base", "form"):
            self.found.append(tag)
        for name, value in attrs:
            address = "".join((value or "").split()).lower()
            if name.startswith("on") or address.startswith(("javascript:", "file:", "data:text")):
                self.found.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        """Leave a script."""
        self._in_script = False

    def handle_data(self, data: str) -> None:
        """Look at a script's text."""
        if self._in_script and LEFT in data:
            self.found.append(data)

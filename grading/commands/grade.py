"""Grade what was handed in: each submission alone in a sandbox, its marks written by one writer."""

import argparse
import hashlib
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import filelock
from nbgrader.utils import parse_utc
from tqdm import tqdm

from grading import submission
from grading.atomic import write_atomically
from grading.commands.status import print_rows
from grading.course import assignments
from grading.errors import GradingError, Ungradable
from grading.examining import proof, sandbox
from grading.examining.assignment import read_exercise
from grading.examining.digest import assignment_digest
from grading.examining.examine import job
from grading.examining.exercise import Exercise
from grading.examining.pool import Pool, sweep
from grading.examining.result import Result
from grading.gradebook.book import GRADED, UNGRADED, Book, Row, open_book
from grading.gradebook.lateness import assign_late_penalties
from grading.gradebook.registration import register_assignment

NOTHING = (
    "There is nothing to grade: put each notebook into submitted/<student>/{0}/{0}.ipynb, or "
    "collect a folder or a zip."
)
UNREAD = hashlib.sha256(b"").hexdigest()  # stands for a submission that the next run reads anew


class Examiners(Protocol):
    """Examine jobs, so many at once."""

    jobs: int

    def submit(self, job: dict[str, Any]) -> Future[dict[str, Any]]:
        """Return what will come of a job: what `grading.examining.examine.examine` returns."""


@dataclass(frozen=True)
class Pending:
    """Name a submission that is to be examined, and what its marks will depend on."""

    student: str
    content: bytes
    digest: str


class Grading:
    """Grade one assignment of a course folder into an open gradebook."""

    def __init__(
        self,
        root: Path,
        exercise: Exercise,
        book: Book,
        isolated: bool = True,
        as_read: bool = False,
    ) -> None:
        self._root, self._exercise, self._book = root, exercise, book
        self._isolated, self._as_read = isolated, as_read
        self._digest = assignment_digest(exercise)

    def examine(self, students: list[str], examiners: Examiners, again: bool = False) -> None:
        """Examine these students' submissions; without `again` only what has changed since.

        A few more than there are examiners are in memory, and no others.
        """
        known = {} if again else self._book.examined(self._exercise.name)
        waiting: dict[Future, Pending] = {}
        with tqdm(total=len(students), unit=" submissions", disable=None) as bar:
            for student in students:
                if work := self._work(student, known.get(student)):
                    waiting[examiners.submit(self._job(work))] = work
                else:
                    bar.update()
                if len(waiting) >= 2 * examiners.jobs:
                    self._settle(waiting, bar)
            while waiting:
                self._settle(waiting, bar)

    def _job(self, work: Pending) -> dict[str, Any]:
        return job(self._exercise, work.content, self._isolated, self._as_read)

    def _work(self, student: str, known: tuple[str, str] | None) -> Pending | None:
        """Return what is to be done for a student; note at once what cannot be read.

        `known` are the digest and the status of what was examined last.
        """
        name = self._exercise.name
        try:
            content = submission.read(self._root / "submitted" / student / name, name)
        except Ungradable as error:
            self._ungraded(student, UNREAD, str(error))
            return None
        digest = hashlib.sha256(self._digest.encode() + content).hexdigest()
        if known == (digest, UNGRADED):
            return None
        if known == (digest, GRADED) and self._graded_path(student).exists():
            return None
        return Pending(student, content, digest)

    def _settle(self, waiting: dict[Future, Pending], bar: tqdm) -> None:
        """Write down whatever has come to an end, and wait for something to do so."""
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            self._write(waiting.pop(future), future.result())
            bar.update()

    def _write(self, work: Pending, found: dict[str, Any]) -> None:
        if "ungraded" in found:
            digest = UNREAD if found.get("retry") else work.digest
            self._ungraded(work.student, digest, found["ungraded"])
            return
        result = Result.from_plain(found["result"])
        graded = self._graded_path(work.student)
        graded.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(graded, found["notebook"])
        released = self._exercise.answers
        blank = [name for name, source in result.answers.items() if source in ("", released[name])]
        self._book.record(
            self._exercise.name,
            work.student,
            work.digest,
            result,
            timestamp=_timestamp(self._root / "submitted" / work.student / self._exercise.name),
            blank=blank,
        )

    def _ungraded(self, student: str, digest: str, reason: str) -> None:
        # First, for whatever is killed in between: what is recorded is not looked at again.
        for folder in ("autograded", "feedback"):
            shutil.rmtree(self._root / folder / student / self._exercise.name, ignore_errors=True)
        self._book.record_ungraded(self._exercise.name, student, digest, reason)

    def _graded_path(self, student: str) -> Path:
        name = self._exercise.name
        return self._root / "autograded" / student / name / f"{name}.ipynb"


def grade(
    root: Path,
    assignment: str,
    *,
    students: list[str] | None = None,
    jobs: int | None = None,
    isolated: bool = True,
    again: bool = False,
    as_read: bool = False,
    scheduler: str | None = None,
) -> list[Row]:
    """Grade submitted/*/`assignment`, or these students' only; return everyone's row.

    `as_read` says that a person has read the sources, and takes what reaches for its examiner as
    well. `jobs` is the number of examiners, one for each processor by default; `scheduler` is the
    address of a Dask cluster that examines instead. Raises GradingError where there is nothing to
    grade, the assignment is not known, or no sandbox is to be had that works.
    """
    if isolated and not scheduler:
        sandbox.require()
        proof.prove(assignment)
    sandbox.sweep()
    sweep()
    exercise = read_exercise(root, assignment)
    with alone(root), open_book(root) as book, _examiners(jobs, scheduler) as examiners:
        register_assignment(root, exercise, book)
        chosen = _chosen(submitted(root, assignment), students, assignment)
        Grading(root, exercise, book, isolated, as_read).examine(chosen, examiners, again)
        assign_late_penalties(book, assignment)
        return book.rows(assignment)


def submitted(root: Path, assignment: str) -> list[str]:
    """Return what stands in submitted/: a student a folder, and whatever was misplaced there.

    A student who handed in other known assignments and not this one is left out.
    """
    known = assignments(root)
    entries = sorted((root / "submitted").glob("*"))
    others = [name for name in known if name != assignment]
    return [
        path.name
        for path in entries
        if not path.name.startswith(".")
        and ((path / assignment).exists() or not any((path / name).exists() for name in others))
    ]


def _chosen(everyone: list[str], students: list[str] | None, assignment: str) -> list[str]:
    if not everyone:
        raise GradingError(NOTHING.format(assignment))
    for student in set(students or []) - set(everyone):
        raise GradingError(f"There is no submission of {assignment} by {student}.")
    return [student for student in everyone if not students or student in students]


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Keep other runs away from this course folder; the lock ends with the process.

    Raises GradingError where another one is at work.
    """
    try:
        with filelock.FileLock(root / ".grading.lock", timeout=0):
            yield
    except filelock.Timeout:
        raise GradingError(
            f"Another grading is at work in {root}: wait until it has ended."
        ) from None


def _examiners(jobs: int | None, scheduler: str | None) -> AbstractContextManager[Examiners]:
    if scheduler is None:
        return Pool(jobs or processors())
    from grading.examining.cluster import Cluster  # takes a second, for a rare case

    return Cluster(scheduler)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _timestamp(folder: Path) -> datetime | None:
    """Return when a submission was handed in, where nbgrader's timestamp.txt beside it says so."""
    with suppress(OSError, ValueError, OverflowError, Ungradable):
        return parse_utc(submission.content(folder / "timestamp.txt").decode().strip() or None)
    return None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the commands grade and regrade take."""
    parser.add_argument("--assignment", help="grade this one (else all that were handed in)")
    parser.add_argument("--student", action="append", help="grade this one; may be given again")
    parser.add_argument("--jobs", type=_positive, help="examine so many at once (a processor each)")
    parser.add_argument("--scheduler", help="examine on a Dask cluster, such as tcp://host:8786")
    parser.add_argument(
        "--accept-risk",
        action="store_true",
        help="without bubblewrap: run what students sent unprotected, with your own rights",
    )


def run(options: argparse.Namespace) -> int:
    """Grade, and print who got what."""
    return grade_asked(options, again=False)


def grade_asked(options: argparse.Namespace, again: bool, as_read: bool = False) -> int:
    """Grade the assignments that the options name, and print who got what."""
    rows = []
    for assignment in _asked(options.course, options.assignment):
        rows += grade(
            options.course,
            assignment,
            students=options.student,
            jobs=options.jobs,
            isolated=not options.accept_risk,
            again=again,
            as_read=as_read,
            scheduler=options.scheduler,
        )
    return print_rows(rows, options.json)


def _asked(root: Path, assignment: str | None) -> list[str]:
    """Return the assignments to grade: this one, or each that somebody has handed in."""
    if assignment:
        return [assignment]
    found = [name for name in assignments(root) if any((root / "submitted").glob(f"*/{name}"))]
    if not found:
        raise GradingError(NOTHING.format("<assignment>"))
    return found


def _positive(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError("a number from 1 on")
    return int(text)

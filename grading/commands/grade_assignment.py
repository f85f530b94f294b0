"""Grade one assignment: what has changed is examined, and its marks written by one writer."""

import hashlib
import re
import shutil
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from tqdm import tqdm

from grading import submission
from grading.atomic import write_atomically
from grading.errors import Ungradable
from grading.examining.digest import assignment_digest
from grading.examining.examine import job
from grading.examining.exercise import Exercise
from grading.examining.result import Result
from grading.examining.versions import for_today
from grading.gradebook.book import Book
from grading.gradebook.row import EXAMINED, UNGRADED, WAITING

COLLECTED = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC", re.ASCII)  # as collect writes it
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

    @property
    def file(self) -> str:
        """Return the SHA-256 of what was handed in."""
        return hashlib.sha256(self.content).hexdigest()


class Grading:
    """Grade one assignment of a course folder into an open gradebook.

    `as_read` says that a person has read what waits for one by now, and nothing that came since.
    """

    def __init__(
        self,
        root: Path,
        exercise: Exercise,
        book: Book,
        isolated: bool = True,
        as_read: bool = False,
    ) -> None:
        self._root, self._exercise, self._book = root, exercise, book
        self._isolated = isolated
        self._read = _waiting(book, exercise.name) if as_read else {}
        self._digest = assignment_digest(exercise)
        kept = [v for v in book.releases(exercise.name) if v.release != exercise.release]
        older = [for_today(version, exercise) for version in kept]
        self._versions = {version.release: version for version in [*older, exercise]}

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
        older = [one for one in self._versions.values() if one is not self._exercise]
        return job(self._exercise, work.content, self._isolated, self._is_read(work), older)

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
        examined = known in [(digest, status) for status in EXAMINED]
        if examined and self._graded_path(student).exists():
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
            if not self._stands(work, found.get("answers")):
                self._ungraded(work.student, digest, found["ungraded"], work.file)
            return
        result = Result.from_plain(found["result"])
        version = self._versions[result.release]
        graded = self._graded_path(work.student)
        graded.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(graded, found["notebook"])
        released = version.answers
        blank = [name for name, source in result.answers.items() if source in ("", released[name])]
        self._book.record(
            self._exercise.name,
            work.student,
            work.digest,
            result,
            timestamp=_timestamp(self._root / "submitted" / work.student / self._exercise.name),
            blank=blank,
            answer_of=version.answer_of,
            as_read=self._is_read(work, result.answers),
        )

    def _is_read(self, work: Pending, answers: dict[str, str] | None = None) -> bool:
        """Return whether a person has read this: the very file, or these answers that were held."""
        if work.student not in self._read:
            return False
        if self._read[work.student] == work.file:
            return True
        before = self._book.result(self._exercise.name, work.student) if answers else None
        return before is not None and before.answers == answers

    def _stands(self, work: Pending, answers: dict[str, str] | None) -> bool:
        """Return whether a mark stays: these answers got it, by a version that nobody knows now."""
        before = self._book.result(self._exercise.name, work.student) if answers else None
        if before is None or before.answers != answers or before.release in self._versions:
            return False
        self._book.keep_mark(self._exercise.name, work.student, work.digest, work.file)
        return True

    def _ungraded(self, student: str, digest: str, reason: str, file: str = "") -> None:
        # First, for whatever is killed in between: what is recorded is not looked at again.
        for folder in ("autograded", "feedback"):
            shutil.rmtree(self._root / folder / student / self._exercise.name, ignore_errors=True)
        self._book.record_ungraded(self._exercise.name, student, digest, reason, file)

    def _graded_path(self, student: str) -> Path:
        name = self._exercise.name
        return self._root / "autograded" / student / name / f"{name}.ipynb"


def _waiting(book: Book, assignment: str) -> dict[str, str | None]:
    """Return student → SHA-256 of the file, where one is known, that waits for a person."""
    files, known = book.examined_files(assignment), book.examined(assignment)
    return {student: files.get(student) for student, (_, s) in known.items() if s in WAITING}


def _timestamp(folder: Path) -> datetime | None:
    """Return when a submission was handed in, where nbgrader's timestamp.txt beside it says so."""
    with suppress(OSError, ValueError, OverflowError, Ungradable):
        told = submission.content(folder / "timestamp.txt").decode().strip()
        return _in_utc(told) if told else None
    return None


def _in_utc(told: str) -> datetime:
    """Return the time that a timestamp tells, in UTC and without a zone, as nbgrader reads it."""
    if found := COLLECTED.fullmatch(told):
        return datetime.fromisoformat(found[1])
    from nbgrader.utils import parse_utc  # takes a second, for a rare case

    return parse_utc(told)

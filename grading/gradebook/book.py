"""The gradebook: nbgrader's tables, and ours that say what became of each submission.

One writer: a submission's marks go in whole, in one transaction, or not at all.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, delete, insert, make_url, select, update

from grading.course import db_url, settings
from grading.errors import GradingError
from grading.examining.exercise import Exercise
from grading.examining.result import Result
from grading.gradebook import best, by_hand, marks, reading, released_cells, releases
from grading.gradebook.create import make
from grading.gradebook.forgetting import forget
from grading.gradebook.known import known
from grading.gradebook.nbgrader_tables import assignments, students
from grading.gradebook.row import GRADED, TO_READ, UNGRADED, Enrolled, Row, row_of
from grading.gradebook.schema import (
    NAMES,
    collected,
    everyone,
    examined,
    examined_files,
    marked_for_another_look,
    max_score,
    registered,
)

PATIENCE = 60  # seconds for another program, such as formgrader, to let go of an SQLite file


class Book:
    """Hold a gradebook open; a context manager, or `close`."""

    def __init__(self, url: str) -> None:
        """Open the gradebook and make its tables where there are none.

        Raises GradingError where the database cannot be reached.
        """
        try:
            local = make_url(url).get_backend_name() == "sqlite"
            patience = {"timeout": PATIENCE} if local else {}
            self._engine = create_engine(url, connect_args=patience)
            self._course = settings().CourseDirectory.course_id
            make(self._engine, self._course)
        except GradingError:
            raise
        except Exception as error:  # each database's driver has its own
            reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
            raise GradingError(f"The gradebook cannot be opened: {reason}.") from error

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def assignments(self) -> list[str]:
        """Return the names of the assignments that the gradebook knows."""
        with self._engine.connect() as connection:
            return list(connection.scalars(select(assignments.c.name).order_by("name")))

    def registered_digest(self, assignment: str) -> str | None:
        """Return the digest of the version of an assignment that the gradebook knows."""
        asked = select(registered.c.digest).where(registered.c.assignment == assignment)
        with self._engine.connect() as connection:
            return connection.scalar(asked)

    def make_room(self, exercise: Exercise) -> list[str]:
        """Put the cells of another layout aside; return a sentence for each change of points."""
        with self._engine.begin() as connection:
            return releases.make_room(connection, exercise)

    def register_assignment(self, exercise: Exercise) -> None:
        """Note which version of an assignment the gradebook knows, and keep its release."""
        with self._engine.begin() as connection:
            releases.register(connection, exercise)

    def register_with_cells(self, exercise: Exercise) -> list[str]:
        """Register an assignment, and write its cells as nbgrader's release would.

        Returns a sentence for each change of points.
        """
        with self._engine.begin() as connection:
            told = releases.make_room(connection, exercise)
            released_cells.write(connection, self._course, exercise)
            releases.register(connection, exercise)
        return told

    def releases(self, assignment: str) -> list[Exercise]:
        """Return the releases of an assignment that are kept, with their hidden tests."""
        with self._engine.connect() as connection:
            return releases.kept(connection, assignment)

    def enrol(self, student: str, **names: str | None) -> None:
        """Put a student on the class list; names that are given replace those that are known."""
        given = {name: value for name, value in names.items() if value}
        with self._engine.begin() as connection:
            marks.enrol(connection, student)
            if given:
                connection.execute(update(students).where(students.c.id == student).values(given))

    def class_list(self) -> list[Enrolled]:
        """Return everybody on the class list."""
        asked = select(students.c.id, *(students.c[name] for name in NAMES))
        with self._engine.connect() as connection:
            return [Enrolled(*line) for line in connection.execute(asked.order_by("id"))]

    def record_collected(self, assignment: str, student: str, lms: str, path: str) -> None:
        """Note what a student's notebook was called in an LMS's export, "/" between its parts."""
        theirs = (collected.c.assignment == assignment) & (collected.c.student == student)
        values = {"assignment": assignment, "student": student, "lms": lms, "path": path}
        with self._engine.begin() as connection:
            connection.execute(delete(collected).where(theirs))
            connection.execute(insert(collected).values(values))

    def collected(self, assignment: str) -> dict[str, tuple[str, str]]:
        """Return student → LMS, as FORMATS names it, and path in its export of the notebook."""
        asked = select(collected.c.student, collected.c.lms, collected.c.path)
        with self._engine.connect() as connection:
            found = connection.execute(asked.where(collected.c.assignment == assignment))
            return {student: (lms, path) for student, lms, path in found}

    def examined(self, assignment: str) -> dict[str, tuple[str, str]]:
        """Return student → digest and status of the submission that was examined last."""
        asked = select(examined.c.student, examined.c.digest, examined.c.status)
        with self._engine.connect() as connection:
            found = connection.execute(asked.where(examined.c.assignment == assignment))
            return {student: (digest, status) for student, digest, status in found}

    def is_held(self, assignment: str, student: str) -> bool:
        """Return whether a person has yet to read a student's answer before its mark counts."""
        with self._engine.connect() as connection:
            return marks.is_held(connection, known(connection, assignment, student))

    def examined_files(self, assignment: str) -> dict[str, str]:
        """Return student → SHA-256 of the file that was examined last, "" for an unreadable one."""
        asked = select(examined_files.c.student, examined_files.c.file)
        with self._engine.connect() as connection:
            found = connection.execute(asked.where(examined_files.c.assignment == assignment))
            return dict(map(tuple, found))

    def record(
        self,
        assignment: str,
        student: str,
        digest: str,
        result: Result,
        timestamp: datetime | None = None,
        blank: Collection[str] = (),
        answer_of: Mapping[str, str] | None = None,
        as_read: bool = False,
    ) -> None:
        """Write all marks of a submission; `blank` are the answer cells left as released.

        Marks and comments that were given by hand stay, for another look where the answer or its
        points have changed. `answer_of` is check's name → id of the answer that it is about. The
        mark on what a person has to read is held until `as_read` says for this answer that one has.
        """
        with self._engine.begin() as connection:
            marks.enrol(connection, student)  # SQLite lets nobody else write from here on
            before = known(connection, assignment, student)
            best.remember(connection, assignment, student, before)
            own, cells = releases.cells_of(connection, assignment, result.release)
            if before.moves_to(own):
                by_hand.keep(connection, assignment, student)
            notebook = marks.submit(connection, student, before, own, timestamp)
            fitting = by_hand.unchanged(before.result, result, answer_of or {})
            if as_read and result.to_read:
                reading.remember(connection, assignment, student, result)
            held = bool(result.to_read) and not reading.is_read(
                connection, assignment, student, result
            )
            scores = {cells[mark.check]: mark.score for mark in result.marks if mark.asked}
            marks.grade(connection, notebook, scores, {cells[name] for name in fitting}, held)
            answers = {cells[name]: name in blank for name in result.answers}
            marks.comment(connection, notebook, answers)
            if before.kept or before.moves_to(own):
                by_hand.give_back(connection, assignment, student, notebook, cells)
            told = {"reason": " ".join(result.to_read) if held else "", "result": result.to_json()}
            status = TO_READ if held else GRADED
            marks.note(connection, assignment, student, before, digest, status, **told)
            marks.note_file(connection, assignment, student, before, result.submission)

    def penalise(self, assignment: str, penalties: dict[str, float]) -> None:
        """Set student → points that a submission loses for lateness."""
        with self._engine.begin() as connection:
            marks.penalise(connection, assignment, penalties)

    def record_ungraded(
        self, assignment: str, student: str, digest: str, reason: str, file: str = ""
    ) -> None:
        """Write why a submission has no mark; what an earlier one got goes away.

        `file` is its SHA-256, "" where it cannot be read.
        What was given by hand is kept for the next one, and the mark to compare it with.
        """
        with self._engine.begin() as connection:
            marks.enrol(connection, student)
            before = known(connection, assignment, student)
            best.remember(connection, assignment, student, before)
            by_hand.keep(connection, assignment, student)
            marks.withdraw(connection, assignment, student)
            marks.note(connection, assignment, student, before, digest, UNGRADED, reason=reason)
            marks.note_file(connection, assignment, student, before, file)

    def accept(self, assignment: str, student: str) -> None:
        """Let a student's marks count as they are: a better one before them is forgotten."""
        with self._engine.begin() as connection:
            best.let_go(connection, assignment, student)
            marks.accept(connection, assignment, student)

    def keep_mark(self, assignment: str, student: str, digest: str, file: str) -> None:
        """Note that what was examined last has been looked at again, and keeps its mark."""
        theirs = (examined.c.assignment == assignment) & (examined.c.student == student)
        with self._engine.begin() as connection:
            before = known(connection, assignment, student)
            connection.execute(update(examined).where(theirs).values(digest=digest))
            marks.note_file(connection, assignment, student, before, file)

    def result(self, assignment: str, student: str) -> Result | None:
        """Return what a student's submission brought that was graded last, where it is known."""
        with self._engine.connect() as connection:
            return marks.result_of(connection, assignment, student)

    def given_by_hand(self, assignment: str, student: str) -> list[dict[str, Any]]:
        """Return what a person gave by hand, a cell an entry: marks and comments."""
        with self._engine.connect() as connection:
            return by_hand.given(connection, assignment, student)

    def answers_read(self, assignment: str, student: str) -> list[str]:
        """Return the SHA-256 of each of a student's answers that a person has read."""
        with self._engine.connect() as connection:
            return reading.read_by_somebody(connection, assignment, student)

    def settle(self, assignment: str) -> None:
        """Forget the better marks that students have reached again."""
        better = [row for row in self.rows(assignment) if row.best is not None]
        reached = [row.student for row in better if row.score is not None and not row.fell]
        with self._engine.begin() as connection:
            best.let_go(connection, assignment, *reached)

    def best_submission(self, assignment: str, student: str) -> str:
        """Return the SHA-256 of the submission that had the better mark; "" for none."""
        with self._engine.connect() as connection:
            return best.submission_of(connection, assignment, student)

    def rows(self, assignment: str) -> list[Row]:
        """Return a row for each student of the class list, in order of their ids."""
        with self._engine.connect() as connection:
            found = connection.execute(everyone(assignment)).mappings().all()
            total = connection.scalar(max_score(assignment)) or 0.0
            today = releases.todays(connection, assignment)
            flagged = connection.execute(marked_for_another_look(assignment)).all()
        looks = defaultdict(list)
        for student, check in flagged:
            looks[student].append(check)
        return [row_of(assignment, total, today, line, looks[line["student"]]) for line in found]

    def forget(self, student: str) -> int:
        """Delete all rows of a student, out of the file too; return how many there were."""
        with self._engine.begin() as connection:
            count = forget(connection, student)
        if count and self._engine.dialect.name == "sqlite":
            # SQLite leaves what was deleted in the file until the space is used again.
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as whole:
                whole.exec_driver_sql("VACUUM")
        return count

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def open_book(root: Path) -> Book:
    """Open the gradebook of a course folder: the one that nbgrader uses there."""
    return Book(db_url(root))

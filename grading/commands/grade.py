"""Grade what was handed in: each submission alone in a sandbox, its marks written by one writer."""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import filelock

from examiner.launching import LOCAL, remove
from grading.commands.as_read import answers, read
from grading.commands.grade_assignment import Examiners, Grading
from grading.commands.handed_in import is_there, misnamed, submitted
from grading.commands.status import print_rows
from grading.course import assignments
from grading.errors import GradingError
from grading.examining import sandbox
from grading.examining.assignment import read_exercise
from grading.examining.exercise import CODE
from grading.examining.pool import Pool, processors, sweep
from grading.gradebook.book import open_book
from grading.gradebook.lateness import assign_late_penalties
from grading.gradebook.registration import register_assignment
from grading.gradebook.row import Row

NOTHING = (
    "There is nothing to grade: put each notebook into submitted/<student>/{0}/{0}.ipynb, or "
    "collect a folder or a zip."
)


@contextmanager
def own_temporary_folder() -> Iterator[None]:
    """Let this process and its libraries make their temporary files in a folder of ours.

    It is as those of examiners: its path is short enough for sockets below it, and where the
    process is killed, the next run sweeps it away with all that is in it.
    """
    before, folder = tempfile.tempdir, LOCAL.folder()
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        remove(folder)


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

    `as_read` says that a person has read what is held or ungraded by now: it counts. `jobs` is the
    number of examiners, one for each processor by default; `scheduler` is the address of a Dask
    cluster that examines instead. Raises GradingError where there is nothing to grade, the
    assignment is not known, or no sandbox is to be had that works.
    """
    sandbox.sweep()
    sweep()
    with own_temporary_folder():
        _require(assignment, isolated, scheduler)
        exercise = read_exercise(root, assignment)
        with alone(root), open_book(root) as book, _examiners(jobs, scheduler) as examiners:
            register_assignment(root, exercise, book)
            chosen = _chosen(submitted(root, assignment), students, assignment)
            Grading(root, exercise, book, isolated, as_read).examine(chosen, examiners, again)
            assign_late_penalties(book, assignment)
            book.settle(assignment)
            return book.rows(assignment)


def _require(assignment: str, isolated: bool, scheduler: str | None) -> None:
    """Raise GradingError where this machine is to examine in a sandbox that does not work."""
    if isolated and not scheduler:
        sandbox.require()
        if assignment in CODE:
            from grading.examining import proof

            proof.prove(assignment)


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
    rows, changed = [], misnamed(options.course)
    asked = _asked(options.course, options.assignment, options.student)
    students = options.student if as_read else []
    before = answers(options.course, asked, students)
    for assignment, chosen in asked.items():
        with own_temporary_folder():
            _require(assignment, not options.accept_risk, options.scheduler)
            changed += register(options.course, assignment)
        rows += grade(
            options.course,
            assignment,
            students=chosen,
            jobs=options.jobs,
            isolated=not options.accept_risk,
            again=again,
            as_read=as_read,
            scheduler=options.scheduler,
        )
    count, in_vain = read(before, answers(options.course, asked, students))
    return print_rows(rows, options.json, [*changed, *in_vain], count)


def register(root: Path, assignment: str) -> list[str]:
    """Register an assignment where it has changed; return a sentence for each change of points."""
    exercise = read_exercise(root, assignment)
    with alone(root), open_book(root) as book:
        return register_assignment(root, exercise, book)


def _asked(
    root: Path, assignment: str | None, students: list[str] | None
) -> dict[str, list[str] | None]:
    """Return assignment → whose work to grade, None for everybody's.

    Without a name these are all that anybody, or one of these students, has handed in.
    """
    if assignment:
        return {assignment: students}
    folders = list((root / "submitted").glob("*"))
    handed_in = {
        name: {f.name for f in folders if is_there(f / name)} for name in assignments(root)
    }
    for student in set(students or []) - set().union(*handed_in.values()):
        raise GradingError(f"There is no submission by {student}.")
    found = {name: sorted(there & set(students or there)) for name, there in handed_in.items()}
    if not any(found.values()):
        raise GradingError(NOTHING.format("<assignment>"))
    return {name: theirs if students else None for name, theirs in found.items() if theirs}


def _positive(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError("a number from 1 on")
    return int(text)

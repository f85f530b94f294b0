"""Grade what was handed in with stock nbgrader: marks, feedback, a CSV and a table.

Stock nbgrader runs every submission as the person who grades. Use it for work you trust.
"""

import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.plugins import CsvExportPlugin

from grading.course import GradingError, in_order, must, open_course, read_notebook
from grading.release import release


@dataclass(frozen=True)
class Marks:
    """Hold one student's points, by check; `problem` says why a submission has none."""

    student: str
    points: dict[str, float] = field(default_factory=dict)
    problem: str | None = None

    @property
    def total(self) -> float:
        """Return the sum of the points."""
        return sum(self.points.values())


def grade(root: Path, assignment: str) -> list[Marks]:
    """Grade submitted/*/`assignment`, write feedback/ and grades.csv; return everyone's marks.

    Raises GradingError where there is nothing to grade, the assignment is not known, or nbgrader
    cannot release or report.
    """
    known = _learn_the_tests(root, assignment)
    course = open_course(root)
    students = handed_in(root / "submitted", assignment, known)
    if not students:
        raise GradingError(
            f"There is nothing to grade: put each notebook into "
            f"submitted/<student>/{assignment}/{assignment}.ipynb."
        )
    problems = {name: _autograde(root, course, assignment, name) for name in students}
    graded = [name for name, problem in problems.items() if problem is None]
    if graded:
        must(course.generate_feedback(assignment), "write the feedback")
    with course.gradebook as gradebook:
        _export(root, gradebook, assignment, graded)
        return [_marks(gradebook, assignment, *item) for item in problems.items()]


def handed_in(submitted: Path, assignment: str, known: list[str]) -> list[str]:
    """Return what stands in submitted/: a student a folder, and whatever was misplaced there.

    A student who handed in other known assignments and not this one is left out.
    """
    entries = sorted(path for path in submitted.glob("*") if not path.name.startswith("."))
    others = [name for name in known if name != assignment]
    return [
        path.name
        for path in entries
        if (path / assignment).exists() or not any((path / name).exists() for name in others)
    ]


def table(marks: list[Marks]) -> str:
    """Return the marks as text, a student a line, a check a column."""
    checks = next((list(row.points) for row in marks if row.points), [])
    width = max(len(row.student) for row in marks)
    lines = [f"{'student':{width}}  {'  '.join(checks)}  total"]
    for row in marks:
        cells = [f"{row.points[check]:{len(check)}g}" for check in checks if not row.problem]
        lines.append(
            f"{row.student:{width}}  {row.problem or '  '.join([*cells, f'{row.total:5g}'])}"
        )
    return "\n".join(lines)


def _learn_the_tests(root: Path, assignment: str) -> list[str]:
    """Tell the gradebook the current hidden tests; leave exercises/ be; return all assignments."""
    with TemporaryDirectory() as folder:
        known = release(root, into=folder)
    if assignment not in known:
        raise GradingError(f"There is no assignment {assignment}: choose {' or '.join(known)}.")
    return known


def _autograde(root: Path, course: NbGraderAPI, assignment: str, student: str) -> str | None:
    """Grade one submission; return why it could not be graded, or None.

    What an earlier submission got is then taken away, so that no stale mark stands in for it.
    """
    try:
        read_notebook(root / "submitted" / student / assignment / f"{assignment}.ipynb")
        must(course.autograde(assignment, student), f"grade {student}")
    except GradingError as error:
        _forget(root, course, assignment, student)
        return str(error)
    return None


def _forget(root: Path, course: NbGraderAPI, assignment: str, student: str) -> None:
    """Remove marks, graded notebook and feedback of a submission, where there are any."""
    with course.gradebook as gradebook, suppress(MissingEntry):
        gradebook.remove_submission(assignment, student)
    for folder in ["autograded", "feedback"]:
        shutil.rmtree(root / folder / student / assignment, ignore_errors=True)


def _export(root: Path, gradebook: Gradebook, assignment: str, students: list[str]) -> None:
    """Write grades.csv with those who have a mark; nbgrader would give the others a 0."""
    # An empty list would mean everyone to nbgrader, and no student is called "".
    names = students or [""]
    target = str(root / "grades.csv")
    CsvExportPlugin(to=target, assignment=[assignment], student=names).export(gradebook)


def _marks(gradebook: Gradebook, assignment: str, student: str, problem: str | None) -> Marks:
    if problem:
        return Marks(student, problem=problem)
    submission = gradebook.find_submission(assignment, student)
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    points = {grade.name: grade.score for grade in grades}
    return Marks(student, {name: points[name] for name in sorted(points, key=in_order)})

"""Grade what was handed in with stock nbgrader: marks, feedback, a CSV and a table.

Stock nbgrader runs every submission as the person who grades. Use it for work you trust.
"""

from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin

from grading.course import GradingError, must, open_course
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
    known = release(root)
    if assignment not in known:
        raise GradingError(f"There is no assignment {assignment}: choose {' or '.join(known)}.")
    course = open_course(root)
    students = sorted(course.get_submitted_students(assignment))
    if not students:
        raise GradingError(
            f"There is nothing to grade: put each notebook into "
            f"submitted/<student>/{assignment}/{assignment}.ipynb."
        )
    problems = {name: _autograde(course, assignment, name) for name in students}
    must(course.generate_feedback(assignment), "write the feedback")
    with course.gradebook as gradebook:
        CsvExportPlugin(to=str(root / "grades.csv")).export(gradebook)
        return [_marks(gradebook, assignment, *item) for item in problems.items()]


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


def _autograde(course, assignment: str, student: str) -> str | None:
    """Grade one submission; return why it could not be graded, or None."""
    try:
        must(course.autograde(assignment, student), f"grade {student}")
    except GradingError as error:
        return str(error)
    return None


def _marks(gradebook: Gradebook, assignment: str, student: str, problem: str | None) -> Marks:
    if problem:
        return Marks(student, problem=problem)
    submission = gradebook.find_submission(assignment, student)
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return Marks(student, {g.name: g.score for g in sorted(grades, key=lambda g: g.name)})

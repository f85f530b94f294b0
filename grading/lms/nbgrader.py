"""nbgrader: a folder for each student, and the columns of its own export."""

import unicodedata
from collections.abc import Collection

from grading.gradebook.doubts import state
from grading.gradebook.row import GRADED, Row
from grading.lms.format import Format
from grading.lms.names import Owner

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
    "status",
    "reason",
)


def _owner(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    """Read alice/practice.ipynb and alice/practice/practice.ipynb, below submitted/ or not.

    A folder named after an assignment is nobody's: practice/ada.ipynb is by whoever wrote it.
    """
    if "submitted" in parts[:2]:
        parts, wrapped = parts[parts.index("submitted") + 1 :], False
    *folders, file = parts or [""]
    names = {name.casefold(): name for name in assignments}
    folder = names.get(folders[-1].casefold(), "") if len(folders) > 1 else ""
    students = folders[:-1] if folder else folders
    if not students or len(students) > 1 + wrapped or students[-1].casefold() in names:
        return None
    return Owner(unicodedata.normalize("NFC", students[-1]), file, folder=folder)


def _row(row: Row) -> list[object]:
    """Return nbgrader's own columns, then status and reason; a score is empty unless graded."""
    graded = row.status == GRADED
    scores = [row.raw_score, row.late_penalty, row.score] if graded else ["", "", ""]
    who = [row.student, row.last_name, row.first_name, row.email]
    times = [row.duedate, row.timestamp]
    return [row.assignment, *times, *who, *scores, row.max_score, state(row), row.reason]


NBGRADER = Format(
    file_name="grades.csv",
    owner=_owner,
    header=lambda title: COLUMNS,
    row=_row,
    template=None,
    has_all_assignments=True,
)

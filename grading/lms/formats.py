"""The LMSs that the course works with: a new one is a module, and a line in the table."""

from collections.abc import Collection
from pathlib import Path

from grading.gradebook.book import Row
from grading.lms.canvas import CANVAS
from grading.lms.csv_file import write_table
from grading.lms.filling import Exported, count, fill
from grading.lms.moodle import MOODLE
from grading.lms.names import Owner
from grading.lms.nbgrader import NBGRADER

# They are asked in this order whose a file is: the last takes any folder for a student's.
FORMATS = {"moodle": MOODLE, "canvas": CANVAS, "nbgrader": NBGRADER}


def owner(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    """Return whose file it is by its path; None where no LMS names it so.

    `wrapped` says that everything lies in one folder, as unpacked zips often do.
    """
    found = (known.owner(parts, assignments, wrapped) for known in FORMATS.values())
    return next(filter(None, found), None)


def write(
    name: str,
    rows: list[Row],
    path: Path,
    template: Path | None = None,
    column: str | None = None,
) -> Exported:
    """Write marks as the LMS of this name takes them, into the file downloaded there if given."""
    chosen = FORMATS[name]
    assignment = next((row.assignment for row in rows), "")
    if template:
        return fill(chosen.template(template, assignment, column), rows, path)
    write_table(path, [chosen.header(column or assignment), *map(chosen.row, rows)])
    return count(rows, path)

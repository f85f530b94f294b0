"""The LMSs that the course works with: a new one is a module, and a line in the table."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from grading.gradebook.row import Row
from grading.lms import google
from grading.lms.blackboard import BLACKBOARD
from grading.lms.brightspace import BRIGHTSPACE
from grading.lms.canvas import CANVAS
from grading.lms.csv_file import write_table
from grading.lms.filling import Exported, count, fill
from grading.lms.moodle import MOODLE
from grading.lms.names import Owner
from grading.lms.nbgrader import NBGRADER

# They are asked in this order whose a file is: the last takes any folder for a student's.
FORMATS = {
    "moodle": MOODLE,
    "blackboard": BLACKBOARD,
    "brightspace": BRIGHTSPACE,
    "canvas": CANVAS,
    "nbgrader": NBGRADER,
}
OWNERS = {name: known.owner for name, known in FORMATS.items() if known is not NBGRADER} | {
    "google": google.owner,
    "nbgrader": NBGRADER.owner,
}


def owner(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    """Return whose file it is by its path; None where no LMS names it so.

    `wrapped` says that everything lies in one folder, as unpacked zips often do.
    """
    for lms, of in OWNERS.items():
        if found := of(parts, assignments, wrapped):
            return replace(found, lms=lms)
    return None


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

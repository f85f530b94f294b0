"""Take points off for lateness, by nbgrader's own plugin and as its settings say."""

from typing import Any

from grading.course import settings
from grading.gradebook.book import Book
from grading.gradebook.row import EXAMINED, Row


def assign_late_penalties(book: Book, assignment: str) -> None:
    """Set what each graded submission of an assignment loses for lateness, and no other mark.

    `c.AssignLatePenalties.plugin_class` and `c.LateSubmissionPlugin.penalty_method` decide, as in
    nbgrader autograde; a penalty is between 0 and the score.
    """
    graded = [row for row in book.rows(assignment) if row.status in EXAMINED]
    late = [row for row in graded if _seconds_late(row) > 0]
    plugin = _plugin() if late else None
    penalties = dict.fromkeys((row.student for row in graded), 0.0)
    penalties |= {row.student: _penalty(plugin, row) for row in late}
    book.penalise(assignment, penalties)


def _seconds_late(row: Row) -> float:
    if row.timestamp is None or row.duedate is None:
        return 0.0
    return (row.timestamp - row.duedate).total_seconds()


def _plugin() -> Any:
    from nbgrader.preprocessors import AssignLatePenalties  # takes a second, for a rare case

    assigner = AssignLatePenalties(config=settings())
    assigner.init_plugin()
    return assigner.plugin_inst


def _penalty(plugin: Any, row: Row) -> float:
    score = row.raw_score or 0.0
    found = plugin.late_submission_penalty(row.student, score, _seconds_late(row))
    return min(max(0.0, found or 0.0), score)

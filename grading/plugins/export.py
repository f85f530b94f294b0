"""nbgrader export in the course folder: the same file as python -m grading export."""

from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin

from grading.gradebook import book
from grading.gradebook.doubts import doubts
from grading.lms.formats import write


class CsvExport(ExportPlugin):
    """Write grades.csv, with a status for everyone and no score for who was not graded.

    Which marks a person has to look at is a warning for each.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write the marks of the students and assignments that nbgrader's options name."""
        url = gradebook.engine.url.render_as_string(hide_password=False)
        with book.Book(url) as opened:
            every = opened.assignments()
            names = [name for name in every if self._is_wanted(name, self.assignment)]
            rows = [row for name in names for row in opened.rows(name)]
        wanted = [row for row in rows if self._is_wanted(row.student, self.student)]
        done = write("nbgrader", wanted, Path(self.to or "grades.csv"))
        for sentence in doubts(wanted):
            self.log.warning("%s", sentence)
        self.log.info("%s is written; marks: %d", done.path, done.graded)

    def _is_wanted(self, name: str, chosen: list) -> bool:
        """Return whether an option names it; ids of digits come as numbers from nbgrader."""
        return not chosen or name in map(str, chosen)

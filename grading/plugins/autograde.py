"""Let `nbgrader autograde`, and formgrader's button, grade in our sandbox."""

import copy
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.converters.base import NbGraderException
from traitlets import Bool

from grading.commands.grade import grade
from grading.errors import GradingError
from grading.gradebook.doubts import to_read
from grading.gradebook.row import EXAMINED, TO_READ


class IsolatedExporter(NotebookExporter):
    """Stand where nbgrader reads a notebook: a submission is examined, and comes out graded."""

    accept_risk = Bool(
        False, help="Without bubblewrap: run what students sent with your own rights."
    ).tag(config=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        # nbgrader copies what stands beside a notebook, and follows links: here it sees nothing.
        course = copy.copy(self.parent.coursedir)
        course.ignore = [*course.ignore, "*"]
        self.parent.coursedir = course

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return a submission's graded notebook, and any other as it is.

        Raises NbGraderException with a sentence where it cannot be graded.
        """
        course = self.parent.coursedir
        if not Path(filename).is_relative_to(Path(course.root, course.submitted_directory)):
            return super().from_filename(filename, resources=resources, **more)
        names = resources["nbgrader"]
        self._grade(Path(course.root), names["assignment"], names["student"])
        graded = course.format_path(
            course.autograded_directory, names["student"], names["assignment"]
        )
        text = Path(graded, f"{names['notebook']}.ipynb").read_text(encoding="utf-8")
        return text, resources | {"output_extension": ".ipynb"}

    def _grade(self, root: Path, assignment: str, student: str) -> None:
        try:
            rows = grade(
                root,
                assignment,
                students=[student],
                jobs=1,
                isolated=not self.accept_risk,
                again=True,
            )
        except GradingError as error:
            raise NbGraderException(str(error)) from None
        [row] = [row for row in rows if row.student == student]
        if row.status not in EXAMINED:
            raise NbGraderException(f"{student} is not graded: {row.reason}")
        if row.status == TO_READ:
            self.log.warning("%s", to_read(row))

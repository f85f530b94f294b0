"""Of a submission that a person has yet to read, the page says so, and gives no points."""

from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade

from grading.gradebook.book import Book
from grading.reporting.safe_page import HELD

NOTE = (
    "## A person is reading your answer\n\nYour code was examined, and a person reads it before "
    "its points count. After that you get this page with them. Where `check` in the notebook "
    "names a line of your code, that line is why."
)


class HoldToRead(NbGraderPreprocessor):
    """Put a sentence in the place of verdicts and points: they are not final yet.

    It goes before the steps that make something of the checks, since it takes those out.
    """

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Return the notebook as it is, or of a held one the answers under a note."""
        names = resources["nbgrader"]
        with Book(names["db_url"]) as book:
            held = book.is_held(names["assignment"], names["student"])
        if held:
            answers = [cell for cell in nb.cells if not is_grade(cell)]
            nb.cells = [new_markdown_cell(NOTE, id="held"), *answers]
            names[HELD] = True
        return nb, resources

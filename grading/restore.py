"""Give a submission each check of the exercise once, before it is graded."""

from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook, GradeCell, Notebook
from nbgrader.nbgraderformat import SCHEMA_VERSION
from nbgrader.preprocessors import NbGraderPreprocessor

from grading.course import in_order


class RestoreChecks(NbGraderPreprocessor):
    """Put missing checks back at the end, and make cells that nbgrader does not know ordinary ones.

    nbgrader gives a whole submission up for a question deleted or a cell copied. An answer is not
    put back: it may stand in a cell that lost its marks, and a blank one would undo it.
    """

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Return the notebook with every check that the gradebook knows."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            source = gradebook.find_notebook(names["notebook"], names["assignment"])
            known = {cell.name for cell in source.source_cells}
            checks = {grade.name: check_cell(source, grade) for grade in source.grade_cells}
        for cell in nb.cells:
            if _grade_id(cell) not in known:
                cell.metadata.pop("nbgrader", None)
        present = {_grade_id(cell) for cell in nb.cells}
        nb.cells += [checks[name] for name in sorted(checks, key=in_order) if name not in present]
        return nb, resources


def check_cell(source: Notebook, grade: GradeCell) -> NotebookNode:
    """Return a check as it was released, with its hidden test and nbgrader's metadata."""
    [cell] = [cell for cell in source.source_cells if cell.name == grade.name]
    marks = {
        "cell_type": cell.cell_type,
        "checksum": cell.checksum,
        "grade": True,
        "grade_id": cell.name,
        "locked": cell.locked,
        "points": grade.max_score,
        "schema_version": SCHEMA_VERSION,
        "solution": False,
        "task": False,
    }
    return new_code_cell(cell.source, metadata={"nbgrader": marks})


def _grade_id(cell: NotebookNode) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")

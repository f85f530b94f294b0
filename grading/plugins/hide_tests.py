"""What a student reads after grading: the sentence, and nothing of the hidden tests."""

import re

from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from nbgrader.utils import is_grade

# The page cannot fold a hint, and after grading nobody needs one.
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
TELLING_ERRORS = ("AssertionError", "Mistake")


class HideTests(NbGraderPreprocessor):
    """Leave each check its sentence; take hidden tests, tracebacks and other outputs out.

    Outputs of other cells go too: a cell of the student's own could print the hidden tests.
    """

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Return the notebook as the student may see it."""
        # Of checks alone: in a student's own text nbgrader's marks would end everybody's feedback.
        checks = NotebookNode(nb | {"cells": [cell for cell in nb.cells if is_grade(cell)]})
        ClearHiddenTests(parent=self).preprocess(checks, resources)
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                cell.source = FOLDED.sub("", cell.source)
            elif cell.cell_type == "code":
                cell.outputs = [verdict(cell)] if is_grade(cell) else []
        return nb, resources


def verdict(cell: NotebookNode) -> NotebookNode:
    """Return one line of output that says how an executed check ended."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    text = _sentence(errors[0]) if errors else "Right."
    return NotebookNode(output_type="stream", name="stdout", text=text)


def _sentence(error: NotebookNode) -> str:
    if error.ename in TELLING_ERRORS:
        return error.evalue
    return f"This check could not run ({error.ename}): run all cells and look for the first error."

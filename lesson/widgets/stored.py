"""Store a notebook so that a reader without a kernel sees something: no dangling widgets."""

from nbconvert.preprocessors import Preprocessor
from nbformat.notebooknode import NotebookNode

WIDGET = "application/vnd.jupyter.widget-view+json"


class WithoutWidgets(Preprocessor):
    """Take the widget out of each output; its picture and its text stay."""

    enabled = True

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict, index: int
    ) -> tuple[NotebookNode, dict]:
        """Return the cell without references to widgets that live in a kernel."""
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
        return cell, resources

"""The class report: a notebook run over the gradebook and saved as HTML."""

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.notebooknode import NotebookNode

from grading.atomic import write_atomically
from grading.commands.feedback import graded
from grading.course import HERE, settings
from grading.errors import GradingError
from grading.gradebook import book
from grading.gradebook.doubts import doubts
from grading.gradebook.row import Row
from grading.notebooks import read_notebook
from grading.reporting.item_analysis import count_statuses
from grading.reporting.rows import VARIABLE, write_rows
from grading.reporting.safe_page import exporter

TEMPLATE = HERE / "grading" / "reporting" / "report.ipynb"
TIMEOUT = 600  # seconds a cell; to compare 2,000 submissions takes about 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--assignment", help="report on this one (else on all graded)")


def run(options: argparse.Namespace) -> int:
    """Write report/<assignment>.html below the course folder and say so.

    Returns 1 where a mark is held, fell or waits for another look, which the report names, else 0.

    Raises GradingError where the gradebook has no such assignment or the report cannot be made.
    """
    names = [options.assignment] if options.assignment else graded(options.course)
    written = [write(options.course, name) for name in names]
    told = [sentence for report in written for sentence in report["doubts"]]
    told += [f"{report['report']} is written; open it in a browser." for report in written]
    print(json.dumps(written) if options.json else "\n".join(told))
    return int(any(report["doubts"] for report in written))


def write(course: Path, assignment: str) -> dict[str, Any]:
    """Write the report on one assignment; return where it is and how many have which status."""
    rows = _rows(course, assignment)
    target = course / "report" / f"{assignment}.html"
    target.parent.mkdir(exist_ok=True)
    write_atomically(target, page(assignment, rows))
    students = count_statuses(rows)
    return {"report": str(target), "students": students, "doubts": doubts(rows)}


def page(assignment: str, rows: Sequence[Row]) -> str:
    """Return the report as a page of HTML that loads nothing from the network.

    Raises GradingError where a cell of the notebook fails.
    """
    notebook = _run_over(assignment, rows)
    html = exporter()
    html.exclude_input = html.exclude_input_prompt = html.exclude_output_prompt = True
    found, _ = html.from_notebook_node(
        notebook, {"metadata": {"name": f"Class report: {assignment}"}}
    )
    return found


def _rows(course: Path, assignment: str) -> list[Row]:
    with book.open_book(course) as gradebook:
        known = gradebook.assignments()
        if assignment not in known:
            raise GradingError(
                f"The gradebook has no assignment {assignment}: "
                f"choose {' or '.join(known) or 'one that you have graded'}."
            )
        return gradebook.rows(assignment)


def _run_over(assignment: str, rows: Sequence[Row]) -> NotebookNode:
    """Return the notebook with its outputs; the kernel gets a file and never the gradebook."""
    notebook = read_notebook(TEMPLATE)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        write_rows(path, assignment, rows)
        resources = {"metadata": {"path": folder}}
        client = NotebookClient(notebook, timeout=TIMEOUT, resources=resources, config=settings())
        try:
            client.execute(env=_environment(path))
        except CellExecutionError as error:
            raise GradingError(
                f"{TEMPLATE.name} has a cell that fails: {error.ename}: {error.evalue}"
            ) from error
    for cell in notebook.cells:
        _keep_results(cell)
    return notebook


def _environment(path: Path) -> dict[str, str]:
    """Return what the kernel sees: this code before any other, and no start-up files of yours."""
    paths = [str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {
        VARIABLE: str(path),
        "PYTHONPATH": os.pathsep.join(paths),
        "IPYTHONDIR": str(path.parent / "ipython"),
    }


def _keep_results(cell: NotebookNode) -> None:
    """Leave out what libraries print: matplotlib says so when it looks for fonts at first."""
    if cell.cell_type == "code":
        kept = ("display_data", "execute_result")
        cell.outputs = [output for output in cell.outputs if output.output_type in kept]

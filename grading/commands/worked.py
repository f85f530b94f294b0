"""Write the worked solutions as HTML, to publish after the deadline."""

import argparse
import json
from pathlib import Path

from nbclient.exceptions import CellExecutionError
from nbconvert.preprocessors import ExecutePreprocessor
from nbformat.notebooknode import NotebookNode
from nbgrader.utils import is_grade, is_solution

from grading.atomic import write_atomically
from grading.course import assignments, settings
from grading.errors import GradingError
from grading.notebooks import read_notebook
from grading.reporting.safe_page import exporter


def write_worked(root: Path) -> list[Path]:
    """Run every source notebook and write worked/<assignment>.html; return the files.

    Raises GradingError where a cell of a source notebook fails.
    """
    return [_write(root, name) for name in assignments(root)]


def run_source(path: Path) -> NotebookNode:
    """Return the source notebook with its outputs; answer cells and checks passed, and left out.

    Raises GradingError where a cell fails.
    """
    notebook = read_notebook(path)
    try:
        ExecutePreprocessor(timeout=60, config=settings()).preprocess(notebook)
    except CellExecutionError as error:
        raise GradingError(
            f"{path} has a cell that fails: {error.ename}: {error.evalue}"
        ) from error
    # The worked cells say the answer in words; the markers of the source would only puzzle.
    notebook.cells = [cell for cell in notebook.cells if not (is_grade(cell) or is_solution(cell))]
    return notebook


def _write(root: Path, name: str) -> Path:
    notebook = run_source(root / "solutions" / name / f"{name}.ipynb")
    html, _ = exporter().from_notebook_node(notebook, {"metadata": {"name": f"{name}: worked"}})
    target = root / "worked" / f"{name}.html"
    target.parent.mkdir(exist_ok=True)
    write_atomically(target, html)
    return target


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command takes no arguments of its own."""


def run(options: argparse.Namespace) -> int:
    """Write the pages, and say where."""
    paths = [str(path.relative_to(options.course)) for path in write_worked(options.course)]
    lines = [f"{path} is written; publish it after the deadline." for path in paths]
    print(json.dumps(paths) if options.json else "\n".join(lines))
    return 0

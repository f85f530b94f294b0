"""Read a notebook of the course."""

from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from grading.errors import GradingError


def read_notebook(path: Path) -> NotebookNode:
    """Return a notebook; raise GradingError where there is none or it cannot be read."""
    try:
        return nbformat.read(path, as_version=4)
    except (FileNotFoundError, NotADirectoryError):
        raise GradingError(f"there is no {path.name} in {path.parent}.") from None
    except Exception as error:  # nbformat lets through whatever a broken file causes
        raise GradingError(f"{path} is not a notebook ({type(error).__name__}).") from error

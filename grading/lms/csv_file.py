"""Write a CSV file, with no cell in it that a spreadsheet takes for a formula."""

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

from grading.atomic import write_atomically
from grading.errors import GradingError

NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?", re.IGNORECASE)


def write_table(path: Path, lines: Iterable[Iterable[object]]) -> None:
    """Write these lines of cells; raise GradingError where that is not possible."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([harmless(cell) for cell in line] for line in lines)
    write_text(path, text.getvalue())


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all; raise GradingError where that is not possible."""
    try:
        write_atomically(path, text)
    except OSError as error:
        raise GradingError(f"{path} cannot be written: {error.strerror}.") from error


def harmless(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    is_formula = text.startswith(("=", "+", "-", "@", "\t", "\r")) and not NUMBER.fullmatch(text)
    # Python's csv leaves a bare CR unquoted, and readers take it for the end of the line.
    text = text.replace("\r", " ")
    return f"'{text}" if is_formula else text

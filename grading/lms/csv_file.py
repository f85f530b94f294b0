"""Read and write CSV files: in any encoding that spreadsheets use, with no formula in a new one."""

import codecs
import csv
import io
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from grading.atomic import write_atomically
from grading.errors import GradingError

NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?", re.IGNORECASE)
MARKED = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
GUESSED = (
    "{name} is not UTF-8 and was read as Windows-1252: look at the names, and where they are wrong "
    "save it as CSV in UTF-8."
)
WORKBOOKS = (b"PK\3\4", b"\xd0\xcf\x11\xe0")  # how .xlsx and .ods, and how .xls begin


def read_text(path: Path) -> tuple[str, str]:
    """Return a file's text, its byte order mark included, and the encoding that spells it so.

    What is not UTF-8 is read as Windows-1252, the one that Excel writes in Western Europe. Raises
    GradingError where the file cannot be read or is in neither, nor in UTF-16 with its mark.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise GradingError(f"{path} cannot be read: {error.strerror}.") from error
    if content.startswith(WORKBOOKS):
        raise GradingError(f"{path} is a spreadsheet's own file: save it as CSV, in UTF-8.")
    marked = [encoding for mark, encoding in MARKED.items() if content.startswith(mark)]
    for encoding in marked or ["utf-8", "cp1252"]:
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            if "\0" not in text:
                return text, encoding
    raise GradingError(
        f"{path} is in no encoding that is known here (UTF-8, Windows-1252, UTF-16 with a byte "
        "order mark): download it again, or save it as CSV in UTF-8."
    )


def guess(path: Path, encoding: str) -> str:
    """Return a sentence where a file was read in an encoding that nothing in it names, else ""."""
    return GUESSED.format(name=path.name) if encoding == "cp1252" else ""


def write_table(path: Path, lines: Iterable[Iterable[object]]) -> None:
    """Write these lines of cells; raise GradingError where that is not possible."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([harmless(cell) for cell in line] for line in lines)
    write_text(path, text.getvalue())


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a file whole or not at all; raise GradingError where that is not possible."""
    try:
        write_atomically(path, text.encode(encoding))
    except OSError as error:
        raise GradingError(f"{path} cannot be written: {error.strerror}.") from error


def harmless(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    is_formula = text.startswith(("=", "+", "-", "@", "\t", "\r")) and not NUMBER.fullmatch(text)
    # Python's csv leaves a bare CR unquoted, and readers take it for the end of the line.
    text = text.replace("\r", " ")
    return f"'{text}" if is_formula else text

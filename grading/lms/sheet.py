"""A CSV file that an LMS wrote, of which single cells change and every other byte stays."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from grading.errors import GradingError
from grading.lms.csv_file import guess, read_text

BOM = "\ufeff"
FRACTIONS = re.compile(r"\d+,\d+"), re.compile(r"\d+\.\d+")


class Sheet:
    """The rows of a CSV file; each cell is kept as it was spelled, quotes and blanks included.

    `guess` is a sentence where the encoding was guessed.
    """

    def __init__(self, text: str, delimiter: str, encoding: str = "utf-8", guess: str = "") -> None:
        self.delimiter, self.encoding, self.guess = delimiter, encoding, guess
        self.rows, self.ends = _parse(text, delimiter)

    @property
    def header(self) -> list[str]:
        """Return the names of the columns."""
        return [unquoted(cell).strip() for cell in self.rows[0]]

    def column(self, column: int) -> list[str]:
        """Return what the cells of a column say, below the header."""
        return [self.cell(row, column) for row in range(1, len(self.rows))]

    def decimal_mark(self, *groups: Iterable[str]) -> str:
        """Return "," or ".", by the first of these groups of cells that has fractions, or by all.

        A name of a section or a note can look like a fraction and is asked last.
        """
        everything = [unquoted(cell).strip() for row in self.rows for cell in row]
        for cells in map(list, [*groups, everything]):
            commas, points = (sum(map(bool, map(mark.fullmatch, cells))) for mark in FRACTIONS)
            if commas or points:
                return "," if commas > points else "."
        return "."

    def cell(self, row: int, column: int) -> str:
        """Return what a cell says; "" where the row is shorter."""
        cells = self.rows[row]
        return unquoted(cells[column]).strip() if column < len(cells) else ""

    def put(self, row: int, column: int, text: str) -> None:
        """Change a cell, quoted as it was or where it must be."""
        cells = self.rows[row]
        cells += [""] * (column + 1 - len(cells))
        quoted = cells[column].startswith('"') or self.delimiter in text
        cells[column] = f'"{text}"' if quoted else text

    def text(self) -> str:
        """Return the whole file."""
        lines = [self.delimiter.join(row) for row in self.rows]
        return "".join(line + end for line, end in zip(lines, self.ends, strict=True))


def read_sheet(path: Path, is_it: Callable[[Sheet], bool]) -> Sheet:
    """Read a CSV file with whichever delimiter makes `is_it` true.

    Raises GradingError where the file cannot be read or no delimiter does.
    """
    text, encoding = read_text(path)
    sheets = [Sheet(text, delimiter, encoding, guess(path, encoding)) for delimiter in ",;\t"]
    found = next((sheet for sheet in sheets if is_it(sheet)), None)
    if found is None:
        raise GradingError(f"{path} lacks the columns that the LMS's download has: {text[:80]!r}.")
    return found


def unquoted(cell: str) -> str:
    """Return what a cell says, without quotes."""
    cell = cell.removeprefix(BOM)
    inner = cell.strip()
    if len(inner) > 1 and inner[0] == inner[-1] == '"':
        return inner[1:-1].replace('""', '"')
    return cell


def _parse(text: str, delimiter: str) -> tuple[list[list[str]], list[str]]:
    token = re.compile(
        rf'(\ufeff?"[^"]*(?:""[^"]*)*"[^{delimiter}\r\n]*|[^{delimiter}\r\n]*)'
        rf"({delimiter}|\r\n|\n|\r|\Z)"
    )
    rows, ends, row, at = [], [], [], 0
    while at < len(text) or row or not rows:
        match = token.match(text, at)
        row.append(match[1])
        at = match.end()
        if match[2] != delimiter:
            rows.append(row)
            ends.append(match[2])
            row = []
    return rows, ends

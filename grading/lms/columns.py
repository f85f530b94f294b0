"""Find columns of an LMS's file: an assignment's marks by their title, e-mail by what it is."""

import re
from collections.abc import Callable
from pathlib import Path

from grading.errors import GradingError
from grading.lms.sheet import Sheet

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
Titles = list[tuple[int, str]]  # where a column is, and what it is called


def choose(titles: Titles, name: str, bare: Callable[[str], str], path: Path) -> int:
    """Return where the column with this title is, or with one that is alike.

    `bare` takes from a title what the LMS adds to it. Raises GradingError unless one column fits.
    """
    exact = [at for at, title in titles if title == name]
    alike = [at for at, title in titles if _alike(bare(title)) == _alike(bare(name))]
    found = exact or alike
    if len(found) == 1:
        return found[0]
    listed = ", ".join(title for at, title in titles if at in alike or not alike)
    how = "several columns" if found else "no column"
    raise GradingError(f"{path} has {how} named {name}: choose with --column among {listed}.")


def _alike(title: str) -> str:
    """Return a title as people compare it: pattern_test is "Pattern Test"."""
    return re.sub(r"[\s_]+", " ", title).strip().casefold()


def emails(sheet: Sheet) -> list[int]:
    """Return the columns that hold e-mail addresses and nothing else."""
    columns = {at: list(filter(None, sheet.column(at))) for at in range(len(sheet.header))}
    return [at for at, cells in columns.items() if cells and all(map(EMAIL.fullmatch, cells))]

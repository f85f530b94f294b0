"""Fill marks into the CSV file that an LMS let the instructor download."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from grading.gradebook.book import GRADED, Row
from grading.lms.csv_file import write_text
from grading.lms.sheet import Sheet

# A column, what of its cells counts, and what a row has that should equal it.
Key = tuple[str, Callable[[str], str], Callable[[Row], str | None]]


@dataclass
class Exported:
    """What was written; who stays blank, and which marks and lines have no counterpart."""

    path: Path
    graded: int = 0
    blank: list[Row] = field(default_factory=list)
    without_line: list[str] = field(default_factory=list)  # students whom the template lacks
    without_row: list[str] = field(default_factory=list)  # people of the template unknown here
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Template:
    """Hold a CSV file downloaded from an LMS, and what stands where in it.

    `lines` are those about somebody, `column` is where marks go. A line and a row belong together
    by the first of `keys` that they share. `maxima` are the cells that say what a full mark is.
    """

    sheet: Sheet
    lines: list[int]
    column: int
    keys: list[Key]
    maxima: set[str]


def count(rows: list[Row], path: Path) -> Exported:
    """Count what was written where every row has its line."""
    blank = [row for row in rows if row.status != GRADED]
    return Exported(path, len(rows) - len(blank), blank)


def mark(row: Row) -> str:
    """Return a score as an LMS reads it, such as 7.5; "" unless graded."""
    if row.status != GRADED or row.score is None:
        return ""
    return f"{row.score:.4f}".rstrip("0").rstrip(".")


def fill(template: Template, rows: list[Row], path: Path) -> Exported:
    """Write the template with the marks in their column, and every other byte as it was."""
    matched, left = _match(template, rows)
    point = "," if template.sheet.has_decimal_comma else "."
    for line, row in matched.items():
        if text := mark(row):
            template.sheet.put(line, template.column, text.replace(".", point))
    write_text(path, template.sheet.text())
    strangers = [line for line in template.lines if line not in matched]
    return Exported(
        path,
        graded=sum(row.status == GRADED for row in matched.values()),
        blank=[row for row in rows if row.status != GRADED],
        without_line=left,
        without_row=[_person(template.sheet, line) for line in strangers],
        notes=_other_maximum(template.maxima, rows),
    )


def lines_with(sheet: Sheet, column: str) -> list[int]:
    """Return the numbers of the lines that are about somebody: with an id in this column."""
    at = sheet.header.index(column)
    return [line for line in range(1, len(sheet.rows)) if sheet.cell(line, at)]


def cells_in(sheet: Sheet, lines: list[int], name: str) -> set[str]:
    """Return what these lines say in a column; nothing where there is no such column."""
    if name not in sheet.header:
        return set()
    return {sheet.cell(line, sheet.header.index(name)) for line in lines}


def _match(template: Template, rows: list[Row]) -> tuple[dict[int, Row], list[str]]:
    """Return line → row by the first key that fits both, and the students who have no line."""
    matched: dict[int, Row] = {}
    left = {row.student: row for row in rows}
    for key in template.keys:
        free = [line for line in template.lines if line not in matched]
        for line, row in _match_by(key, template.sheet, free, list(left.values())).items():
            matched[line] = left.pop(row.student)
    return matched, list(left)


def _match_by(key: Key, sheet: Sheet, lines: list[int], rows: list[Row]) -> dict[int, Row]:
    """Return line → row by one key, where neither side has it twice."""
    name, clean, of = key
    if name not in sheet.header:
        return {}
    at = sheet.header.index(name)
    values = {line: clean(sheet.cell(line, at)) for line in lines}
    owners = {of(row): row for row in rows}
    seen, had = Counter(values.values()), Counter(map(of, rows))
    return {
        line: owners[value]
        for line, value in values.items()
        if value and value in owners and seen[value] == had[value] == 1
    }


def _person(sheet: Sheet, line: int) -> str:
    return " ".join(filter(None, [sheet.cell(line, 0), sheet.cell(line, 1)]))


def _other_maximum(cells: set[str], rows: list[Row]) -> list[str]:
    """Return a sentence where the LMS counts to another maximum than the marks do."""
    ours = {row.max_score for row in rows if row.status == GRADED}
    theirs = {float(cell.replace(",", ".")) for cell in cells if _is_number(cell)}
    if not ours or not theirs or theirs == ours:
        return []
    return [
        f"The LMS has a maximum of {_listed(theirs)}, the marks one of {_listed(ours)}: "
        "set it in the LMS before you import."
    ]


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"\d+(?:[.,]\d+)?", cell))


def _listed(numbers: set[float]) -> str:
    return ", ".join(f"{number:g}" for number in sorted(numbers))

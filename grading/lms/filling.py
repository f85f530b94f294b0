"""Fill marks into the CSV file that an LMS let the instructor download."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from grading.gradebook.row import GRADED, WAITING, Row
from grading.lms.csv_file import write_text
from grading.lms.full_names import agree
from grading.lms.sheet import Sheet

# A column, what of its cells counts, and what a row has that should equal it.
Key = tuple[int, Callable[[str], str], Callable[[Row], str | None]]
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
NO_MARK = ("", "-")
OLDER = (
    "An older mark, {mark}, stays in the file for {student}, whose {assignment} is {status}: take "
    "it out before you import, unless it is to count."
)


@dataclass
class Exported:
    """What was written; who stays blank, and which marks and lines have no counterpart.

    `kept` are sentences about cells of the template that say something other than a number, such
    as EX for an excused student; `held_back` counts the marks that were not entered for that.
    `older` are sentences about numbers that stay in it for those who have no mark now. `guess` is a
    sentence where the template's encoding was guessed.
    """

    path: Path
    graded: int = 0
    blank: list[Row] = field(default_factory=list)
    without_line: list[str] = field(default_factory=list)  # students whom the template lacks
    without_row: list[str] = field(default_factory=list)  # people of the template unknown here
    kept: list[str] = field(default_factory=list)
    held_back: int = 0
    older: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    guess: str = ""


@dataclass(frozen=True)
class Template:
    """Hold a CSV file downloaded from an LMS, and what stands where in it.

    `lines` are those about somebody, `column` is where marks go. A line and a row belong together
    by the first of `keys` that they share, unless `is_another` says of the two that they are about
    different people. `name` tells whose line it is, `maxima` are the cells that say what a full
    mark is, and lines in `locked` take no mark. `waits` says of a cell's text that it only stands
    for a mark to come.
    """

    sheet: Sheet
    lines: list[int]
    column: int
    keys: list[Key]
    maxima: set[str]
    name: Callable[[int], str]
    is_another: Callable[[int, Row], bool] = lambda line, row: False
    locked: frozenset[int] = frozenset()
    waits: Callable[[str], bool] = lambda said: False

    def refusal(self, line: int) -> str:
        """Return what keeps a line from getting a mark; "" where nothing does."""
        said = self.sheet.cell(line, self.column)
        if said not in NO_MARK and not is_number(said) and not self.waits(said):
            return said
        return "its mark, which the LMS has locked" if line in self.locked else ""


def bears_another_name(row: Row, name: str) -> bool:
    """Return whether a line with this name is about somebody else than a row is."""
    return not agree(" ".join(filter(None, [row.first_name, row.last_name])), name)


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
    """Write the template with the marks in their column, and every other byte as it was.

    Only cells that are empty or a number change.
    """
    matched, left, others = _match(template, rows)
    point = template.sheet.decimal_mark(template.maxima, template.sheet.column(template.column))
    refused = {line: said for line in matched if (said := template.refusal(line))}
    marks = {line: mark(row) for line, row in matched.items()}
    for line, text in marks.items():
        if text and line not in refused:
            template.sheet.put(line, template.column, text.replace(".", point))
    write_text(path, template.sheet.text(), template.sheet.encoding)
    return Exported(
        path,
        graded=sum(bool(text) and line not in refused for line, text in marks.items()),
        blank=[row for row in rows if row.status != GRADED],
        without_line=left,
        without_row=[template.name(line) for line in template.lines if line not in matched],
        kept=[_kept(template.name(line), said, marks[line]) for line, said in refused.items()],
        held_back=sum(bool(marks[line]) for line in refused),
        older=[told for line, row in matched.items() for told in _older(template, line, row)],
        notes=others + _other_maximum(template.maxima, rows),
        guess=template.sheet.guess,
    )


def is_number(cell: str) -> bool:
    """Return whether a cell says a number, with a decimal point or comma or without."""
    return bool(NUMBER.fullmatch(cell))


def lines_with(sheet: Sheet, column: int) -> list[int]:
    """Return the numbers of the lines that are about somebody: with an id in this column."""
    return [line for line in range(1, len(sheet.rows)) if sheet.cell(line, column)]


def _kept(name: str, said: str, text: str) -> str:
    end = f": the mark {text} was not entered" if text else ""
    return f"{name} keeps {said}{end}."


def _older(template: Template, line: int, row: Row) -> list[str]:
    """Return a sentence where a line has a mark already, and whoever it is about has none now."""
    said = template.sheet.cell(line, template.column)
    if row.status not in WAITING or not is_number(said):
        return []
    named = {"student": row.student, "assignment": row.assignment, "status": row.status}
    return [OLDER.format(mark=said, **named)]


def _match(template: Template, rows: list[Row]) -> tuple[dict[int, Row], list[str], list[str]]:
    """Return line → row by the first key that fits both, who has no line, and who was no match."""
    matched: dict[int, Row] = {}
    left = {row.student: row for row in rows}
    others = []
    for key in template.keys:
        free = [line for line in template.lines if line not in matched]
        for line, row in _match_by(key, template.sheet, free, list(left.values())).items():
            if template.is_another(line, row):
                others.append(_another(template.name(line), row))
            else:
                matched[line] = left.pop(row.student)
    return matched, list(left), others


def _match_by(key: Key, sheet: Sheet, lines: list[int], rows: list[Row]) -> dict[int, Row]:
    """Return line → row by one key, where neither side has it twice."""
    at, clean, of = key
    values = {line: clean(sheet.cell(line, at)) for line in lines}
    owners = {of(row): row for row in rows}
    seen, had = Counter(values.values()), Counter(map(of, rows))
    return {
        line: owners[value]
        for line, value in values.items()
        if value and value in owners and seen[value] == had[value] == 1
    }


def _another(name: str, row: Row) -> str:
    return (
        f"{name} has the LMS's number of {row.student} and is somebody else by name or e-mail: "
        "no mark was entered."
    )


def _other_maximum(cells: set[str], rows: list[Row]) -> list[str]:
    """Return a sentence where the LMS counts to another maximum than the marks do."""
    ours = {row.max_score for row in rows if row.status == GRADED}
    theirs = {float(cell.replace(",", ".")) for cell in cells if is_number(cell)}
    if not ours or not theirs or theirs == ours:
        return []
    return [
        f"The LMS has a maximum of {_listed(theirs)}, the marks one of {_listed(ours)}: "
        "set it in the LMS before you import."
    ]


def _listed(numbers: set[float]) -> str:
    return ", ".join(f"{number:g}" for number in sorted(numbers))

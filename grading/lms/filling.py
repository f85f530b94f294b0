"""Fill marks into the CSV file that Canvas or Moodle let the instructor download."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from grading.errors import GradingError
from grading.gradebook.book import GRADED, Row
from grading.lms.sheet import Sheet, read_sheet, write_text

NUMBERED = re.compile(r"\s*\(\d+\)\s*$")  # Canvas: "Practice (4711)"
LAST_NUMBER = re.compile(r"\d+$")  # Moodle: "Participant 12345", in any language

Key = tuple[str, Callable[[str], str], Callable[[Row], str | None]]


@dataclass
class Exported:
    """What was written; who stays blank, and which marks and lines found no partner."""

    path: Path
    graded: int = 0
    blank: list[Row] = field(default_factory=list)
    without_line: list[str] = field(default_factory=list)  # students whom the template lacks
    without_row: list[str] = field(default_factory=list)  # people of the template unknown here
    notes: list[str] = field(default_factory=list)


def tally(rows: list[Row], path: Path) -> Exported:
    """Count what was written where every row has its line."""
    blank = [row for row in rows if row.status != GRADED]
    return Exported(path, len(rows) - len(blank), blank)


def mark(row: Row) -> str:
    """Return a score as an LMS reads it, such as 7.5; "" unless graded."""
    if row.status != GRADED or row.score is None:
        return ""
    return f"{row.score:.4f}".rstrip("0").rstrip(".")


def fill_canvas(rows: list[Row], path: Path, template: Path, column: str | None) -> Exported:
    """Fill the assignment's column of Canvas' gradebook, and no other cell."""
    sheet = read_sheet(template, lambda header: {"ID", "Section"} <= set(header))
    name = column or next((row.assignment for row in rows), "")
    at = _canvas_column(sheet, name, template)
    keys: list[Key] = [
        ("ID", str, lambda row: row.lms_user_id),
        ("SIS Login ID", str.casefold, _login),
    ]
    lines = [line for line in _lines(sheet, "ID") if sheet.cell(line, 0) != "Student, Test"]
    tops = [line for line in range(1, len(sheet.rows)) if "Points Possible" in sheet.cell(line, 0)]
    done = _fill(sheet, lines, at, rows, keys)
    done.notes = _other_maximum({sheet.cell(line, at) for line in tops}, rows)
    return _finish(sheet, done, path)


def fill_moodle(rows: list[Row], path: Path, template: Path, column: str | None) -> Exported:
    """Fill the column Grade of Moodle's grading worksheet, and no other cell."""
    grade = column or "Grade"
    sheet = read_sheet(template, lambda header: grade in header and len(header) > 2)
    first = sheet.header[0]
    identifier = "Identifier" if "Identifier" in sheet.header else first
    keys: list[Key] = [
        (identifier, _last_number, lambda row: row.lms_user_id),
        ("Email address", str.casefold, lambda row: (row.email or "").casefold()),
    ]
    lines = _lines(sheet, identifier)
    done = _fill(sheet, lines, sheet.header.index(grade), rows, keys)
    done.notes = _other_maximum(_column(sheet, lines, "Maximum Grade"), rows)
    return _finish(sheet, done, path)


def _login(row: Row) -> str | None:
    """Return what may be the login of somebody of whom Canvas' own id is not known."""
    return None if row.lms_user_id else row.student.casefold()


def _last_number(cell: str) -> str:
    found = LAST_NUMBER.search(cell)
    return found[0] if found else ""


def _lines(sheet: Sheet, column: str) -> list[int]:
    """Return the numbers of the lines that are about somebody: those with an id."""
    at = sheet.header.index(column)
    return [line for line in range(1, len(sheet.rows)) if sheet.cell(line, at)]


def _column(sheet: Sheet, lines: list[int], name: str) -> set[str]:
    if name not in sheet.header:
        return set()
    return {sheet.cell(line, sheet.header.index(name)) for line in lines}


def _canvas_column(sheet: Sheet, name: str, template: Path) -> int:
    """Return where the assignment's marks go; raise GradingError unless one column fits."""
    assignments = list(enumerate(sheet.header))[sheet.header.index("Section") + 1 :]
    exact = [at for at, title in assignments if title == name]
    alike = [at for at, title in assignments if _bare(title) == _bare(name)]
    found = exact or alike
    if len(found) == 1:
        return found[0]
    titles = ", ".join(sheet.header[at] for at in alike) or ", ".join(t for _, t in assignments)
    how = "several columns" if found else "no column"
    raise GradingError(f"{template} has {how} named {name}: choose with --column among {titles}.")


def _bare(title: str) -> str:
    """Return a title as people compare it: pattern_test is "Pattern Test (4711)"."""
    return " ".join(NUMBERED.sub("", title).casefold().replace("_", " ").split())


def _fill(sheet: Sheet, lines: list[int], at: int, rows: list[Row], keys: list[Key]) -> Exported:
    """Match lines and rows by the first key that fits both, and put the marks in."""
    partner: dict[int, Row] = {}
    left = {row.student: row for row in rows}
    for key in keys:
        free = [line for line in lines if line not in partner]
        for line, row in _matched(sheet, free, list(left.values()), key).items():
            partner[line] = left.pop(row.student)
    point = "," if sheet.has_decimal_comma else "."
    for line, row in partner.items():
        if text := mark(row):
            sheet.put(line, at, text.replace(".", point))
    return Exported(
        path=Path(),
        graded=sum(row.status == GRADED for row in partner.values()),
        blank=[row for row in rows if row.status != GRADED],
        without_line=list(left),
        without_row=[_person(sheet, line) for line in lines if line not in partner],
    )


def _matched(sheet: Sheet, lines: list[int], rows: list[Row], key: Key) -> dict[int, Row]:
    """Return the row of each line by one key, where neither side has it twice."""
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


def _finish(sheet: Sheet, done: Exported, path: Path) -> Exported:
    write_text(path, sheet.text())
    done.path = path
    return done

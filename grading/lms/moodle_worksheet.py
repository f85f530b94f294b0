"""Moodle's grading worksheet, whose columns are named in the language of whoever downloads it.

They are told by what stands in them, and by their order, which is the same in every language.
"""

import re
from functools import partial
from pathlib import Path

from grading.errors import GradingError
from grading.gradebook.row import Row
from grading.lms.columns import emails
from grading.lms.filling import NO_MARK, Key, Template, is_number
from grading.lms.full_names import agree
from grading.lms.sheet import Sheet, read_sheet

# "Participant 12345", "Teilnehmer/in12345": one word for all, and a number.
PARTICIPANT = re.compile(r"(\D{3,}?)\s*(\d+)")
# What says in "Grade can be changed" that it cannot.
NO = {"no", "nein", "non", "não", "nee", "nej", "nei", "nie", "ne", "ei", "нет", "いいえ", "否"}


def template(path: Path, assignment: str, column: str | None) -> Template:
    """Read the worksheet; raise GradingError where it is none or has no one column of marks."""
    sheet = read_sheet(path, lambda sheet: bool(_who(sheet)))
    lines = people(sheet)
    grade = _grade(sheet, lines, column, path)
    maximum = grade + 1 if _is_maximum(_cells(sheet, lines, grade + 1)) else None
    number, names = participants(sheet), full_names(sheet)
    keys: list[Key] = [(at, str.casefold, _email) for at in emails(sheet)]
    if number is not None:
        keys.append((number, participant, lambda row: row.lms_user_id))
    return Template(
        sheet,
        lines,
        grade,
        keys,
        set() if maximum is None else set(_cells(sheet, lines, maximum)),
        partial(_name, sheet, number, names),
        partial(_is_another, sheet, names),
        _locked(sheet, lines, maximum),
    )


def people(sheet: Sheet) -> list[int]:
    """Return the lines that are about somebody."""
    who = _who(sheet)
    return [line for line in range(1, len(sheet.rows)) if any(sheet.cell(line, at) for at in who)]


def participants(sheet: Sheet) -> int | None:
    """Return the column of participant numbers; None where there is none."""
    for at in range(len(sheet.header)):
        found = [PARTICIPANT.fullmatch(cell) for cell in sheet.column(at) if cell]
        if found and all(found) and len({match[1].strip() for match in found}) == 1:
            return at
    return None


def participant(cell: str) -> str:
    """Return the number in "Participant 12345", in any language; "" where there is none."""
    match = PARTICIPANT.fullmatch(cell)
    return str(int(match[2])) if match else ""


def full_names(sheet: Sheet) -> int | None:
    """Return the column of full names: behind the participants; None where they are anonymous.

    There the status follows, which many share.
    """
    number = participants(sheet)
    if number is None or number + 1 >= len(sheet.header):
        return None
    lines = people(sheet)
    cells = [cell for cell in _cells(sheet, lines, number + 1) if cell]
    is_status = [number + 2] == _pairs(sheet, lines) or 2 * len(set(cells)) <= len(cells)
    is_text = any(c.isalpha() for cell in cells for c in cell) and number + 1 not in emails(sheet)
    return number + 1 if is_text and not is_status else None


def _who(sheet: Sheet) -> list[int]:
    """Return the columns that say whose line it is; none where this is no worksheet."""
    number = participants(sheet)
    found = ([] if number is None else [number]) + emails(sheet)
    return found if len(sheet.header) > 2 else []


def _grade(sheet: Sheet, lines: list[int], column: str | None, path: Path) -> int:
    """Return where marks go: the column that is named so, or that has the maximum behind it."""
    named = [at for at, title in enumerate(sheet.header) if title == (column or "Grade")]
    found = named or ([] if column else _pairs(sheet, lines))
    if len(found) == 1:
        return found[0]
    problem = f"no one column named {column}" if column else "no one column that is plainly marks"
    raise GradingError(
        f"{path} has {problem}: choose with --column among {', '.join(filter(None, sheet.header))}."
    )


def _pairs(sheet: Sheet, lines: list[int]) -> list[int]:
    """Return the columns of numbers or nothing, before one of the same number in all lines."""
    return [
        at
        for at in range(1, len(sheet.header) - 1)
        if all(cell in NO_MARK or is_number(cell) for cell in _cells(sheet, lines, at))
        and _is_maximum(_cells(sheet, lines, at + 1))
    ]


def _is_maximum(cells: list[str]) -> bool:
    return len(set(cells)) == 1 and is_number(cells[0])


def _locked(sheet: Sheet, lines: list[int], maximum: int | None) -> frozenset[int]:
    """Return the lines whose grade cannot be changed, as one of the next two columns says."""
    if maximum is None:
        return frozenset()
    after = (maximum + 1, maximum + 2)
    return frozenset(
        line for line in lines if any(sheet.cell(line, at).casefold() in NO for at in after)
    )


def _cells(sheet: Sheet, lines: list[int], column: int) -> list[str]:
    return [sheet.cell(line, column) for line in lines]


def _email(row: Row) -> str:
    return (row.email or "").casefold()


def _name(sheet: Sheet, number: int | None, names: int | None, line: int) -> str:
    columns = [at for at in (number, names) if at is not None] or emails(sheet)
    return " ".join(filter(None, (sheet.cell(line, at) for at in columns)))


def _is_another(sheet: Sheet, names: int | None, line: int, row: Row) -> bool:
    """Return whether a line is about somebody else by e-mail and, where they stand there, names."""
    found = {sheet.cell(line, at).casefold() for at in emails(sheet)} - {""}
    if _email(row) in found:
        return False
    known = " ".join(filter(None, [row.first_name, row.last_name]))
    if names is not None and known and sheet.cell(line, names):
        return not agree(known, sheet.cell(line, names))
    return bool(found and row.email)

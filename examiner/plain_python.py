"""Make of a cell what Python reads: IPython's own lines are left out, and what is doubled is cut.

Lines keep their numbers. A text that Python can read stays as it is. IPython itself is not asked:
it would turn `%pip` into a call of a notebook that is not there, and move the lines.
"""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from examiner.mistake import Mistake

RUN_CELL = {"time", "capture", "prun"}  # cell magics after which the rest is run as it stands
MOST = 200  # lines of IPython's; each costs one more look at the whole
CELL_MAGIC = re.compile(r"%%(\w+)")
INDENT = re.compile(r"[ \t]*")
TIMED = re.compile(r"%time\s+(?=\S)")
ASSIGNED = re.compile(r"([\w.\[\], \t]+?=\s*)([!%])(.*)")
ESCAPED = re.compile(r"[%!?]|%?%?[\w.*\[\]'\"]+\?\??$")
PROMPT = re.compile(r"(>>>|\.\.\.|In \[\d+\]:|[ \t]*\.{3,}:)( |$)")
NOTHING = (
    "The cell begins with {magic}, and then IPython defines nothing of it: take that line out, run "
    "the cell and hand in again."
)
LEFT_OUT = "Line {line} is IPython's and was left out: {text}"
DOUBLED = "The cell holds its text {times} times, as after a conflict in saving: it was read once."
SHOWN = 60  # characters of a line


class Plain(NamedTuple):
    """Hold the text that Python reads, and a sentence on each thing that is not in it."""

    text: str
    told: tuple[str, ...] = ()


@lru_cache(maxsize=16)
def plain_python(source: str) -> Plain:
    """Return what Python reads of a cell, or the cell itself where that helps nothing.

    Raises Mistake where the cell's first line keeps IPython from defining what is in it.
    """
    if parses(source):
        return Plain(source)
    for text, told in _readings(source):
        plain = _without_magics(text)
        if plain is not None:
            return Plain(plain.text, (*told, *plain.told))
    return Plain(source)


def parses(source: str) -> bool:
    """Return whether a text is Python."""
    return _error_line(source) is None


def _error_line(source: str) -> int | None:
    """Return the line at which a text stops being Python; None where it does not."""
    try:
        ast.parse(source)
    except SyntaxError as error:
        return error.lineno or 1
    except (ValueError, RecursionError, MemoryError):
        return 0
    return None


def _readings(source: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the text, and where it is one text several times that one."""
    yield source, ()
    text = source.strip()
    period = (text + text).find(text, 1)
    if 0 < period < len(text):
        yield text[:period], (DOUBLED.format(times=len(text) // period),)


def _without_magics(source: str) -> Plain | None:
    lines, told = _undecorated(source.split("\n")), []
    for number in _take_cell_magics(lines):
        told.append(_left_out(source, number))
    for _ in range(MOST):
        number = _error_line("\n".join(lines))
        if number is None:
            return Plain("\n".join(lines), tuple(told))
        if not 0 < number <= len(lines):
            return None
        number = _first_of_logical_line(lines, number)
        replaced = _replaced(lines[number - 1])
        if replaced is None:
            return None
        if not _runs_on(lines[number - 1], replaced):
            told.append(_left_out(source, number))
            _blank_continuation(lines, number)
        lines[number - 1] = replaced
    return None


def _undecorated(lines: list[str]) -> list[str]:
    """Return the lines without a prompt, or without the indentation that the first one has."""
    first = next((line for line in lines if line.strip()), "")
    if PROMPT.match(first):
        return [PROMPT.sub("", line, count=1) for line in lines]
    indent = INDENT.match(first)[0]
    return [line.removeprefix(indent) for line in lines]


def _take_cell_magics(lines: list[str]) -> list[int]:
    """Blank the cell magics at the top, which may stand on each other; return their numbers."""
    taken = []
    for number, line in enumerate(lines, start=1):
        found = CELL_MAGIC.match(line)
        if line.strip() and not found:
            break
        if found and found[1] not in RUN_CELL:
            raise Mistake(NOTHING.format(magic=f"%%{found[1]}"))
        if found:
            lines[number - 1] = ""
            taken.append(number)
    return taken


def _first_of_logical_line(lines: list[str], number: int) -> int:
    """Return where a command begins that goes on behind a backslash."""
    first = number
    while first > 1 and lines[first - 2].endswith("\\"):
        first -= 1
    return first if ESCAPED.match(lines[first - 1].lstrip()) else number


def _replaced(line: str) -> str | None:
    """Return what stands for a line of IPython's; None where it is none."""
    indent, text = INDENT.match(line)[0], line.strip()
    if timed := TIMED.match(text):
        return indent + text[timed.end() :]
    if ESCAPED.match(text):
        return f"{indent}pass"
    if found := ASSIGNED.match(text):
        value, escape, command = found.groups()
        if timed := TIMED.match(escape + command):
            return indent + value + (escape + command)[timed.end() :]
        return indent + value + ("[]" if escape == "!" else "None")
    return None


def _runs_on(line: str, replaced: str) -> bool:
    """Return whether all of a line but `%time` is run: nothing of it was left out."""
    return line.replace("%time ", "", 1).split() == replaced.split()


def _blank_continuation(lines: list[str], number: int) -> None:
    while number < len(lines) and lines[number - 1].endswith("\\"):
        number += 1
        ended = not lines[number - 1].endswith("\\")
        lines[number - 1] = "" if ended else "\\"
        if ended:
            return


def _left_out(source: str, number: int) -> str:
    text = source.split("\n")[number - 1].strip()
    shown = text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
    return LEFT_OUT.format(line=number, text=shown)

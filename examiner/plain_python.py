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
CELL_MAGIC = re.compile(r"%%(\w+)")
INDENT = re.compile(r"[ \t]*")
TIMED = re.compile(r"%time\s+(?=\S)")
ASSIGNED = re.compile(r"([\w.\[\], \t]+?=\s*)([!%])(.*)")
ESCAPED = re.compile(r"[%!?]")
HELP = re.compile(r"[\w.*\[\]'\"]+\?\??$")
LINE = re.compile(r".*")
COMMAND = re.compile(r"(?:.*\\\n)*.*")  # a line, and those behind its backslashes
LONG = [rf"{q * 3}(?:[^{q}\\]+|\\.|{q}(?!{q * 2}))*+(?:{q * 3})?" for q in "\"'"]
SHORT = [rf"{q}(?:[^{q}\\\n]+|\\.)*+{q}?" for q in "\"'"]
# What hides the end of a line, or is it: strings, comments, backslashes, brackets.
TOKEN = re.compile("|".join([*LONG, *SHORT, r"#[^\n]*", r"\\\n", r"[()\[\]{}\n]"]), re.DOTALL)
PROMPT = re.compile(r"(>>>|\.\.\.|In \[\d+\]:|[ \t]*\.{3,}:)( |$)")
NOTHING = (
    "The cell begins with {magic}, and then IPython defines nothing of it: take that line out, run "
    "the cell and hand in again."
)
LEFT_OUT = "Line {line} is IPython's and was left out: {text}"
MORE_LEFT_OUT = "{count} more lines are IPython's and were left out."
MOST_TOLD = 20  # lines that are named one by one
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
        if parses(plain.text):
            return Plain(plain.text, (*told, *plain.told))
    return Plain(source)


def parses(source: str) -> bool:
    """Return whether a text is Python."""
    return _error_line(source) is None


def stops_at(source: str) -> int | None:
    """Return the line at which a cell stops being Python, IPython's lines left out.

    Returns None where it does not, and where IPython defines nothing of the cell.
    """
    try:
        return _error_line(_without_magics(source).text)
    except Mistake:
        return None


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


def _without_magics(source: str) -> Plain:
    """Return a text without IPython's lines, whether or not Python can read the rest."""
    lines = _undecorated(source.split("\n"))
    left_out = _take_cell_magics(lines)
    kept, number = [], 1
    for text, replaced in _logical_lines("\n".join(lines)):
        if replaced is not None and not _runs_on(text, replaced):
            left_out.append(number)
        kept.append(text if replaced is None else replaced)
        number += text.count("\n")
    return Plain("".join(kept), _told(source, left_out))


def _logical_lines(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield each logical line, and what is read in its place where it is IPython's."""
    at = 0
    while at < len(text):
        line = LINE.match(text, at)[0]
        replaced = _replaced(line)
        if replaced is None or _runs_on(line, replaced):
            end = _end_of_statement(text, at)
            rest = text[at + len(line) : end]
        else:
            end = COMMAND.match(text, at).end()
            rest = "\n" * text.count("\n", at, end)
        yield text[at:end], None if replaced is None else replaced + rest
        at = end


def _end_of_statement(text: str, at: int) -> int:
    """Return where a logical line of Python ends, its line end included."""
    depth = 0
    for token in TOKEN.finditer(text, at):
        if token[0] in "([{":
            depth += 1
        elif token[0] in ")]}":
            depth = max(0, depth - 1)
        elif token[0] == "\n" and not depth:
            return token.end()
    return len(text)


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


def _replaced(line: str) -> str | None:
    """Return what stands for a line of IPython's; None where it is none."""
    indent, text = INDENT.match(line)[0], line.strip()
    if timed := TIMED.match(text):
        return indent + text[timed.end() :]
    if ESCAPED.match(text) or (HELP.match(text) and _is_whole(text)):
        return f"{indent}pass"
    if found := ASSIGNED.match(text):
        value, escape, command = found.groups()
        if timed := TIMED.match(escape + command):
            return indent + value + (escape + command)[timed.end() :]
        return indent + value + ("[]" if escape == "!" else "None")
    return None


def _is_whole(line: str) -> bool:
    """Return whether no string and no bracket goes on behind a line."""
    return _end_of_statement(f"{line}\n-", 0) == len(line) + 1


def _runs_on(text: str, replaced: str) -> bool:
    """Return whether all of a line but `%time` is run: nothing of it was left out."""
    return TIMED.sub("", text, count=1).split() == replaced.split()


def _told(source: str, left_out: list[int]) -> tuple[str, ...]:
    """Return a sentence on each line that was left out, up to a bearable number of them."""
    lines, more = source.split("\n"), len(left_out) - MOST_TOLD
    told = [
        LEFT_OUT.format(line=number, text=_shortened(lines[number - 1].strip()))
        for number in left_out[:MOST_TOLD]
    ]
    return (*told, MORE_LEFT_OUT.format(count=more)) if more > 0 else tuple(told)


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"

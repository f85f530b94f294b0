"""Tell at which line of a cell the threads of its process are, and whether they work or wait."""

import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

from examiner.cell import FILENAME

STATUS = "/proc/self/task/{}/stat"
TICK = 0.01  # seconds in which the system counts
LONGEST = 60  # characters of a line


class Standing(NamedTuple):
    """Hold at which line a thread is, what it has used of a processor, and if it answers us."""

    line: int
    seconds: float
    answers: bool


def standing_of(answering: CodeType) -> list[tuple[int, int, float, bool]]:
    """Return thread, line, seconds and whether code is `answering`, for each thread in the cell.

    This is the side of the process that runs the cell.
    """
    names = {thread.ident: thread.native_id for thread in threading.enumerate()}
    found = []
    for ident, frame in sys._current_frames().items():
        codes = [(one.f_code, one.f_lineno) for one in _outwards(frame)]
        lines = [line for code, line in codes if code.co_filename == FILENAME]
        if lines and ident in names:
            answers = any(code is answering for code, _ in codes)
            found.append((names[ident], lines[0], _seconds(names[ident]), answers))
    return found


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame:
        yield frame
        frame = frame.f_back


def _seconds(thread: int) -> float:
    """Return the processor seconds of a thread, 0 where the system does not tell them."""
    with suppress(OSError):
        fields = Path(STATUS.format(thread)).read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK
    return 0.0


def read(told: Any) -> dict[int, Standing]:
    """Return thread → where it stands, of what a worker tells that reads like it."""
    rows = [row for row in told if isinstance(row, list)] if isinstance(told, list) else []
    return {
        row[0]: Standing(*row[1:]) for row in rows if [*map(type, row)] == [int, int, float, bool]
    }


def told_line(source: str, line: int) -> str:
    """Return a line of a source in words."""
    lines = source.splitlines()
    text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return f"line {line}, {text!r}"

"""Collect what a cell keeps: the text in its objects, its databases and its files."""

import builtins
import io
import json
import os
import re
import sqlite3
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from gc import get_referents
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

from examiner.cell import FILENAME

MAX_CHARACTERS = 400_000  # of JSON, in memory as in files: together less than a reply may have
TOKEN_BITS = 30  # of a number from which on it may be a token: nine digits
MAX_DECIMAL_BITS = 10_000  # Python refuses to spell out longer numbers, but for hexadecimal
# Whatever these libraries hold is theirs, and not what the cell keeps.
FOREIGN = {"_thread", "examiner", "flask", "jwt", "logging", "server", "threading", "werkzeug"}
ZEROS = re.compile(rb"\0{2,}")


def kept(module: ModuleType, folder: Path, *others: Any) -> list[str]:
    """Return each text within reach of a module's names or of `others`, or in a folder's files."""
    return [*_limited(_in_memory(module, others)), *_limited(_in_files(folder))]


def _limited(texts: Iterator[str]) -> Iterator[str]:
    """Leave out what comes twice, and end where more would be too long for a reply."""
    left, seen = MAX_CHARACTERS, set()
    for text in texts:
        if text not in seen:
            left -= len(json.dumps(text)) + len(", ")
            if left < 0:
                return
            seen.add(text)
            yield text


def _in_memory(module: ModuleType, others: tuple[Any, ...]) -> Iterator[str]:
    waiting = [value for name, value in vars(module).items() if not name.startswith("__")]
    waiting += [*others, *_in_threads()]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        if id(item) in seen or _is_foreign(item, module):
            continue
        seen.add(id(item))
        yield from _texts(item)
        waiting += _inside(item, module)


def _is_foreign(item: Any, module: ModuleType) -> bool:
    """Tell what leads out of the cell: modules, other people's functions, classes and objects."""
    kind = type(item)  # what an object says of its class need not be so
    if issubclass(kind, type):
        return item.__module__ != module.__name__
    if issubclass(kind, FunctionType):
        return item.__globals__ is not vars(module)
    if issubclass(kind, ModuleType | CodeType | FrameType | threading.local):
        return True
    return str(kind.__module__).partition(".")[0] in FOREIGN and _is_where_it_says(kind)


def _is_where_it_says(kind: type) -> bool:
    """Tell whether a class is found under its name in the module that it names."""
    found: Any = sys.modules.get(kind.__module__)
    for name in kind.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is kind


def _in_threads() -> list[Any]:
    """Return the variables of the cell's functions that run: a thread may be a place to keep."""
    found = []
    for frame in sys._current_frames().values():
        while frame:
            if frame.f_code.co_filename == FILENAME:
                found += frame.f_locals.values()
            frame = frame.f_back
    return found


def _inside(item: Any, module: ModuleType) -> list[Any]:
    """Return what an object refers to; a function's globals are the names we come from."""
    keys = list(dict.__iter__(item)) if issubclass(type(item), dict) else []  # text is left out
    ways_out = {id(vars(module)), id(vars(builtins))}
    return keys + [found for found in get_referents(item) if id(found) not in ways_out]


def _texts(item: Any) -> Iterator[str]:
    kind = type(item)
    if issubclass(kind, str):
        yield str.__str__(item)  # its own, whatever a subclass says instead
    elif issubclass(kind, bytes | bytearray):
        yield from _decoded(bytes(memoryview(item)))
    elif issubclass(kind, int):
        yield from _digits(int.__index__(item))
    elif issubclass(kind, io.StringIO | io.BytesIO) and not item.closed:
        yield from _texts(item.getvalue())
    elif issubclass(kind, sqlite3.Connection):
        yield from _in_database(item)


def _digits(number: int) -> Iterator[str]:
    if number.bit_length() >= TOKEN_BITS:
        yield f"{number:x}"
        if number.bit_length() <= MAX_DECIMAL_BITS:
            yield str(number)


def _decoded(content: bytes) -> Iterator[str]:
    """Return bytes as text, of which some are no UTF-8 and some nothing else."""
    short = ZEROS.sub(b"\0", content[:MAX_CHARACTERS])
    yield short.decode("latin-1")
    if not short.isascii():
        yield short.decode(errors="replace")


def _in_database(connection: sqlite3.Connection) -> Iterator[str]:
    try:
        tables = [name for (name,) in _rows(connection, "SELECT name FROM sqlite_master")]
    except sqlite3.Error:  # closed, busy, or of another thread: its file is read like any other
        return
    for table in tables:
        with suppress(sqlite3.Error):  # an index is no table
            for row in _rows(connection, f'SELECT * FROM "{_text(table)}"'):
                for value in row:
                    yield from _texts(value)


def _rows(connection: sqlite3.Connection, query: str) -> Iterator[tuple]:
    """Return rows as they are, whatever the cell makes of its own."""
    cursor = sqlite3.Cursor(connection)
    cursor.row_factory = None
    yield from cursor.execute(query)


def _text(name: str | bytes) -> str:
    """Return a name for use between quotes; a text_factory may have brought bytes."""
    return (name.decode() if isinstance(name, bytes) else str(name)).replace('"', '""')


def _in_files(folder: Path) -> Iterator[str]:
    for path in _files(folder):
        yield str(path.relative_to(folder))
        with suppress(OSError), path.open("rb") as file:
            content = file.read(MAX_CHARACTERS)
            yield from _decoded(content)
            if content.startswith(b"SQLite format 3"):
                with closing(sqlite3.connect(path, timeout=1)) as connection:
                    yield from _in_database(connection)


def _files(folder: Path) -> Iterator[Path]:
    """Return the files below a folder, however deep it is; links and pipes are none."""
    for here, folders, names in os.walk(folder):
        folders.sort()
        for path in (Path(here, name) for name in sorted(names)):
            with suppress(OSError):
                if stat.S_ISREG(path.lstat().st_mode):
                    yield path

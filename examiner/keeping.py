"""Collect what a cell keeps: the text in its objects, its databases and its files."""

import builtins
import gc
import io
import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

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
    waiting += others
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
    if isinstance(item, type):
        return item.__module__ != module.__name__
    if isinstance(item, FunctionType):
        return item.__globals__ is not vars(module)
    if isinstance(item, ModuleType | CodeType | FrameType | threading.local):
        return True
    return type(item).__module__.partition(".")[0] in FOREIGN


def _inside(item: Any, module: ModuleType) -> list[Any]:
    """Return what an object refers to; a function's globals are the names we come from."""
    keys = list(item) if isinstance(item, dict) else []  # the collector leaves out text
    ways_out = {id(vars(module)), id(vars(builtins))}
    return keys + [found for found in gc.get_referents(item) if id(found) not in ways_out]


def _texts(item: Any) -> Iterator[str]:
    if isinstance(item, str):
        yield str(item)
    elif isinstance(item, bytes | bytearray):
        yield from _decoded(bytes(item))
    elif isinstance(item, int) and item.bit_length() >= TOKEN_BITS:
        yield f"{int(item):x}"
        if item.bit_length() <= MAX_DECIMAL_BITS:
            yield str(int(item))
    elif isinstance(item, io.StringIO | io.BytesIO) and not item.closed:
        yield from _texts(item.getvalue())
    elif isinstance(item, sqlite3.Connection):
        yield from _in_database(item)


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
    for path in filter(Path.is_file, sorted(folder.rglob("*"))):
        yield str(path.relative_to(folder))
        with suppress(OSError), path.open("rb") as file:
            content = file.read(MAX_CHARACTERS)
            yield from _decoded(content)
            if content.startswith(b"SQLite format 3"):
                with closing(sqlite3.connect(path, timeout=1)) as connection:
                    yield from _in_database(connection)

"""Collect what a cell keeps: the text in its objects, its databases and its files."""

import builtins
import gc
import io
import re
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

MAX_CHARACTERS = 400_000
# Whatever these libraries hold is theirs, and not what the cell keeps.
FOREIGN = {"_thread", "examiner", "flask", "jwt", "logging", "server", "threading", "werkzeug"}
QUOTED = re.compile(r"'((?:[^']|'')*)'")


def kept(module: ModuleType, folder: Path, *others: Any) -> list[str]:
    """Return each text within reach of a module's names or of `others`, or in a folder's files."""
    texts = dict.fromkeys([*_in_memory(module, others), *_in_files(folder)])
    return list(_limited(texts))


def _limited(texts: dict[str, None]) -> Iterator[str]:
    left = MAX_CHARACTERS
    for text in texts:
        left -= len(text)
        if left > 0:
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
        yield bytes(item).decode("latin-1")
    elif isinstance(item, int) and item.bit_length() > 60:  # a token may be kept as a number
        yield str(item)
        yield f"{item:x}"
    elif isinstance(item, io.StringIO | io.BytesIO) and not item.closed:
        yield from _texts(item.getvalue())
    elif isinstance(item, sqlite3.Connection):
        yield from _in_database(item)


def _in_database(connection: sqlite3.Connection) -> Iterator[str]:
    try:
        for statement in connection.iterdump():
            yield from (text.replace("''", "'") for text in QUOTED.findall(statement))
    except sqlite3.Error:  # closed, busy, or of another thread: its file is read like any other
        return


def _in_files(folder: Path) -> Iterator[str]:
    for path in filter(Path.is_file, sorted(folder.rglob("*"))):
        yield str(path.relative_to(folder))
        content = path.read_bytes()[:MAX_CHARACTERS]
        yield content.decode("latin-1")
        if content.startswith(b"SQLite format 3"):
            yield from _in_database(sqlite3.connect(path, timeout=1))

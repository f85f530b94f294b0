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
from array import array
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, suppress
from gc import get_referents
from itertools import chain
from mmap import mmap
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

from examiner.cell import FILENAME

MAX_CHARACTERS = 400_000  # of JSON, in memory as in files: together less than a reply may have
LARGEST = 64 * 1024 * 1024  # bytes of a file: twice what a sandbox lets one have
TOKEN_BITS = 30  # of a number from which on it may be a token: nine digits
MAX_DECIMAL_BITS = 10_000  # Python refuses to spell out longer numbers, but for hexadecimal
# Whatever these libraries hold is theirs, and not what the cell keeps.
FOREIGN = {"_thread", "examiner", "flask", "jwt", "logging", "server", "threading", "werkzeug"}
CARRYING = {"jwt", "logging", "threading"}  # what is on objects of these, a cell may have put there
# But for what these make: containers, which hold what the cell puts into them.
STORES = ("werkzeug.datastructures.", "flask.sessions.", "flask.ctx._AppCtxGlobals")
BUFFERS = bytes | bytearray | array | mmap
DEEPEST = 100  # folders in each other, beyond which nobody keeps anything in good faith
OPEN_FILES = Path("/proc/self/fd")
ZEROS = re.compile(rb"\0{2,}")


def retained_texts(
    module: ModuleType, folders: Iterable[Path], *others: Any, sought: Collection[str] = ()
) -> list[str]:
    """Return each text within reach of a module's names or of `others`, or in files.

    Those are the ones below the folders, and those that are open and have no name. Where all would
    be too long for a reply, those are told that hold something `sought`, however much stands before
    them. Raises OSError where a file cannot be looked into.
    """
    in_files = chain(_in_open_files(), *map(_in_files, folders))
    return [*_limited(_in_memory(module, others), sought), *_limited(in_files, sought)]


def _limited(texts: Iterator[str], sought: Collection[str]) -> Iterator[str]:
    """Yield what is sought where it is found, and of all texts as many as fit into a reply.

    What comes twice is left out.
    """
    left, seen, missing = MAX_CHARACTERS, set(), set(sought)
    for text in texts:
        found = {one for one in missing if one in text}
        missing -= found
        yield from found
        if left > 0 and text not in seen:
            left -= len(json.dumps(text)) + len(", ")
            seen.add(text)
            if left > 0:
                yield text


def _in_memory(module: ModuleType, others: tuple[Any, ...]) -> Iterator[str]:
    waiting = [value for name, value in vars(module).items() if not name.startswith("__")]
    waiting += [*others, *_in_threads()]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if _is_foreign(item, module):
            waiting += _added(item)
        else:
            yield from _texts(item)
            waiting += _inside(item, module)


def _is_foreign(item: Any, module: ModuleType) -> bool:
    """Return whether an item is not the cell's: a module, others' functions and classes."""
    kind = type(item)  # what an object says of its class need not be so
    if issubclass(kind, type):
        return item.__module__ != module.__name__ and _is_where_it_says(item)
    if issubclass(kind, FunctionType):
        return item.__globals__ is not vars(module)
    if issubclass(kind, ModuleType):
        return any(item is found for found in list(sys.modules.values()))
    if issubclass(kind, CodeType | FrameType):
        return True
    if issubclass(kind, dict | list | set | tuple | threading.local) or _is_a_store(kind):
        return False  # of whatever library, what is in it the cell has put there
    return str(kind.__module__).partition(".")[0] in FOREIGN and _is_where_it_says(kind)


def _is_a_store(kind: type) -> bool:
    return f"{kind.__module__}.{kind.__qualname__}".startswith(STORES)


def _is_where_it_says(kind: type) -> bool:
    """Return whether a class is found under its name in the module that it names."""
    found: Any = sys.modules.get(str(kind.__module__))
    for name in str(kind.__qualname__).split("."):
        found = getattr(found, name, None)
    return found is kind


def _added(item: Any) -> list[Any]:
    """Return what a cell may have put on an object of other people's."""
    if str(type(item).__module__).partition(".")[0] in CARRYING:
        return list(getattr(item, "__dict__", {}).values())
    return []


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
    elif issubclass(kind, BUFFERS):
        with suppress(ValueError):  # a map that is closed
            yield from _decoded(_bytes(item))
    elif issubclass(kind, int):
        yield from _digits(int.__index__(item))
    elif issubclass(kind, io.StringIO | io.BytesIO):
        base = io.StringIO if issubclass(kind, io.StringIO) else io.BytesIO
        with suppress(ValueError):  # closed
            yield from _texts(base.getvalue(item))
    elif issubclass(kind, sqlite3.Connection):
        yield from _in_database(item)


def _bytes(item: Any) -> bytes:
    """Return what is in a buffer; since Python 3.12 a subclass may give another one out."""
    base = next(base for base in (bytes, bytearray, array, mmap) if isinstance(item, base))
    return bytes(base.__getitem__(item, slice(None)))


def _digits(number: int) -> Iterator[str]:
    if number.bit_length() >= TOKEN_BITS:
        yield f"{number:x}"
        if number.bit_length() <= MAX_DECIMAL_BITS:
            yield str(number)


def _decoded(content: bytes) -> Iterator[str]:
    """Return bytes as text, of which some are no UTF-8 and some nothing else."""
    short = ZEROS.sub(b"\0", content)
    yield short.decode("latin-1")
    if not short.isascii():
        yield short.decode(errors="replace")


def _in_database(connection: sqlite3.Connection) -> Iterator[str]:
    """Look into every table, those of a moment and those of other files among them."""
    try:
        sqlite3.Connection.set_authorizer(connection, None)
        schemas = [_text(row[1]) for row in _rows(connection, "PRAGMA database_list")]
        tables = [pair for schema in schemas for pair in _tables(connection, schema)]
    except sqlite3.Error:  # closed, busy, or of another thread: its file is read like any other
        return
    for schema, table in tables:
        with suppress(sqlite3.Error):  # an index is no table
            for row in _rows(connection, f'SELECT * FROM "{schema}"."{table}"'):
                for value in row:
                    yield from _texts(value)


def _tables(connection: sqlite3.Connection, schema: str) -> list[tuple[str, str]]:
    asked = _rows(connection, f'SELECT name FROM "{schema}".sqlite_master')
    return [(schema, _text(name)) for (name,) in asked]


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
        yield from _in_file(path)


def _in_open_files() -> Iterator[str]:
    """Look into files without a name, which live as long as they are open."""
    with suppress(OSError):  # no Linux
        for name in os.listdir(OPEN_FILES):
            with suppress(OSError):  # closed by now
                status = os.stat(OPEN_FILES / name)
                if stat.S_ISREG(status.st_mode) and not status.st_nlink:
                    yield from _in_file(OPEN_FILES / name)


def _in_file(path: Path) -> Iterator[str]:
    with suppress(FileNotFoundError), path.open("rb") as file:
        content = file.read(LARGEST)
        yield from _decoded(content)
        if content.startswith(b"SQLite format 3"):
            with closing(sqlite3.connect(path, timeout=1)) as connection:
                yield from _in_database(connection)


def _files(folder: Path) -> Iterator[Path]:
    """Return the files below a folder; links and pipes are none.

    Raises OSError where a folder is nested too deeply, or cannot be made readable.
    """
    waiting = [(folder, 0)]
    while waiting:
        here, depth = waiting.pop()
        if depth > DEEPEST:
            raise OSError(f"The cell makes folders that are more than {DEEPEST} deep.")
        for path, mode in _entries(here):
            if stat.S_ISDIR(mode):
                waiting.append((path, depth + 1))
            elif stat.S_ISREG(mode):
                yield path


def _entries(folder: Path) -> list[tuple[Path, int]]:
    """Return what is in a folder, and make it readable where it is not."""
    found = []
    with suppress(FileNotFoundError):  # the cell goes on, and may remove it
        _make_readable(folder, folder.stat().st_mode, 0o700)
        for path in sorted(folder.iterdir()):
            with suppress(FileNotFoundError):
                mode = path.lstat().st_mode
                if stat.S_ISREG(mode):
                    _make_readable(path, mode, 0o400)
                found.append((path, mode))
    return found


def _make_readable(path: Path, mode: int, needed: int) -> None:
    if mode & needed != needed:
        path.chmod(stat.S_IMODE(mode) | needed)

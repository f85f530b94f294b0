"""Read what a cell keeps in files: their content, their names, where links lead, attributes."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from examiner.rotation.retained_rows import rows
from examiner.rotation.retained_values import decoded

LARGEST = 64 * 1024 * 1024  # bytes of a file: twice what a sandbox lets one have
DEEPEST = 100  # folders in each other, beyond which nobody keeps anything in good faith
OPEN_FILES = Path("/proc/self/fd")


def in_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the texts of all that is below a folder, each with its place in words.

    What is no file is not opened. Raises OSError where a folder is nested too deeply, or cannot be
    made readable.
    """
    for path, mode in _entries_below(folder):
        name = str(path.relative_to(folder))
        named = f"the file name {name}"
        # A name may be in parts, to sort files.
        yield from ((text, named) for text in {name, name.replace(os.sep, "")})
        yield from ((text, f"an attribute of the file {name}") for text in _attributes(path))
        if stat.S_ISLNK(mode):
            with suppress(OSError):  # gone by now
                yield os.readlink(path), f"where the link {name} leads"
        elif stat.S_ISREG(mode):
            yield from _in_file(path, f"the file {name}")


def in_open_files() -> Iterator[tuple[str, str]]:
    """Yield the texts of files without a name, which live as long as they are open."""
    with suppress(OSError):  # no Linux
        for name in os.listdir(OPEN_FILES):
            with suppress(OSError):  # closed by now
                status = os.stat(OPEN_FILES / name)
                if stat.S_ISREG(status.st_mode) and not status.st_nlink:
                    yield from _in_file(OPEN_FILES / name, "an open file without a name")


def _in_file(path: Path, place: str) -> Iterator[tuple[str, str]]:
    with suppress(FileNotFoundError), path.open("rb") as file:
        content = file.read(LARGEST)
        if content.startswith(b"SQLite format 3"):
            with closing(sqlite3.connect(path, timeout=1)) as connection:
                yield from ((text, f"{column} in {place}") for text, column in rows(connection))
        yield from ((text, place) for text in decoded(content))


def _attributes(path: Path) -> Iterator[str]:
    """Yield a file's extended attributes, where there are such."""
    if hasattr(os, "listxattr"):
        with suppress(OSError):  # gone by now, or a file system without them
            for name in os.listxattr(path, follow_symlinks=False):
                yield name
                yield from decoded(os.getxattr(path, name, follow_symlinks=False))


def _entries_below(folder: Path) -> Iterator[tuple[Path, int]]:
    waiting = [(folder, 0)]
    while waiting:
        here, depth = waiting.pop()
        if depth > DEEPEST:
            raise OSError(f"The cell makes folders that are more than {DEEPEST} deep.")
        for path, mode in _entries(here):
            yield path, mode
            if stat.S_ISDIR(mode):
                waiting.append((path, depth + 1))


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

"""Read what an LMS exports, a zip or a folder, without trusting a name or a size in it."""

import hashlib
import io
import os
import re
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from grading.errors import GradingError
from grading.lms.zip_file import danger, member_name, open_zip, stored
from grading.printing import printable

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE  # of one notebook
TOTAL = 2048 * MEGABYTE
RATIO = 200  # an honest class of notebooks packs 3 to 20 times smaller
SMALL = 100 * MEGABYTE  # below it no ratio is suspicious: somebody's cell printed one line for ever
LONGEST_NAME = 255  # bytes that a file system takes
DEEPEST = 40  # folders in each other; an LMS makes three
TOO_DEEP = f"lies in more than {DEEPEST} folders"
JUNK = re.compile(r"__MACOSX|\._.*|\.DS_Store|Thumbs\.db|desktop\.ini|\.ipynb_checkpoints")


class Unreadable(Exception):
    """Raised with one sentence where one file cannot be read; `size` bytes of it were."""

    def __init__(self, sentence: str, size: int) -> None:
        super().__init__(sentence)
        self.size = size


@dataclass(frozen=True)
class File:
    """One file that was handed in: its name in the zip or folder, when it was stored, its bytes.

    A zip's `time` has no zone, unless its packer noted one.
    """

    parts: tuple[str, ...]
    time: datetime | None
    open: Callable[[], BinaryIO]

    @property
    def name(self) -> str:
        """Return its path, fit to be printed."""
        return shown("/".join(self.parts))

    def read(self) -> bytes:
        """Return its bytes; raise Unreadable where it is broken or larger than LARGEST."""
        content = bytearray()
        try:
            with self.open() as file:
                while len(content) <= LARGEST and (piece := file.read(MEGABYTE)):
                    content += piece
        except Exception as error:  # zipfile lets through whatever a broken member causes
            sentence = f"{self.name} cannot be read ({type(error).__name__})."
            raise Unreadable(sentence, len(content)) from error
        if len(content) > LARGEST:
            sentence = f"{self.name} is larger than {LARGEST // MEGABYTE} MB."
            raise Unreadable(sentence, len(content))
        return bytes(content)

    def start(self, size: int) -> bytes:
        """Return its first bytes; none where it cannot be read."""
        try:
            with self.open() as file:
                return file.read(size)
        except Exception:  # as above; who asks for the start can do without
            return b""


@dataclass
class Incoming:
    """The files that may be read, and a (name, sentence) for each that may not."""

    files: list[File]
    refused: list[tuple[str, str]]
    packed: int | None = None  # the zip's size in bytes; None for a folder
    sizes: dict[File, int] = field(default_factory=dict)
    total: int = 0  # bytes of all that was read

    def digests(self, files: list[File]) -> dict[File, str]:
        """Return SHA-256 of `files`, the unreadable put among `refused`; raise on a bomb."""
        digests = {}
        for file in files:
            try:
                content = self.content(file)
            except Unreadable as error:
                self.refused.append((file.name, str(error)))
            else:
                digests[file] = hashlib.sha256(content).hexdigest()
        return digests

    def content(self, file: File) -> bytes:
        """Return a file's bytes; raise Unreadable, or GradingError where all are a bomb."""
        try:
            content = file.read()
        except Unreadable as error:
            self._count(file, error.size)
            raise
        self._count(file, len(content))
        return content

    def _count(self, file: File, size: int) -> None:
        self.total += size - self.sizes.get(file, 0)  # a file that is read twice counts once
        self.sizes[file] = size
        self._refuse_bomb(self.total)

    def _refuse_bomb(self, total: int) -> None:
        if total > TOTAL:
            raise GradingError(
                f"The notebooks come to more than {TOTAL // MEGABYTE} MB: nothing was collected."
            )
        if self.packed is not None and total > max(SMALL, RATIO * self.packed):
            raise GradingError(
                "The zip unpacks to more than a class can have written (a zip bomb?): "
                "nothing was collected."
            )


@contextmanager
def incoming(source: Path) -> Iterator[Incoming]:
    """Open a zip or a folder; raise GradingError where it is neither, or broken."""
    if source.is_dir():
        yield _sorted_out(_walk(source))
        return
    with open_zip(source) as archive:
        found = _sorted_out(_zipped(archive))
        found.packed = source.stat().st_size
        yield found


def shown(name: str) -> str:
    """Return a name that students chose, fit to be printed: no control characters, not long."""
    said = printable(name, kept="")
    return said if len(said) <= 200 else f"{said[:199]}…"


Found = Iterator[tuple[File, str]]  # a file, and why it may not be read ("" if it may)


def _sorted_out(found: Found) -> Incoming:
    """Leave out what no student wrote, and set apart what may not be read."""
    result, same = Incoming([], []), defaultdict(list)
    for file, problem in found:
        if any(JUNK.fullmatch(part) for part in file.parts):
            continue
        if problem:
            result.refused.append((file.name, f"{file.name} {problem}."))
        else:
            same[_alike("/".join(file.parts))].append(file)
    for files in same.values():
        result.files += files if len(files) == 1 else []
        result.refused += [(file.name, _twice(files)) for file in files[1:]]
    return result


def _alike(name: str) -> str:
    """Return what two names share that a Mac or Windows could not keep apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _twice(files: list[File]) -> str:
    names = sorted({file.name for file in files})
    how = "differ only in capitals or accents" if names[1:] else "stands in it twice"
    return f"{' and '.join(names)} {how}: none was collected."


def _walk(folder: Path, depth: int = 1) -> Found:
    """Yield what lies in a folder; one that cannot be read is like a file that cannot."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield File((), None, io.BytesIO), f"cannot be read: {error.strerror}"
        return
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            yield _in_folder(Path(entry)), _no_plain_file(entry)
        elif depth == DEEPEST:
            yield File((entry.name,), None, io.BytesIO), TOO_DEEP
        else:
            for file, problem in _walk(Path(entry), depth + 1):
                yield File((entry.name, *file.parts), file.time, file.open), problem


def _in_folder(path: Path) -> File:
    def opened() -> BinaryIO:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        return os.fdopen(os.open(path, flags), "rb")

    return File((path.name,), datetime.fromtimestamp(path.lstat().st_mtime, UTC), opened)


def _odd(name: str) -> str:
    """Return why a name is none that a folder can have; "" where it is one."""
    parts = name.split("/")
    if any(len(part.encode(errors="replace")) > LONGEST_NAME for part in parts):
        return f"has a name of more than {LONGEST_NAME} bytes"
    return TOO_DEEP if len(parts) > DEEPEST else ""


def _no_plain_file(entry: os.DirEntry) -> str:
    if entry.is_symlink():
        return "is a symbolic link, which is never followed"
    return "" if entry.is_file() else "is no ordinary file"


def _zipped(archive: zipfile.ZipFile) -> Found:
    for member in archive.infolist():
        name = member_name(member)
        problem = danger(member) or _odd(name)
        if problem or not name.endswith("/"):
            opened = partial(archive.open, member)
            yield File(tuple(name.split("/")), stored(member), opened), problem

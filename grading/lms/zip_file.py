"""Look into a zip that strangers have filled."""

import re
import stat
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

from grading.errors import GradingError

MEMBERS = 20_000
DIRECTORY = 8 * 1024 * 1024  # bytes of the list of members, which zipfile reads in one go
DRIVE = re.compile(r"[A-Za-z]:")
EXTENDED_TIMESTAMP = 0x5455
# Python unpacks the others without a limit, whatever size is asked for.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class _InPieces(FileIO):
    """A file of which no piece is read that could fill the memory."""

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > DIRECTORY:
            raise GradingError("The zip lists far too many members: nothing was collected.")
        return super().read(size)


@contextmanager
def open_zip(source: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip; raise GradingError where it is none, broken, or has too many members."""
    if not source.is_file():
        raise GradingError(f"{source} is neither a folder nor a zip.")
    with _InPieces(source) as file:
        try:
            archive = zipfile.ZipFile(file)
        except GradingError:
            raise
        except Exception as error:  # zipfile lets through whatever a broken list causes
            raise GradingError(
                f"{source} is no zip, or a broken one: download it again."
            ) from error
        if not _is_whole(file, archive):
            raise GradingError(f"{source} lists other members than it has: download it again.")
        if len(archive.infolist()) > MEMBERS:
            raise GradingError(f"{source} has more than {MEMBERS} members: nothing was collected.")
        yield archive


def _is_whole(file: FileIO, archive: zipfile.ZipFile) -> bool:
    """Compare the number of members with the one noted at the zip's end, which zipfile does not."""
    file.seek(-22 - len(archive.comment), 2)
    end = file.read(12)
    noted = int.from_bytes(end[10:12], "little")
    return end[:4] != b"PK\5\6" or noted in (0xFFFF, len(archive.infolist()))


def member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name; packers on a Mac write UTF-8 and do not say so."""
    name = member.orig_filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            return name
    return name


def danger(member: zipfile.ZipInfo) -> str:
    """Return why a member may not be read, as the end of a sentence; "" where it may."""
    name, kind = member_name(member), stat.S_IFMT(member.external_attr >> 16)
    parts = name.removesuffix("/").split("/")
    if "\\" in name or "\0" in name or DRIVE.match(name) or {"", ".", ".."} & set(parts):
        return "has a path that could lead out of the folder"
    if kind == stat.S_IFLNK:
        return "is a symbolic link, which is never followed"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is no ordinary file"
    if member.compress_type not in METHODS:
        return "is packed in an unusual way: unpack it by hand"
    return "is encrypted: unpack it by hand" if member.flag_bits & 0x1 else ""


def stored(member: zipfile.ZipInfo) -> datetime | None:
    """Return when a member was stored, without a zone unless the packer noted UTC beside it.

    1980 stands for no time.
    """
    if noted := _unix_time(member.extra):
        return noted
    if member.date_time[0] == 1980:
        return None
    try:
        return datetime(*member.date_time)
    except ValueError:
        return None


def _unix_time(extra: bytes) -> datetime | None:
    """Return the time of change that zip's "extended timestamp" holds, in UTC."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == EXTENDED_TIMESTAMP and len(field) >= 5 and field[0] & 1:
            return datetime.fromtimestamp(struct.unpack_from("<i", field, 1)[0], UTC)
    return None

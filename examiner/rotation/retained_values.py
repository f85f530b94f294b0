"""Read one value that a cell keeps as text: texts, bytes, numbers, and what is packed in bytes."""

import io
import re
import zipfile
import zlib
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from decimal import Decimal
from mmap import mmap
from typing import Any

TOKEN_BITS = 30  # of a number from which on it may be a token: nine digits
MAX_DECIMAL_BITS = 10_000  # Python refuses to spell out longer numbers, but for hexadecimal
DIGITS_OF_UUID = 32  # in hexadecimal
FEWEST_SIGNS = 8  # of a text that is kept as a list of its characters
LONGEST_MENDED = 100_000  # bytes
LARGEST_UNPACKED = 8 * 1024 * 1024  # bytes; a few kilobytes may unpack to gigabytes
DEEPEST_PACKED = 3  # packed in each other
BUFFERS = bytes | bytearray | array | mmap
SEQUENCES = (list, tuple, deque, array)
OF_LIBRARIES = ("_ctypes", "numpy")  # whose objects may be nothing but bytes
ZEROS = re.compile(rb"\0{2,}")
GZIP_OR_ZLIB = 47  # what zlib calls window bits
PACKED: dict[bytes, Callable] = {
    **dict.fromkeys(
        [b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"],
        lambda: zlib.decompressobj(GZIP_OR_ZLIB),
    ),
}
ZIPPED = b"PK\x03\x04"
UNREADABLE = (zlib.error, zipfile.BadZipFile, OSError, EOFError, ValueError)
UNREADABLE += (NotImplementedError, RuntimeError)  # a zip that is locked, or of a rare kind
with suppress(ImportError):  # a Python may have been built without it
    import bz2

    PACKED[b"BZh"] = bz2.BZ2Decompressor
with suppress(ImportError):
    import lzma

    PACKED |= dict.fromkeys([b"\xfd7zXZ", b"]\0\0"], lzma.LZMADecompressor)
    UNREADABLE += (lzma.LZMAError,)


def reader(kind: type) -> Callable[[Any], Iterable[str]] | None:
    """Return what gives the text of an object of a class, or None where it is no value itself.

    An object's own methods are not asked: what a subclass says instead need not be so.
    """
    if issubclass(kind, str):
        return lambda item: [str.__str__(item)]
    for bases, read in READERS:
        if issubclass(kind, bases):
            return read
    if any(str(base.__module__).startswith(OF_LIBRARIES) for base in kind.__mro__):
        return _in_memory_of_a_library
    return None


def texts(item: Any) -> Iterable[str]:
    """Return the text of a value."""
    read = reader(type(item))  # what an object says of its class need not be so
    return read(item) if read else []


def decoded(content: bytes, depth: int = 0) -> Iterator[str]:
    """Yield bytes as text, of which some are no UTF-8 and some nothing else; unpack them too."""
    short = ZEROS.sub(b"\0", content)
    yield short.decode("latin-1")
    if not short.isascii():
        yield from _as_utf8(short)
        if depth < DEEPEST_PACKED:
            for inner in _unpacked(content):
                yield from decoded(inner, depth + 1)


def _as_utf8(content: bytes) -> Iterator[str]:
    """Yield bytes as text, unless they are many and none: that would take a second for each MB."""
    try:
        yield content.decode()
    except UnicodeDecodeError:
        if len(content) < LONGEST_MENDED:
            yield content.decode(errors="replace")


def _bytes(item: Any) -> bytes:
    """Return what is in a buffer; since Python 3.12 a subclass may give another one out."""
    base = next(base for base in (bytes, bytearray, array, mmap) if isinstance(item, base))
    return bytes(base.__getitem__(item, slice(None)))


def _in_buffer(item: Any) -> Iterator[str]:
    with suppress(ValueError):  # a map that is closed
        yield from decoded(_bytes(item))
    if issubclass(type(item), array):
        yield from _spelled_out(item)


def _in_stream(item: Any) -> Iterator[str]:
    base = io.StringIO if issubclass(type(item), io.StringIO) else io.BytesIO
    with suppress(ValueError):  # closed
        yield from texts(base.getvalue(item))


def _in_memory_of_a_library(item: Any) -> Iterator[str]:
    with suppress(TypeError, ValueError, BufferError):
        yield from decoded(bytes(memoryview(item)))


def _in_number(item: Any) -> Iterator[str]:
    return _digits(int.__index__(item))


def _digits(number: int) -> Iterator[str]:
    """Yield a number in both bases that tokens are spelled in, with the zeros that it lacks."""
    if number.bit_length() >= TOKEN_BITS:
        yield (spelled := f"{number:x}")
        if len(spelled) % 2 or len(spelled) < DIGITS_OF_UUID:
            yield spelled.zfill(max(DIGITS_OF_UUID, len(spelled) + 1))
        if number.bit_length() <= MAX_DECIMAL_BITS:
            yield str(number)


def _digits_of_decimal(number: Decimal) -> Iterator[str]:
    digits = Decimal.as_tuple(number).digits
    with suppress(ValueError):  # too many digits for Python to read
        yield from _digits(int("".join(map(str, digits))))


def _spelled_out(item: Any) -> Iterator[str]:
    """Yield the text of a sequence whose items are characters, or bytes in numbers."""
    base = next(base for base in SEQUENCES if isinstance(item, base))
    if base.__len__(item) < FEWEST_SIGNS:
        return
    first = base.__getitem__(item, 0)
    if type(first) is str and len(first) == 1:
        signs = list(base.__iter__(item))
        if all(type(sign) is str for sign in signs):
            yield "".join(signs)
    elif type(first) is int:
        with suppress(ValueError, TypeError):  # other numbers, or none at all
            yield from decoded(bytes(base.__iter__(item)))


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Yield what is in compressed bytes and in a zip, as far as it can be read."""
    with suppress(*UNREADABLE):
        if content.startswith(ZIPPED):
            yield from _unzipped(content)
        for start, unpacker in PACKED.items():
            if content.startswith(start):
                yield from _pieces(content, unpacker)


def _pieces(content: bytes, unpacker: Callable) -> Iterator[bytes]:
    """Yield one piece after another: a log that was opened again has many."""
    left = LARGEST_UNPACKED
    while content and left > 0:
        one = unpacker()
        yield (piece := one.decompress(content, left))
        left -= len(piece)
        content = one.unused_data


def _unzipped(content: bytes) -> Iterator[bytes]:
    left = LARGEST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            yield entry.filename.encode(errors="replace")
            with archive.open(entry) as file:
                yield (piece := file.read(max(left, 0)))
            left -= len(piece)


READERS: list[tuple[Any, Callable[[Any], Iterable[str]]]] = [
    (BUFFERS, _in_buffer),
    (int, _in_number),
    (SEQUENCES, _spelled_out),
    (io.StringIO | io.BytesIO, _in_stream),
    (Decimal, _digits_of_decimal),
]

"""Print what students may have written: no terminal obeys it, and no line is turned round."""

import io
from typing import TextIO

KEPT = "\n\t"


class Printable(io.TextIOBase):
    """Write to another stream, with each sign that cannot be seen spelled out."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:
        """Return the encoding of the stream that is written to."""
        return self._stream.encoding

    def write(self, text: str) -> int:
        """Write a text so that it can be read, and return its length."""
        self._stream.write(printable(text))
        return len(text)

    def flush(self) -> None:
        """Hand on at once what was written."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Return whether a person may be looking on."""
        return self._stream.isatty()


def printable(text: str, kept: str = KEPT) -> str:
    """Return a text in which escape sequences and turns of direction are spelled out.

    Of the signs that cannot be seen those in `kept` stay.
    """
    return "".join(sign if sign.isprintable() or sign in kept else _spelled(sign) for sign in text)


def _spelled(sign: str) -> str:
    return ascii(sign)[1:-1]

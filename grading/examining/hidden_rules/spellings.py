"""Tell a token in what is kept, however it is spelled and into whatever pieces it is cut."""

import base64
import codecs
import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from itertools import takewhile
from typing import Any
from urllib.parse import quote

SHORTEST_PART = 16  # characters; where all are shorter, as words are, each may stand anywhere
SHORTEST_SECRET = 8  # bytes
PIECE, NEARLY_ALL = 8, 0.8  # characters of one piece, and how much of a token pieces may not be
NO_HYPHENS = str.maketrans("", "", "-")  # as the number of a UUID is spelled


def without_beginning(token: str, tokens: list[str]) -> list[str]:
    """Return a token without the beginning that all have, which tells what kind of text it is."""
    columns = zip(*tokens, strict=False)
    rest = token[len([*takewhile(lambda column: len(set(column)) == 1, columns)]) :]
    return [rest] if SHORTEST_PART <= len(rest) < len(token) else []


def sought(token: str) -> list[str]:
    """Return all that would give a token away: its spellings, and the parts of one."""
    parts = (part for parts in _partings(token) for part in parts)
    return [*_spellings(token), *parts, *_pieces(token)]


def is_among(retained: list[str], token: str) -> bool:
    """Return whether a text holds the token, or several texts the parts it is put together from."""
    spelled = any(spelling in stored for spelling in _spellings(token) for stored in retained)
    return (
        spelled
        or _is_in_pieces(retained, token)
        or any(
            all(any(part in stored for stored in retained) for part in parts)
            for parts in _partings(token)
        )
    )


def _is_in_pieces(retained: list[str], token: str) -> bool:
    """Return whether the texts hold nearly all of the token in pieces, wherever it is cut."""
    told = set()
    for at, piece in enumerate(_pieces(token)):
        if any(piece in stored for stored in retained):
            told.update(range(at, at + PIECE))
    return len(token) >= SHORTEST_PART and len(told) >= NEARLY_ALL * len(token)


def _pieces(token: str) -> list[str]:
    return [token[at : at + PIECE] for at in range(len(token) - PIECE + 1)]


def _partings(token: str) -> list[list[str]]:
    """Return the ways to take a token to pieces that are too long to stand anywhere by chance."""
    ways = [[token[0::2], token[1::2]]]
    ways += [[str(value) for value in found.values()] for found in _members(token)]
    return [way for way in ways if len(way) > 1 and max(map(len, way)) >= SHORTEST_PART]


def _members(token: str) -> Iterator[dict[str, Any]]:
    """Yield what a token holds that is JSON in base64."""
    with suppress(ValueError):  # binascii.Error and UnicodeDecodeError among them
        found = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if isinstance(found, dict):
            yield found


def _spellings(token: str) -> list[str]:
    """Return a token as text, and as what only looks like a hash."""
    raw = token.encode()
    texts = [token, token[::-1], token.swapcase(), codecs.encode(token, "rot13"), quote(token, "")]
    texts += [raw.hex(), raw.hex().upper(), raw[::-1].hex(), raw.hex(":"), json.dumps(token)[1:-1]]
    texts += [separator.join(f'"{sign}"' for sign in token) for separator in (", ", ",")]
    texts += [raw.decode("latin-1"), token.translate(NO_HYPHENS)]
    texts += [token.encode(wide).decode("latin-1") for wide in ("utf-16-le", "utf-16-be")]
    texts += [zlib.compress(raw, level).decode("latin-1") for level in (1, 6, 9)]
    return [*texts, *_in_bases(raw), *_decoded(token)]


def _in_bases(raw: bytes) -> Iterator[str]:
    """Yield bytes in base 32, 64 and 85; in base 64 also where other bytes stand around them."""
    for coded in (base64.b32encode(raw), base64.b85encode(raw), base64.a85encode(raw)):
        yield coded.decode().rstrip("=")
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(raw).decode().rstrip("=")
        for before in range(3):  # of the signs at both ends, some bits belong to other bytes
            first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
            yield encode(bytes(before) + raw).decode()[first:last]


def _decoded(token: str) -> Iterator[str]:
    """Yield what a token stands for if it is written in hexadecimal or in base64."""
    padded = token + "=" * (-len(token) % 4)
    for decode, text in [
        (bytes.fromhex, token.translate(NO_HYPHENS)),
        (base64.b32decode, token + "=" * (-len(token) % 8)),
        (base64.b85decode, token),
        (base64.a85decode, token),
        (base64.b64decode, padded),
        (base64.urlsafe_b64decode, padded),
    ]:
        with suppress(ValueError):  # binascii.Error among them
            content = decode(text)
            if len(content) >= SHORTEST_SECRET:
                yield from [content.decode("latin-1"), content.hex()]

"""Tell a token in what is kept, however it is spelled and into whatever pieces it is cut."""

import base64
import codecs
import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from itertools import takewhile
from typing import Any, NamedTuple
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


class Found(NamedTuple):
    """Hold in words how a token is spelled where it was found, and the texts that give it away."""

    how: str
    texts: list[str]


def sought(token: str) -> list[str]:
    """Return all that would give a token away: its spellings, and the parts of one."""
    spellings = [text for _, text in _spellings(token)]
    parts = (part for _, parts in _partings(token) for part in parts)
    return [*spellings, *parts, *_pieces(token)]


def found_in(retained: list[str], token: str) -> Found | None:
    """Return how a token stands in a text, or in parts in several ones; None where it does not."""
    for how, spelling in _spellings(token):
        if any(spelling in stored for stored in retained):
            return Found(how, [spelling])
    if pieces := _pieces_in(retained, token):
        return Found("in pieces", pieces)
    for how, parts in _partings(token):
        if all(any(part in stored for stored in retained) for part in parts):
            return Found(how, parts)
    return None


def _pieces_in(retained: list[str], token: str) -> list[str]:
    """Return the pieces of a token that the texts hold, if these are nearly all of it."""
    told, found = set(), []
    for at, piece in enumerate(_pieces(token)):
        if any(piece in stored for stored in retained):
            told.update(range(at, at + PIECE))
            found.append(piece)
    is_nearly_all = len(token) >= SHORTEST_PART and len(told) >= NEARLY_ALL * len(token)
    return found if is_nearly_all else []


def _pieces(token: str) -> list[str]:
    return [token[at : at + PIECE] for at in range(len(token) - PIECE + 1)]


def _partings(token: str) -> list[tuple[str, list[str]]]:
    """Return the ways to take a token to pieces that are too long to stand anywhere by chance."""
    ways = [("in two parts of every other sign", [token[0::2], token[1::2]])]
    ways += [("as its members", list(map(str, found.values()))) for found in _members(token)]
    return [way for way in ways if len(way[1]) > 1 and max(map(len, way[1])) >= SHORTEST_PART]


def _members(token: str) -> Iterator[dict[str, Any]]:
    """Yield what a token holds that is JSON in base64."""
    with suppress(ValueError):  # binascii.Error and UnicodeDecodeError among them
        found = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if isinstance(found, dict):
            yield found


def _spellings(token: str) -> Iterator[tuple[str, str]]:
    """Yield a token as text, and as what only looks like a hash, each behind its name."""
    raw = token.encode()
    yield from [("as it is", token), ("as it is", raw.decode("latin-1"))]
    yield from [("backwards", token[::-1]), ("in hexadecimal, backwards", raw[::-1].hex())]
    yield "with small and large letters exchanged", token.swapcase()
    yield "in ROT13", codecs.encode(token, "rot13")
    yield "as in a URL", quote(token, "")
    yield from (("in hexadecimal", text) for text in (raw.hex(), raw.hex().upper(), raw.hex(":")))
    yield "as in JSON", json.dumps(token)[1:-1]
    for separator in (", ", ","):
        yield "as a list of its signs", separator.join(f'"{sign}"' for sign in token)
    yield "without its hyphens", token.translate(NO_HYPHENS)
    for wide in ("utf-16-le", "utf-16-be"):
        yield "in UTF-16", token.encode(wide).decode("latin-1")
    for level in (1, 6, 9):
        yield "packed by zlib", zlib.compress(raw, level).decode("latin-1")
    yield from _in_bases(raw)
    yield from _decoded(token)


def _in_bases(raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield bytes in base 32, 64 and 85; in base 64 also where other bytes stand around them."""
    yield "in base32", base64.b32encode(raw).decode().rstrip("=")
    for encode in (base64.b85encode, base64.a85encode):
        yield "in base85", encode(raw).decode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield "in base64", encode(raw).decode().rstrip("=")
        for before in range(3):  # of the signs at both ends, some bits belong to other bytes
            first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
            yield "in base64", encode(bytes(before) + raw).decode()[first:last]


def _decoded(token: str) -> Iterator[tuple[str, str]]:
    """Yield what a token stands for if it is written in hexadecimal or in base64."""
    padded = token + "=" * (-len(token) % 4)
    for name, decode, text in [
        ("hexadecimal", bytes.fromhex, token.translate(NO_HYPHENS)),
        ("base32", base64.b32decode, token + "=" * (-len(token) % 8)),
        ("base85", base64.b85decode, token),
        ("base85", base64.a85decode, token),
        ("base64", base64.b64decode, padded),
        ("base64", base64.urlsafe_b64decode, padded),
    ]:
        with suppress(ValueError):  # binascii.Error among them
            content = decode(text)
            if len(content) >= SHORTEST_SECRET:
                how = f"decoded from {name}"
                yield from [(how, content.decode("latin-1")), (how, content.hex())]

"""Make up tokens that nobody was given, at random or from a live one, or guess one that was."""

import ast
import base64
import binascii
import hashlib
import hmac
import json
import re
import string
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import Any

import jwt

from examiner.rotation.app_client import AppClient

LONGEST_GUESSED = 200  # characters of a token that may be no more than a name and a number
MOST_NUMBERS = 3  # of one token
NUMBER = re.compile(r"(?<![A-Za-z0-9])0*[1-9][0-9]{0,9}(?![A-Za-z0-9])")
ANY_NUMBER = re.compile(r"0*[1-9][0-9]{0,9}")
HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "sha3_256")
IN_BASE_64 = (base64.b64encode, base64.urlsafe_b64encode)
SHORTEST_HASH = 8  # characters
MOST_SALTS, LONGEST_SALT = 200, 200  # texts of one source, and bytes
MOST_SEPARATORS, LONGEST_SEPARATOR = 10, 2
SHORT = 20  # characters in which no secret has room, so a number is one wherever it stands


def made_up(app: AppClient, live: str) -> list[tuple[str, str]]:
    """Return tokens that nobody was given, with what they are, some made from a live one."""
    letters = "".join(app.random.choices(string.ascii_letters, k=43))
    half = len(live) // 2
    return [
        ("a token nobody was given", letters),
        ("one letter", letters[0]),
        ("text like a JWT", f"{letters[:9]}.{letters[9:20]}.{letters[20:]}"),
        ("dots", "..."),
        ("an access token", app.access_token or letters),
        ("letters beyond ASCII", f"Zürich {letters} ☃"),
        ("5000 characters", letters[0] * 5000),
        ("a wildcard", "%"),
        ("a quotation mark", "' OR '1'='1"),
        ("the character NUL", f"\0{letters}"),
        ("a user's name", app.users[0]),
        ("a number", str(app.random.randrange(10))),
        ("half a live token", live[:half]),
        ("a live token with its second half changed", live[:half] + letters[: len(live) - half]),
        ("half a live token and the wildcard %", f"{live[:half]}%"),
        ("half a live token and the wildcard *", f"{live[:half]}*"),
        ("a live token with the wildcard _ for a letter", _with_wildcard(live)),
        ("a token with the algorithm none", jwt.encode(_claims(live), None, "none")),
        *(("a token signed with another key", jwt.encode(c, letters)) for c in _altered(live)),
    ]


def is_derived(token: str, before: str, salts: Collection[bytes] = ()) -> bool:
    """Return whether a token is a hash of the one before it, however that is written.

    One of the salts may stand before or behind it, or be the key of an HMAC (RFC 2104).
    """
    sought = token.rstrip("=")
    digests = (one for name in HASHES for one in _digests(name, before.encode(), salts))
    return len(sought) >= SHORTEST_HASH and any(
        text.startswith(sought) for digest in digests for text in _spelled(digest)
    )


def salts_in(source: str) -> list[bytes]:
    """Return the texts that stand in a source, of which none is a secret to who knows it.

    What is short may stand between one of them and a token.
    """
    values = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    texts = (text.encode(errors="replace") if isinstance(text, str) else text for text in values)
    found = {text for text in texts if isinstance(text, bytes) and 0 < len(text) <= LONGEST_SALT}
    salts = sorted(found)[:MOST_SALTS]
    short = [salt for salt in salts if len(salt) <= LONGEST_SEPARATOR][:MOST_SEPARATORS]
    return [
        *salts,
        *(salt + one for salt in salts for one in short),
        *(one + salt for salt in salts for one in short),
    ]


def are_from_the_clock(*tokens: str) -> bool:
    """Return whether tokens are UUIDs made from the clock and one network card (RFC 9562)."""
    try:
        found = [uuid.UUID(token) for token in tokens]
    except ValueError:
        return False
    return all(one.version in (1, 6) and one.node == found[0].node for one in found)


def looks_signed(token: str) -> bool:
    """Return whether a token has the three parts of a JWT, and the first is its header."""
    return bool(re.fullmatch(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", token))


def guesses(live: str) -> Iterator[str]:
    """Yield a live token with a number in it one less: whoever was given the one before has that.

    The number may stand behind base64 or hex, which hide nothing. A signed token holds numbers too,
    and no guess at them has its signature.
    """
    if len(live) > LONGEST_GUESSED or looks_signed(live):
        return
    for text, spell in _spellings(live):
        numbers = (ANY_NUMBER if len(text) < SHORT else NUMBER).finditer(text)
        for _, found in zip(range(MOST_NUMBERS), numbers, strict=False):
            less = str(int(found[0]) - 1).zfill(len(found[0]))
            yield spell(f"{text[: found.start()]}{less}{text[found.end() :]}")


def _digests(name: str, before: bytes, salts: Collection[bytes]) -> Iterator[bytes]:
    yield hashlib.new(name, before).digest()
    for salt in salts:
        yield hashlib.new(name, salt + before).digest()
        yield hashlib.new(name, before + salt).digest()
        yield hmac.digest(salt, before, name)


def _spelled(digest: bytes) -> Iterator[str]:
    yield digest.hex()
    for encode in IN_BASE_64:
        yield encode(digest).decode()


def _with_wildcard(live: str) -> str:
    """Return the same with _ in place of one letter near its middle."""
    places = [*range(len(live) // 2, len(live)), 0]
    place = next(place for place in places if live[place] not in "_." or not place)
    return f"{live[:place]}_{live[place + 1 :]}"


def _claims(live: str) -> dict[str, Any]:
    """Return the claims of a live token, where it is a JWT, and else what one might hold."""
    try:
        found = json.loads(base64.urlsafe_b64decode(live.split(".")[1] + "=="))
    except (IndexError, ValueError):
        found = None
    return found if isinstance(found, dict) else {"sub": "alice", "jti": live[:8]}


def _altered(live: str) -> Iterator[dict[str, Any]]:
    """Return these claims, and again with each of their texts and numbers changed."""
    yield _claims(live)
    for name, value in _claims(live).items():
        if isinstance(value, str | int) and name not in ("iss", "sub"):
            yield _claims(live) | {name: value + 1 if isinstance(value, int) else f"{value}x"}


def _spellings(live: str) -> Iterator[tuple[str, Callable[[str], str]]]:
    """Yield what a token says and how to spell it again: plain, and behind base64 or hex."""
    yield live, str
    for decode, encode in [
        (_from_base64, lambda text: base64.urlsafe_b64encode(text.encode()).decode()),
        (bytes.fromhex, lambda text: text.encode().hex()),
    ]:
        with suppress(ValueError, binascii.Error):
            text = decode(live).decode("ascii")
            if text.isprintable():
                yield text, encode


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text, altchars=b"-_", validate=True)

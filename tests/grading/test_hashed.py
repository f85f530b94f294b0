"""A refresh token is told in what a cell keeps, however it is spelled, and a hash is none."""

import base64
import codecs
import hashlib
import json
import uuid
import zlib
from urllib.parse import quote

import pytest

from grading.examining.hidden_rules.spellings import (
    SHORTEST_SECRET,
    found_in,
    sought,
    without_beginning,
)

TOKEN = "Wl3XkqZ0v7-Jt5mYb2RnC8dHsA4eUgK9fPoTiQx1Lw6"
RAW = TOKEN.encode()
HALF = len(TOKEN) // 2


@pytest.mark.parametrize(
    "kept",
    [
        [f"refresh:{TOKEN}"],
        [TOKEN[::-1]],
        [RAW.hex()],
        [json.dumps({"t": TOKEN})],
        [base64.b64encode(RAW).decode()],
        [base64.b32encode(RAW).decode()],
        [base64.b85encode(RAW).decode()],
        [TOKEN.encode("utf-16-le").decode("latin-1")],
        [TOKEN.encode("utf-16").decode("latin-1")],
        [zlib.compress(RAW).decode("latin-1")],
        [codecs.encode(TOKEN, "rot13")],
        [TOKEN.swapcase()],
        [TOKEN[:22], TOKEN[22:]],
        [TOKEN[:22], TOKEN[22:], "more"],
        [TOKEN[0::2], TOKEN[1::2]],
        [TOKEN[:8], "between", TOKEN[8:]],
        [TOKEN[0], TOKEN[1:]],
        [TOKEN[:2], TOKEN[2:4], TOKEN[4:]],
        [TOKEN[at : at + 8] for at in range(0, len(TOKEN), 8)],
        [f"a{TOKEN[:14]}b", f"c{TOKEN[14:28]}d", f"e{TOKEN[28:]}f"],
        [RAW.hex(":")],
        [TOKEN[8:]],  # behind a name and a number that stand elsewhere
        [base64.b64encode(b"a" + RAW + b"z").decode()],
        [base64.urlsafe_b64encode(b'{"token": "' + RAW + b'"}').decode()],
        [base64.b64encode(b"ab" + RAW + b"yz").decode()],
        [base64.b16encode(RAW).decode()],
        [quote(f"a token: {TOKEN}")],
        [json.dumps(list(TOKEN))],
        [json.dumps({"t": list(TOKEN)}, separators=(",", ":"))],
        [f"{int.from_bytes(RAW):x}"],
        [f"{int.from_bytes(RAW, 'little'):x}"],
    ],
)
def test_is_a_token_told_in_whatever_spelling(kept):
    """What is sought where there is much is enough to tell it."""
    assert found_in(kept, TOKEN)
    assert found_in([text for text in sought(TOKEN) if any(text in one for one in kept)], TOKEN)


@pytest.mark.parametrize(
    "kept",
    [
        [hashlib.sha256(RAW).hexdigest()],
        [TOKEN[:8], hashlib.sha256(RAW).hexdigest()],
        [TOKEN[:HALF], "another half"],
        ["Wl3", "Xkq", TOKEN[0::2]],
        [TOKEN[:32], hashlib.sha256(RAW).hexdigest()],  # to find it by, as a selector
        [TOKEN[at : at + 3] for at in range(0, len(TOKEN), 3)],
    ],
)
def test_is_a_hash_or_a_part_no_token(kept):
    assert not found_in(kept, TOKEN)


@pytest.mark.parametrize("token", ["Grüße-aus-Österreich", "a+b/c=d+e/f=g+h/i=j+k/l=m"])
def test_is_a_token_told_that_needs_more_than_letters(token):
    for kept in (token, quote(token, ""), json.dumps(token), token.encode().decode("latin-1")):
        assert found_in([kept], token)


def test_is_a_uuid_told_from_its_number_and_its_bytes():
    token = uuid.UUID("0b5e1f7c-3b0e-4a8e-9d0f-6a7e9b1c2d3e")
    for kept in (f"{token.int:032x}", token.hex, token.bytes.decode("latin-1"), token.urn):
        assert found_in([kept], str(token))


def test_is_nothing_sought_that_stands_anywhere_by_chance():
    assert [one for one in sought(TOKEN) if len(one) < SHORTEST_SECRET] == []


def test_is_a_token_told_by_what_its_json_holds():
    """A store that keeps the members of a token keeps the token."""
    held = {"number": 7, "secret": "a1" * 12}
    token = base64.urlsafe_b64encode(json.dumps(held).encode()).decode()
    assert found_in(["7 apples", f"secret {held['secret']}"], token)
    assert not found_in(["7 apples", "another secret"], token)
    assert not found_in([hashlib.sha256(token.encode()).hexdigest()], token)


@pytest.mark.parametrize(
    ("tokens", "rest"),
    [
        (["rt_" + "a" * 20, "rt_" + "b" * 20], ["a" * 20]),
        (["a" * 20, "b" * 20], []),
        (["user:12", "user:34"], []),
        ([TOKEN, TOKEN], []),
    ],
)
def test_is_a_beginning_that_all_have_no_part_of_the_secret(tokens, rest):
    assert without_beginning(tokens[0], tokens) == rest


def test_is_what_base_32_and_85_spell_a_token():
    secret = hashlib.sha256(RAW).digest()
    for encode in (base64.b32encode, base64.b85encode, base64.a85encode):
        assert found_in([secret.decode("latin-1")], encode(secret).decode().rstrip("="))

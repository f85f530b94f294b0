"""A refresh token is told in what a cell keeps, however it is spelled, and a hash is none."""

import base64
import codecs
import hashlib
import json
import zlib

import pytest

from grading.examining.hidden_rules.rotation import _is_among, _sought

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
    ],
)
def test_is_a_token_told_in_whatever_spelling(kept):
    """What is sought where there is much is enough to tell it."""
    assert _is_among(kept, TOKEN)
    assert _is_among([text for text in _sought(TOKEN) if any(text in one for one in kept)], TOKEN)


@pytest.mark.parametrize(
    "kept",
    [
        [hashlib.sha256(RAW).hexdigest()],
        [TOKEN[:8], hashlib.sha256(RAW).hexdigest()],
        [TOKEN[:HALF], "another half"],
        ["Wl3", "Xkq", TOKEN[0::2]],
    ],
)
def test_is_a_hash_or_a_part_no_token(kept):
    assert not _is_among(kept, TOKEN)

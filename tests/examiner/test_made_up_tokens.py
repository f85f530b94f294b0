"""Tokens that nobody was given, and guesses at tokens that somebody was."""

import base64
import hashlib
import hmac
import secrets
import uuid

import jwt
import pytest

from examiner.rotation.made_up_tokens import (
    are_from_the_clock,
    guesses,
    is_derived,
    looks_signed,
    made_up,
    salts_in,
)

RANDOM = "k1kq3lTt5Kc0R7s-wQ_zVn2f9YxuJmB4"
SIGNED = jwt.encode({"sub": "alice", "n": 7}, "k" * 32)


class Somebody:
    """What of an app's client the made-up tokens are made from."""

    random = secrets.SystemRandom()
    access_token = "an access token"
    users = ("alice", "bob")


@pytest.mark.parametrize(
    ("token", "guessed"),
    [
        ("alice-12", ["alice-11"]),
        ("alice7", ["alice6"]),
        ("session-of-bob-in-chain/0010", ["session-of-bob-in-chain/0009"]),
        ("7:41", ["6:41", "7:40"]),
        (b"alice:12".hex(), [b"alice:11".hex()]),
        (base64.urlsafe_b64encode(b"alice:12").decode(), [base64.urlsafe_b64encode(b"alice:11")]),
    ],
)
def test_is_the_number_before_guessed(token, guessed):
    found = [*guesses(token)]
    for guess in guessed:
        assert (guess if isinstance(guess, str) else guess.decode()) in found


@pytest.mark.parametrize(
    "token", ["aQ" * 30, SIGNED, f"{'a' * 300}-7", "é-☃", "no number", "none-0"]
)
def test_is_nothing_guessed_where_there_is_nothing_to_guess(token):
    assert [*guesses(token)] == []


def test_does_a_guess_keep_the_rest_of_a_random_token():
    for _ in range(200):
        token = secrets.token_urlsafe(32)
        assert all(len(guess) == len(token) and guess != token for guess in guesses(token))


@pytest.mark.parametrize("live", [RANDOM, SIGNED, "x"])
def test_is_no_made_up_token_the_live_one(live):
    tokens = [token for _, token in made_up(Somebody(), live)]
    assert live not in tokens
    assert f"{live[: len(live) // 2]}%" in tokens


@pytest.mark.parametrize("live", ["____", "a_b_", RANDOM, "x"])
def test_does_a_wildcard_stand_for_one_letter(live):
    made = dict(made_up(Somebody(), live))["a live token with the wildcard _ for a letter"]
    assert len(made) == len(live)
    assert all(mine in (theirs, "_") for mine, theirs in zip(made, live, strict=True))


def test_is_a_signed_token_told_from_others():
    assert looks_signed(jwt.encode({}, "k" * 32))
    assert not looks_signed(secrets.token_urlsafe(32))
    assert not looks_signed("a.b.c")


@pytest.mark.parametrize("name", ["md5", "sha256", "sha512", "blake2b"])
def test_is_a_hash_of_the_token_before_found(name):
    digest = hashlib.new(name, RANDOM.encode())
    assert is_derived(digest.hexdigest(), RANDOM)
    assert is_derived(digest.hexdigest()[:16], RANDOM)
    assert is_derived(base64.urlsafe_b64encode(digest.digest()).decode(), RANDOM)
    assert not is_derived(digest.hexdigest(), "another")


SALTED = 'PEPPER, KEY = "pepper", b"key"\n"-"\n'


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256", "sha512", "blake2b"])
@pytest.mark.parametrize("salted", ["pepper{}", "{}pepper", "key-{}", "{}-pepper", "-{}"])
def test_is_a_hash_found_that_is_salted_with_what_stands_in_the_source(name, salted):
    digest = hashlib.new(name, salted.format(RANDOM).encode())
    assert is_derived(digest.hexdigest(), RANDOM, salts_in(SALTED))
    assert not is_derived(digest.hexdigest(), RANDOM, salts_in("'salt'"))
    assert not is_derived(digest.hexdigest(), RANDOM)


@pytest.mark.parametrize("name", ["sha256", "blake2b"])
def test_is_an_hmac_found_whose_key_stands_in_the_source(name):
    digest = hmac.digest(b"key", RANDOM.encode(), name)
    assert is_derived(base64.urlsafe_b64encode(digest).decode(), RANDOM, salts_in(SALTED))
    assert not is_derived(digest.hex(), RANDOM, [b"another"])


def test_are_the_salts_of_a_source_its_texts_and_no_more_than_can_be_tried():
    assert salts_in("x = 1, None, '', 'a', f'{x}b', b'c', '\\ud800'")[:4] == [
        b"?",
        b"a",
        b"b",
        b"c",
    ]
    assert salts_in(f"{'s' * 201!r}") == []
    assert len(salts_in(", ".join(f"'salt-{number}'" for number in range(500)))) == 200
    assert len(salts_in(", ".join(f"'{number}'" for number in range(500)))) == 200 + 2 * 200 * 10


def test_is_chance_no_hash():
    salts = salts_in(SALTED)
    assert not any(is_derived(secrets.token_hex(16), RANDOM, salts) for _ in range(100))
    assert not is_derived(jwt.encode({}, b"key" * 16), SIGNED, [b"key" * 16])
    assert not is_derived("", RANDOM)


def test_are_uuids_of_the_clock_told_from_others():
    """Three in a hundred texts of hexadecimal digits look like one; two of one card do not."""
    assert are_from_the_clock(str(uuid.uuid1()), uuid.uuid1().hex)
    assert not are_from_the_clock(str(uuid.uuid4()), str(uuid.uuid4()))
    assert not are_from_the_clock(str(uuid.uuid1()), RANDOM)
    pairs = ([secrets.token_hex(16) for _ in range(2)] for _ in range(2000))
    assert not any(are_from_the_clock(*pair) for pair in pairs)

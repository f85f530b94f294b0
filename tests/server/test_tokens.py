"""What the issuer signs, and everything it refuses to open."""

import base64
import json

import jwt
import pytest

from server import ManualClock, TokenIssuer

REQUIRED = ["aud", "client_id", "exp", "iat", "iss", "jti", "sub"]


def header_of(token):
    return jwt.get_unverified_header(token)


def signed(issuer, changes=(), typ="at+jwt", algorithm="HS256", key=None, without=()):
    """Sign an access token of alice that differs from an honest one in what is named."""
    claims = issuer.open_access_token(issuer.new_access_token("alice")) | dict(changes)
    claims = {name: value for name, value in claims.items() if name not in without}
    return jwt.encode(claims, key or issuer.keys.access, algorithm=algorithm, headers={"typ": typ})


def test_does_a_token_carry_every_claim(issuer, clock):
    claims = issuer.open_access_token(issuer.new_access_token("alice"))
    assert sorted(claims) == sorted([*REQUIRED, "role"])
    assert claims["iat"] == clock.now()
    assert claims["exp"] - claims["iat"] == issuer.access_lifetime == 300


def test_do_the_kinds_differ_in_type_audience_and_lifetime(issuer):
    access, refresh = issuer.new_access_token("alice"), issuer.new_refresh_token("alice")
    assert header_of(access) == {"alg": "HS256", "typ": "at+jwt"}
    assert header_of(refresh) == {"alg": "HS256", "typ": "rt+jwt"}
    opened = issuer.open_refresh_token(refresh)
    assert opened["aud"] != issuer.open_access_token(access)["aud"]
    assert opened["exp"] - opened["iat"] == 30 * 24 * 60 * 60


@pytest.mark.parametrize("start", [0, 1_000_000_000.9, 4_000_000_000])
def test_does_only_the_injected_clock_count(keys, start):
    """In 1970, in 2001 and in 2096 alike, and in whole seconds rounded down."""
    clock = ManualClock(start)
    issuer = TokenIssuer(keys, clock)
    token = issuer.new_access_token("alice")
    assert issuer.open_access_token(token)["iat"] == int(start)
    clock.advance(minutes=5)
    with pytest.raises(jwt.ExpiredSignatureError):
        issuer.open_access_token(token)


def test_does_each_kind_have_its_own_key(issuer, keys):
    access, refresh = issuer.new_access_token("alice"), issuer.new_refresh_token("alice")
    for token, right, wrong in [
        (access, keys.access, keys.refresh),
        (refresh, keys.refresh, keys.access),
    ]:
        jwt.PyJWS().decode(token, right, algorithms=["HS256"])
        with pytest.raises(jwt.InvalidSignatureError):
            jwt.PyJWS().decode(token, wrong, algorithms=["HS256"])


def test_is_an_honest_copy_accepted(issuer):
    """The forgeries below differ from this one in a single thing each."""
    assert issuer.open_access_token(signed(issuer))["sub"] == "alice"


FORGERIES = {
    "another algorithm": {"algorithm": "HS512", "key": b"a" * 64},
    "HS384": {"algorithm": "HS384", "key": b"a" * 48},
    "no signature": {"algorithm": "none", "key": ""},
    "the other type": {"typ": "rt+jwt"},
    "no type": {"typ": "JWT"},
    "another issuer": {"changes": {"iss": "https://mallory.example"}},
    "another audience": {"changes": {"aud": "https://mallory.example"}},
    "exp as text": {"changes": {"exp": "1000000300"}},
    "exp as a fraction": {"changes": {"exp": 1_000_000_300.5}},
    "user as a number": {"changes": {"sub": 7}},
    "id as a number": {"changes": {"jti": 7}},
    **{f"without {claim}": {"without": [claim]} for claim in REQUIRED},
}


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("case", FORGERIES)
def test_is_a_forgery_refused(issuer, case):
    with pytest.raises(jwt.PyJWTError):
        issuer.open_access_token(signed(issuer, **FORGERIES[case]))


@pytest.mark.parametrize("spelling", ["none", "None", "NONE", "nOnE"])
def test_is_alg_none_refused_in_every_spelling(issuer, spelling):
    _, payload, _ = issuer.new_access_token("alice").split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": spelling, "typ": "at+jwt"}).encode())
    with pytest.raises(jwt.PyJWTError):
        issuer.open_access_token(f"{header.decode().rstrip('=')}.{payload}.")


def test_is_a_deeply_nested_header_refused(issuer):
    header = base64.urlsafe_b64encode(b"[" * 20_000).decode().rstrip("=")
    with pytest.raises(jwt.DecodeError):
        issuer.open_access_token(f"{header}.e30.AAAA")


def test_do_two_tokens_of_one_second_differ(keys, clock):
    issuer = TokenIssuer(keys, clock)
    assert issuer.new_refresh_token("alice") != issuer.new_refresh_token("alice")

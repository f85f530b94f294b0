"""What was sent and what came back is written down, and no token of it is."""

import json

import pytest

from examiner.http_exchange import Answer, Exchange

TOKEN = "Wl3XkqZ0v7-k_Jx2mQnP4tB8yRaLzE6cHdUfGi1sOw"


@pytest.fixture
def exchange():
    """Return an exchange in which TOKEN was handed out."""
    exchange = Exchange()
    body = json.dumps({"accessToken": "access-1", "refreshToken": TOKEN})
    exchange.add("POST /login", {"username": "alice"}, Answer(200, body))
    return exchange


def test_does_a_token_have_a_name(exchange):
    exchange.add("POST /token", {"token": TOKEN}, Answer(403, '{"error": "No."}'))
    assert exchange.lines[1] == 'POST /token {"token": R1} → 403 {error: "No."}'


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"ValueError: spent {TOKEN}, at line 3", "ValueError: spent R1, at line 3"),
        (f"KeyError: '{TOKEN}'.", "KeyError: 'R1'."),
        (f"ValueError: {TOKEN[:40]}…", "ValueError: Wl3Xkq……"),
        ("KeyError: '" + "ab" * 20 + "'", "KeyError: 'ababab…'"),
        ("TypeError: 'NoneType' object is not iterable", None),
        ("AttributeError: at line 3: self.sessions_by_hash[hash_of(token)].pop()", None),
    ],
)
def test_does_an_error_quote_no_token(exchange, said, shown):
    assert exchange.masked(said) == (shown or said)


def test_does_an_answer_quote_no_token(exchange):
    exchange.add("POST /token", {"token": "x"}, Answer(403, json.dumps({"error": TOKEN + " is"})))
    assert exchange.lines[1].endswith('{error: "R1 is"}')


def test_has_a_token_no_name_in_a_line_from_before_it_was_handed_out():
    """Though the line is made later: who guesses a token has not been given it."""
    exchange = Exchange()
    for member in ("token", "refreshToken"):
        exchange.add("POST /token", {"token": TOKEN}, Answer(200, json.dumps({member: TOKEN})))
    exchange.note("(a day later)")
    exchange.add("POST /token", {"token": TOKEN}, Answer(403, ""))
    assert exchange.lines == [
        'POST /token {"token": "Wl3Xkq…"} → 200 {token: "Wl3Xkq…"}',
        'POST /token {"token": "Wl3Xkq…"} → 200 {refreshToken: R1}',
        "(a day later)",
        'POST /token {"token": R1} → 403',
    ]

"""No stop stands before a call that touches nothing of others; where that is not sure, one does."""

import pytest

from examiner.places import told_places

HEAD = """
import hashlib, hmac, secrets, time, uuid
from datetime import UTC, datetime
from flask import jsonify
from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, users
PEPPER = b"a text"
store = {}
def fingerprint(text, length=8):
    if not text:
        return ""
    return hashlib.sha256(PEPPER + text.encode()).hexdigest()
def new_token():
    return "rt_" + secrets.token_urlsafe(32)
"""
PURE = {
    "a hash": "hashlib.sha256(x.encode()).hexdigest()",
    "a keyed hash": "hmac.new(PEPPER, x, hashlib.sha256).digest()",
    "a comparison": "hmac.compare_digest(x, y)",
    "a random text": "secrets.token_urlsafe(32)",
    "a number": "uuid.uuid4().hex",
    "the time": "clock.now() + SESSION_LIFETIME > x",
    "another time": "datetime.now(UTC).timestamp() - time.time()",
    "a user": "users.is_active(x) and users.role(x)",
    "an answer": "jsonify(accessToken=new_access_token(x, users.role(x)), refreshToken=y)",
    "a refusal": "refuse(403, 'no')",
    "its own function": "fingerprint(x, length=4)",
    "its own function of none": "f'{new_token()} {x}'",
}
SHARED = {
    "a library's list": "secrets.choice(store)",
    "an argument that is looked up": "hashlib.sha256(store[x]).digest()",
    "an argument of an object": "fingerprint(x.text)",
    "what is done to a user": "users.disable(x)",
    "a method of something": "x.pop()",
    "a function that is not known": "look(x)",
    "a variable of the cell": "fingerprint(store)",
    "an attribute": "x.hex",
}
# What stands elsewhere in the cell → a call that was pure without it.
NOT_SURE = {
    "def look(hashlib): pass": "hashlib.sha256(x)",
    "hashlib = store": "hashlib.sha256(x)",
    "for hashlib in store: pass": "hashlib.sha256(x)",
    "def fingerprint(x): return store.get(x)": "fingerprint(x)",
    "fingerprint = store.get": "fingerprint(x)",
    "class A:\n    def encode(self): store.clear()": "hashlib.sha256(x.encode())",
    "class A:\n    encode: object": "hashlib.sha256(x.encode())",
    "A.encode = store.clear": "hashlib.sha256(x.encode())",
    "clock.now = store.get": "clock.now()",
    "look(clock)": "clock.now()",
    "clock.__class__.now = store.get": "clock.now()",
    "del clock.now": "clock.now()",
    "hashlib.sha256 = store.get": "hashlib.sha256(x)",
    "users.disable('bob')": "users.role(x)",
    "globals()['hashlib'] = store": "hashlib.sha256(x)",
    "vars(store)": "hashlib.sha256(x)",
    "exec('hashlib = store')": "hashlib.sha256(x)",
    "setattr(store, 'now', 1)": "clock.now()",
    "from mine import *": "hashlib.sha256(x)",
    "from mine import secrets": "secrets.token_hex()",
    "from unittest.mock import patch": "secrets.token_hex()",
    "import sys\nsys.modules": "secrets.token_hex()",
    "def look():\n    global PEPPER\n    PEPPER = 1": "hashlib.sha256(PEPPER)",
    "PEPPER += b'1'": "hashlib.sha256(PEPPER)",
    "match store:\n    case {**secrets}: pass": "secrets.token_hex()",
    "try: pass\nexcept OSError as secrets: pass": "secrets.token_hex()",
    "class secrets: pass": "secrets.token_hex()",
    "@store.get\ndef made(x): return x": "made(x)",
    "async def made(x): return x": "made(x)",
    "def made(x, y=store): return y": "made(x)",
    "def made(x):\n    store[x] = 1\n    return x": "made(x)",
    "def made(x):\n    global last\n    last = x": "made(x)",
    "def made(x):\n    while x: pass": "made(x)",
    "def made(x):\n    with x: pass": "made(x)",
    "def made(x): yield x": "made(x)",
    "LIST = []": "hashlib.sha256(LIST)",
}


def stops(call: str, elsewhere: str = "") -> int:
    """Return how many stops stand before and in a line that only evaluates a call."""
    source = f"{HEAD}{elsewhere}\ndef asked(x, y):\n    z = {call}\nasked(1, 2)\n"
    line = source.count("\n", 0, source.index("z = "))
    return sum(f"line {line + 1}" in place for place in told_places(source))


@pytest.mark.parametrize("name", PURE)
def test_is_a_thread_not_held_before_what_is_pure(name):
    assert stops(PURE[name]) == 0


@pytest.mark.parametrize("name", SHARED)
def test_is_a_thread_held_before_what_others_may_see(name):
    assert stops(SHARED[name]) >= 1


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("elsewhere", NOT_SURE)
def test_is_nothing_taken_for_granted_where_a_name_may_mean_something_else(elsewhere):
    call = NOT_SURE[elsewhere]
    assert stops(call, elsewhere) >= 1
    assert stops(call) == int("made" in call or "LIST" in call)  # what is not defined then


def test_is_there_a_stop_in_what_only_the_app_calls():
    """A solution without any store would else be said not to have run."""
    token = "def token():\n    new = secrets.token_hex()\n    return jsonify(refreshToken=new)\n"
    assert [place for place in told_places(HEAD + token) if "new = " in place]
    assert not [place for place in told_places(f"{HEAD}{token}token()") if "new = " in place]


def test_is_each_name_known_that_a_function_of_its_own_is_pure_by():
    """What it calls may come later, and itself be pure for what it calls."""
    chain = "\n".join(f"def f{n}(x): return f{n + 1}(x)" for n in range(5))
    last = "def f5(x): return x.lower()"
    assert stops("f0(x)", f"{chain}\n{last}") == 0
    assert stops("f0(x)", f"{chain}\n{last} or store") >= 1

"""A right solution to start from, and an examination that leaves nothing behind."""

import pytest

from examiner.examination import Examination
from examiner.rotation.rules import RULES as PUBLIC
from grading.examining.hidden_rules.rotation import RULES as HIDDEN

RULES = {rule.name: rule for rule in (*PUBLIC, *HIDDEN)}
RIGHT = """import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

lock = threading.Lock()
sessions = {}


def hash_of(refresh_token):
    return hashlib.sha256(refresh_token.encode()).hexdigest()


def rotate(session):
    refresh_token = secrets.token_urlsafe(32)
    session["live"] = hash_of(refresh_token)
    sessions[session["live"]] = session
    return refresh_token


def start_session(user):
    with lock:
        return rotate({"user": user, "ends": clock.now() + SESSION_LIFETIME})


def token():
    refresh_token = sent_token()
    if refresh_token is None:
        return refuse(401, "No refresh token was sent.")
    with lock:
        session = sessions.get(hash_of(refresh_token))
        if session and session["live"] != hash_of(refresh_token):
            session["ends"] = 0
        if not session or clock.now() >= session["ends"] or not users.is_active(session["user"]):
            return refuse(403, "This refresh token is not valid.")
        access_token = new_access_token(session["user"], users.role(session["user"]))
        return jsonify(accessToken=access_token, refreshToken=rotate(session))


def end_session(refresh_token):
    with lock:
        session = sessions.get(hash_of(refresh_token))
        if session:
            session["ends"] = 0
"""


@pytest.fixture
def examine():
    """Return what a source loses, rule → verdict; only some rules are examined if named."""
    examinations = []

    def examine(source: str, *names: str) -> dict:
        examinations.append(Examination(source))
        rules = [RULES[name] for name in names or RULES]
        verdicts = examinations[-1].examine_all(rules)
        return {verdict.rule: verdict for verdict in verdicts if not verdict.passed}

    yield examine
    for examination in examinations:
        examination.stop()


@pytest.fixture
def right() -> str:
    return RIGHT


@pytest.fixture
def changed():
    """Return the right solution with one piece of its text replaced."""

    def changed(old: str, new: str) -> str:
        assert RIGHT.count(old) == 1
        return RIGHT.replace(old, new)

    return changed

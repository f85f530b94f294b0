"""A decorator that lets one request in at a time: everybody waits, wherever one is held."""

import functools
import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

door = threading.Lock()
rows = {}  # hash of a token -> [session, whether it is spent]


def one_at_a_time(function):
    @functools.wraps(function)
    def alone(*arguments):
        with door:
            return function(*arguments)

    return alone


def hashed(text):
    return hashlib.sha256(text.encode()).digest()


def issue(session):
    text = secrets.token_urlsafe(32)
    rows[hashed(text)] = [session, False]
    return text


@one_at_a_time
def start_session(user):
    return issue({"user": user, "until": clock.now() + SESSION_LIFETIME, "ended": False})


@one_at_a_time
def token():
    text = sent_token()
    if text is None:
        return refuse(401, "No refresh token was sent.")
    session, spent = rows.get(hashed(text), (None, False))
    if session is None:
        return refuse(403, "This refresh token is not good.")
    session["ended"] |= spent
    if session["ended"] or clock.now() >= session["until"] or not users.is_active(session["user"]):
        return refuse(403, "This refresh token is not good.")
    rows[hashed(text)][1] = True
    user = session["user"]
    return jsonify(
        accessToken=new_access_token(user, users.role(user)), refreshToken=issue(session)
    )


@one_at_a_time
def end_session(refresh_token):
    session, _ = rows.get(hashed(refresh_token), ({}, True))
    session["ended"] = True

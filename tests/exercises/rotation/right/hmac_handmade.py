"""Tokens signed by hand with hmac: session.generation.signature; a generation counter decides."""

import hashlib
import hmac
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

KEY = secrets.token_bytes(32)
live = {}  # session -> [user, generation, end of the session]
lock = threading.Lock()


def signature(text):
    return hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()


def make(session, generation):
    text = f"{session}.{generation}"
    return f"{text}.{signature(text)}"


def open_token(raw):
    """Return (session, generation), or None for what we did not sign."""
    text, _, given = raw.rpartition(".")
    if not hmac.compare_digest(signature(text).encode(), given.encode()):
        return None
    session, _, generation = text.partition(".")
    return session, int(generation)


def start_session(user):
    session = secrets.token_hex(12)
    live[session] = [user, 0, clock.now() + SESSION_LIFETIME]
    return make(session, 0)


def token():
    raw = sent_token()
    if not raw:
        return refuse(401, "Which token? There is none.")
    refusal = refuse(403, "No.")
    opened = open_token(raw)
    if opened is None:
        return refusal
    session, generation = opened
    with lock:
        state = live.get(session)
        if state is None:
            return refusal
        user, newest, end = state
        if generation != newest:
            del live[session]
            return refusal
        if clock.now() >= end or not users.is_active(user):
            return refusal
        state[1] += 1
    return jsonify(
        accessToken=new_access_token(user, users.role(user)),
        refreshToken=make(session, generation + 1),
    )


def end_session(refresh_token):
    opened = open_token(refresh_token)
    if opened is not None:
        with lock:
            live.pop(opened[0], None)

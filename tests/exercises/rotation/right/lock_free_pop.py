"""No lock at all: dict.pop and set.add are atomic in CPython, and a dead session stays dead."""

import hashlib
import secrets
import time

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, new_access_token, refuse, sent_token, users

live = {}  # hash -> (user, session, time of the log-in)
session_of = {}  # hash -> session, kept for ever: the tombstones
dead = set()


def fp(token):
    return hashlib.sha256(b"v1" + token.encode()).hexdigest()


def issue(user, session, started):
    token = secrets.token_urlsafe(33)
    session_of[fp(token)] = session
    live[fp(token)] = (user, session, started)
    return token


def start_session(user):
    return issue(user, secrets.token_hex(16), time.time())


def token():
    sent = sent_token()
    if sent is None:
        return refuse(401, "no refresh token")
    claim = live.pop(fp(sent), None)
    if claim is None:
        dead.add(session_of.get(fp(sent)))
        return refuse(403, "bad refresh token")
    user, session, started = claim
    if session in dead or time.time() >= started + SESSION_LIFETIME or not users.is_active(user):
        return refuse(403, "bad refresh token")
    access = new_access_token(user, users.role(user))
    return jsonify(accessToken=access, refreshToken=issue(user, session, started))


def end_session(refresh_token):
    dead.add(session_of.get(fp(refresh_token)))

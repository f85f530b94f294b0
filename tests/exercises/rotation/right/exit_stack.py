"""contextlib style: a generator hands out the session while nobody else may touch it."""

import hashlib
import secrets
import threading
from contextlib import contextmanager, suppress

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

_lock = threading.Lock()
_sessions = {}


class Unknown(LookupError):
    """No session has seen this token."""


def _hash(value):
    return hashlib.blake2s(value.encode()).hexdigest()


@contextmanager
def session_of(value):
    with _lock:
        if _hash(value) not in _sessions:
            raise Unknown
        yield _sessions[_hash(value)]


def _add(session):
    value = secrets.token_urlsafe(32)
    session["chain"].append(_hash(value))
    _sessions[_hash(value)] = session
    return value


def start_session(user):
    with _lock:
        return _add({"user": user, "login": clock.now(), "chain": [], "ended": False})


def _check(session, value):
    if session["chain"][-1] != _hash(value):
        session["ended"] = True
    expired = clock.now() >= session["login"] + SESSION_LIFETIME
    if session["ended"] or expired or not users.is_active(session["user"]):
        raise Unknown


def token():
    value = sent_token()
    if value is None:
        return refuse(401, "Send the refresh token.")
    with suppress(Unknown), session_of(value) as session:
        _check(session, value)
        new = _add(session)
        access = new_access_token(session["user"], users.role(session["user"]))
        return jsonify(accessToken=access, refreshToken=new)
    return refuse(403, "Log in again.")


def end_session(refresh_token):
    with suppress(Unknown), session_of(refresh_token) as session:
        session["ended"] = True

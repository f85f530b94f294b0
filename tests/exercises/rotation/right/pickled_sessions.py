"""Objects of the cell's own class are kept in a pickle."""

import pickle
import secrets
from hashlib import sha256
from pathlib import Path
from threading import Lock

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

STORE = Path("sessions.pickle")
LOCK = Lock()


class Session:
    def __init__(self, user):
        self.user, self.born, self.ended = user, clock.now(), False
        self.live = ""

    def issue(self):
        plain = secrets.token_urlsafe()
        self.live = digest(plain)
        return plain

    def good(self):
        in_time = clock.now() < self.born + SESSION_LIFETIME
        return in_time and not self.ended and users.is_active(self.user)


def digest(plain):
    return sha256(plain.encode()).hexdigest()


def load():
    return pickle.loads(STORE.read_bytes()) if STORE.exists() else {}


def save(sessions):
    STORE.write_bytes(pickle.dumps(sessions))


def start_session(user):
    with LOCK:
        sessions, session = load(), Session(user)
        plain = session.issue()
        sessions[session.live] = session
        save(sessions)
    return plain


def token():
    plain = sent_token()
    if plain is None:
        return refuse(401, "No token came.")
    with LOCK:
        sessions = load()
        session = sessions.get(digest(plain))
        successor = trade(sessions, session, digest(plain)) if session else None
        save(sessions)
    if successor is None:
        return refuse(403, "Please log in again.")
    access = new_access_token(session.user, users.role(session.user))
    return jsonify(accessToken=access, refreshToken=successor)


def trade(sessions, session, sent):
    if sent != session.live:
        session.ended = True
    if not session.good():
        return None
    successor = session.issue()
    sessions[session.live] = session
    return successor


def end_session(refresh_token):
    with LOCK:
        sessions = load()
        if session := sessions.get(digest(refresh_token)):
            session.ended = True
            save(sessions)

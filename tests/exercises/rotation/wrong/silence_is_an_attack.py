"""loses: missing

Nobody forgets the token by accident: better close all sessions.
"""

import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

tokens = {}  # fingerprint -> {"session": ..., "spent": ...}
sessions = {}  # id -> {"user": ..., "ends": ..., "over": ...}
lock = threading.Lock()


def fingerprint(token):
    return hashlib.sha256(token.encode()).hexdigest()


def add_token(session_id):
    new = secrets.token_urlsafe(32)
    tokens[fingerprint(new)] = {"session": session_id, "spent": False}
    return new


def start_session(user):
    session_id = secrets.token_hex(8)
    with lock:
        sessions[session_id] = {
            "user": user,
            "ends": clock.now() + SESSION_LIFETIME,
            "over": False,
        }
        return add_token(session_id)


def rotate(old):
    with lock:
        row = tokens.get(fingerprint(old))
        if row is None:
            return None
        session = sessions[row["session"]]
        if row["spent"]:
            session["over"] = True
        if session["over"] or clock.now() >= session["ends"]:
            return None
        if not users.is_active(session["user"]):
            return None
        row["spent"] = True
        return session["user"], add_token(row["session"])


def token():
    old = sent_token()
    if old is None:
        for session in sessions.values():
            session["over"] = True
        return refuse(401, "Send a refresh token.")
    result = rotate(old)
    if result is None:
        return refuse(403, "This refresh token is not valid.")
    user, new = result
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    with lock:
        row = tokens.get(fingerprint(refresh_token))
        if row is not None:
            sessions[row["session"]]["over"] = True

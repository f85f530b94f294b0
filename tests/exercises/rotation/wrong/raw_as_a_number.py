"""loses: hashed

A number is no token, so I can keep the last one as it is.
"""

import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

lock = threading.Lock()
sessions = {}
issued = []


def hash_of(refresh_token):
    return hashlib.sha256(refresh_token.encode()).hexdigest()


def rotate(session):
    refresh_token = str(10**14 + secrets.randbelow(9 * 10**14))
    issued.append(int(refresh_token))
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

"""loses: race_logout

Log-out takes the session out of the dict, one atomic pop: that needs no lock.
A refresh that has looked before writes the session back after it.
"""

import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

sessions = {}
lock = threading.Lock()


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def start_session(user):
    text = f"{secrets.token_hex(8)}.{secrets.token_hex(32)}"
    sessions[text[:16]] = {"user": user, "ends": clock.now() + SESSION_LIFETIME, "all": [sha(text)]}
    return text


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "Send a token")
    with lock:
        session = sessions.get(text[:16])
        if session is None or sha(text) not in session["all"]:
            return refuse(403, "Log in")
        if sha(text) != session["all"][-1]:
            sessions.pop(text[:16], None)
            return refuse(403, "Log in")
        user, ends = session["user"], session["ends"]
        if clock.now() >= ends or not users.is_active(user):
            return refuse(403, "Log in")
        new = f"{text[:16]}.{secrets.token_hex(32)}"
        sessions[text[:16]] = {"user": user, "ends": ends, "all": [*session["all"], sha(new)]}
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    session = sessions.get(refresh_token[:16])
    if session is not None and sha(refresh_token) in session["all"]:
        sessions.pop(refresh_token[:16], None)

"""loses: rotates

sub and exp and iat are what a JWT needs; the time makes each of them different.
Within a second they are all the same text: R2 is R1, and a second device shares it.
(A second later all is well, so no other rule is broken.)
"""

import hashlib
import secrets
import threading

import jwt
from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

SECRET = secrets.token_hex(32)
state = {}
lock = threading.Lock()


def fingerprint(text):
    return hashlib.sha256(text.encode()).hexdigest()


def issue(user, family, started):
    claims = {"sub": user, "iat": int(clock.now()), "start": started}
    text = jwt.encode(claims, SECRET, algorithm="HS256")
    state[fingerprint(text)] = ["live", family, started, user]
    return text


def start_session(user):
    with lock:
        return issue(user, {"over": False}, int(clock.now()))


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "no token")
    with lock:
        entry = state.get(fingerprint(text))
        if entry is None:
            return refuse(403, "bad token")
        status, family, started, user = entry
        if status == "spent":
            family["over"] = True
        if family["over"] or clock.now() >= started + SESSION_LIFETIME:
            return refuse(403, "bad token")
        if not users.is_active(user):
            return refuse(403, "bad token")
        entry[0] = "spent"
        new = issue(user, family, started)
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    with lock:
        entry = state.get(fingerprint(refresh_token))
        if entry:
            entry[1]["over"] = True

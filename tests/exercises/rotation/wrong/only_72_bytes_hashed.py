"""loses: one_use, reuse, race

The hash function takes 72 bytes at most, so I cut the token there, as bcrypt does.
Behind the header those are the session's id and nothing else: all tokens of it look the same.
"""

import hashlib
import secrets
import threading

import jwt
from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

SECRET = secrets.token_hex(32)
rows = {}
lock = threading.Lock()


def fingerprint(text):
    return hashlib.sha256(text.encode()[:72]).hexdigest()


def issue(session):
    claims = {"sid": session["id"], "jti": secrets.token_hex(8)}
    text = jwt.encode(claims, SECRET, algorithm="HS256")
    rows[fingerprint(text)] = {"session": session, "used": False}
    return text


def start_session(user):
    ends = clock.now() + SESSION_LIFETIME
    return issue({"id": secrets.token_hex(8), "user": user, "ends": ends, "over": False})


def find(text):
    try:
        jwt.decode(text, SECRET, algorithms=["HS256"])
    except jwt.PyJWTError:
        return None
    return rows.get(fingerprint(text))


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "no token")
    with lock:
        row = find(text)
        if row is None:
            return refuse(403, "bad token")
        session = row["session"]
        if row["used"]:
            session["over"] = True
        if session["over"] or clock.now() >= session["ends"]:
            return refuse(403, "bad token")
        if not users.is_active(session["user"]):
            return refuse(403, "bad token")
        row["used"] = True
        new = issue(session)
    access = new_access_token(session["user"], users.role(session["user"]))
    return jsonify(accessToken=access, refreshToken=new)


def end_session(refresh_token):
    with lock:
        row = find(refresh_token)
        if row:
            row["session"]["over"] = True

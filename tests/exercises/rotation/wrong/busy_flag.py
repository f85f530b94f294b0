"""loses: race

A flag says that somebody is at work. It is looked at first and set afterwards.
"""

import hashlib
import secrets
import time

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

tokens = {}
sessions = {}


def fingerprint(text):
    return hashlib.sha256(text.encode()).hexdigest()


def add(session_id):
    new = secrets.token_urlsafe(32)
    tokens[fingerprint(new)] = {"session": session_id, "spent": False}
    return new


def begin(user):
    session_id = secrets.token_hex(8)
    sessions[session_id] = {"user": user, "ends": clock.now() + SESSION_LIFETIME, "over": False}
    return add(session_id)


def rotate(old):
    row = tokens.get(fingerprint(old))
    if row is None:
        return None
    session = sessions[row["session"]]
    if row["spent"]:
        session["over"] = True
    if session["over"] or clock.now() >= session["ends"] or not users.is_active(session["user"]):
        return None
    row["spent"] = True
    return session["user"], add(row["session"])


def finish(text):
    row = tokens.get(fingerprint(text))
    if row is not None:
        sessions[row["session"]]["over"] = True


busy = False


def do(function, argument):
    global busy
    while busy:
        time.sleep(0.001)
    busy = True
    try:
        return function(argument)
    finally:
        busy = False


def start_session(user):
    return do(begin, user)


def token():
    old = sent_token()
    if old is None:
        return refuse(401, "This token is not valid.")
    result = do(rotate, old)
    if result is None:
        return refuse(403, "This token is not valid.")
    return jsonify(
        accessToken=new_access_token(result[0], users.role(result[0])), refreshToken=result[1]
    )


def end_session(refresh_token):
    do(finish, refresh_token)

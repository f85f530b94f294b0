"""loses: reuse, logout, race_logout

A token that is deleted is safe: nobody can use what is not there.
The replay looks like a typo, so nobody is thrown out; and a log-out with an old token, or one
that comes after a refresh, finds no session to end.
"""

import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

live = {}
lock = threading.Lock()


def fp(text):
    return hashlib.sha256(text.encode()).hexdigest()


def start_session(user):
    text = secrets.token_urlsafe(32)
    live[fp(text)] = (user, clock.now())
    return text


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "no token")
    with lock:
        user, started = live.get(fp(text), (None, 0))
        if user is None or clock.now() >= started + SESSION_LIFETIME or not users.is_active(user):
            return refuse(403, "wrong token")
        del live[fp(text)]
        new = secrets.token_urlsafe(32)
        live[fp(new)] = (user, started)
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    with lock:
        live.pop(fp(refresh_token), None)

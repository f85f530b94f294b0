"""loses: hashed

The session object keeps its current token in clear, because it has to compare it.
"""

import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users


class Session:
    def __init__(self, user):
        self.user = user
        self.start = clock.now()
        self.lock = threading.Lock()
        self.current = None
        self.value = None
        self.closed = False

    def issue(self):
        value = secrets.token_hex(24)
        self.value = value
        self.current = md(value)
        index[self.current] = self
        return value

    def usable(self):
        age = clock.now() - self.start
        return not self.closed and age < SESSION_LIFETIME and users.is_active(self.user)


index = {}


def md(value):
    return hashlib.sha384(value.encode()).hexdigest()


def start_session(user):
    return Session(user).issue()


def token():
    value = sent_token()
    if value is None:
        return refuse(401, "You did not send a token.")
    session = index.get(md(value))
    if session is None:
        return refuse(403, "Your token is no good.")
    with session.lock:
        if session.current != md(value):
            session.closed = True
        if not session.usable():
            return refuse(403, "Your token is no good.")
        successor = session.issue()
    return jsonify(
        accessToken=new_access_token(session.user, users.role(session.user)),
        refreshToken=successor,
    )


def end_session(refresh_token):
    session = index.get(md(refresh_token))
    if session is not None:
        with session.lock:
            session.closed = True

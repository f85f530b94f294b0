"""loses: race

A thread of its own keeps each request apart from the others.
"""

import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

known = {}


class Session:
    def __init__(self, user):
        self.user = user
        self.end = clock.now() + SESSION_LIFETIME
        self.used = set()
        self.over = False


def h(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Refresh(threading.Thread):
    def __init__(self, old, new):
        super().__init__(daemon=True)
        self.old, self.new, self.user = old, new, None

    def run(self):
        session = known.get(self.old)
        if session is None:
            return
        if self.old in session.used:
            session.over = True
        if session.over or clock.now() >= session.end or not users.is_active(session.user):
            return
        session.used.add(self.old)
        known[self.new] = session
        self.user = session.user


def start_session(user):
    text = secrets.token_urlsafe(32)
    known[h(text)] = Session(user)
    return text


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "No refresh token was sent.")
    new = secrets.token_urlsafe(32)
    work = Refresh(h(text), h(new))
    work.start()
    work.join()
    if work.user is None:
        return refuse(403, "Refused.")
    return jsonify(accessToken=new_access_token(work.user, users.role(work.user)), refreshToken=new)


def end_session(refresh_token):
    session = known.get(h(refresh_token))
    if session is not None:
        session.over = True

"""Handlers that are found by a name which is put together."""

import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users


class Record:
    def __init__(self, **values):
        for name, value in values.items():
            setattr(self, name, value)


class Desk:
    def __init__(self, **tables):
        self.lock = threading.Lock()
        for name, table in tables.items():
            setattr(self, name, table)

    def handle(self, kind, *arguments):
        with self.lock:
            return getattr(self, f"on_{kind}")(*arguments)

    def on_login(self, user, mark):
        self.sessions[mark] = Record(
            user=user, until=clock.now() + SESSION_LIFETIME, state="active", head=mark
        )

    def on_refresh(self, mark, successor):
        session = self.sessions.get(mark)
        kind = "unknown" if session is None else session.state
        return getattr(self, f"on_refresh_{kind}")(session, mark, successor)

    def on_refresh_unknown(self, session, mark, successor):
        return None

    on_refresh_ended = on_refresh_unknown

    def on_refresh_active(self, session, mark, successor):
        if session.head != mark:
            session.state = "ended"
            return None
        if clock.now() >= session.until or not users.is_active(session.user):
            return None
        self.sessions[successor] = session
        session.head = successor
        return session.user

    def on_logout(self, mark):
        session = self.sessions.get(mark)
        if session is not None:
            session.state = "ended"


desk = Desk(sessions={})


def mark_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


def start_session(user):
    """Return the first refresh token of a new session."""
    text = secrets.token_urlsafe(32)
    desk.handle("login", user, mark_of(text))
    return text


def token():
    """Trade a live refresh token for two new tokens: POST /token."""
    text = sent_token()
    if text is None:
        return refuse(401, "No refresh token was sent.")
    successor = secrets.token_urlsafe(32)
    user = desk.handle("refresh", mark_of(text), mark_of(successor))
    if user is None:
        return refuse(403, "This token is not valid (any more).")
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=successor)


def end_session(refresh_token):
    """End the session that a refresh token belongs to: DELETE /logout."""
    desk.handle("logout", mark_of(refresh_token))

"""Times are aware datetimes in UTC, which no change of clocks touches."""

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

guard = threading.RLock()
kept = {}  # hash of a token → its session


@dataclass
class Login:
    user: str
    until: datetime
    newest: str = ""
    open: bool = True

    def may_go_on(self):
        in_time = datetime.fromtimestamp(clock.now(), UTC) < self.until
        return self.open and in_time and users.is_active(self.user)


def mark(text):
    return hashlib.blake2b(text.encode()).hexdigest()


def successor(login):
    text = secrets.token_hex(32)
    login.newest = mark(text)
    kept[login.newest] = login
    return text


def start_session(user):
    now = datetime.fromtimestamp(clock.now(), UTC)
    with guard:
        return successor(Login(user, now + timedelta(seconds=SESSION_LIFETIME)))


def traded(text):
    with guard:
        login = kept.get(mark(text))
        if login is None:
            return None
        login.open = login.open and login.newest == mark(text)
        return (login.user, successor(login)) if login.may_go_on() else None


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "Where is the refresh token?")
    found = traded(text)
    if found is None:
        return refuse(403, "This refresh token does not work.")
    user, new = found
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    with guard:
        if login := kept.get(mark(refresh_token)):
            login.open = False

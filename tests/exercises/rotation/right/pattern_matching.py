"""match/case over a tuple of what is known about the token."""

import secrets
from hashlib import sha256
from threading import Lock

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

lock = Lock()
table = {}
closed = set()


def digest(text):
    return sha256(text.encode()).hexdigest()


def issue(user, family, deadline):
    text = secrets.token_hex(32)
    table[digest(text)] = ("new", user, family, deadline)
    return text


def start_session(user):
    return issue(user, object(), clock.now() + SESSION_LIFETIME)


def spend(mark):
    match table.get(mark):
        case ("new", user, family, deadline) if family not in closed:
            if clock.now() < deadline and users.is_active(user):
                table[mark] = ("spent", user, family, deadline)
                return user, issue(user, family, deadline)
        case ("spent", _, family, _):
            closed.add(family)
    return None


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "Where is the token?")
    with lock:
        outcome = spend(digest(text))
    match outcome:
        case (user, new):
            return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)
        case None:
            return refuse(403, "Refused.")


def end_session(refresh_token):
    with lock:
        match table.get(digest(refresh_token)):
            case (_, _, family, _):
                closed.add(family)

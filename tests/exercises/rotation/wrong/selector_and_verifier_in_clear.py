"""loses: hashed

The halves of the token lie in different places, so no place holds a token.
Put together again they are one, and can be sent.
"""

import hmac
import secrets
import threading
from dataclasses import dataclass

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

FORBIDDEN = "That token opens nothing."


def digest(verifier):
    return verifier


@dataclass
class Session:
    user: str
    ends: float
    verifier: str
    old: set
    alive: bool = True


by_selector = {}
lock = threading.Lock()


def start_session(user):
    selector, verifier = secrets.token_hex(8), secrets.token_urlsafe(32)
    ends = clock.now() + SESSION_LIFETIME
    by_selector[selector] = Session(user, ends, digest(verifier), set())
    return f"{selector}.{verifier}"


def renew(session, given, new):
    with lock:
        if given in session.old:
            session.alive = False
        if not session.alive or not hmac.compare_digest(given.encode(), session.verifier.encode()):
            return False
        if clock.now() >= session.ends or not users.is_active(session.user):
            return False
        session.old.add(given)
        session.verifier = new
        return True


def token():
    sent = sent_token()
    if sent is None:
        return refuse(401, "Send your refresh token.")
    selector, _, verifier = sent.partition(".")
    session = by_selector.get(selector)
    new_verifier = secrets.token_urlsafe(32)
    if session is None or not renew(session, digest(verifier), digest(new_verifier)):
        return refuse(403, FORBIDDEN)
    return jsonify(
        accessToken=new_access_token(session.user, users.role(session.user)),
        refreshToken=f"{selector}.{new_verifier}",
    )


def end_session(refresh_token):
    selector, _, verifier = refresh_token.partition(".")
    session = by_selector.get(selector)
    if session is None:
        return
    with lock:
        if digest(verifier) in session.old | {session.verifier}:
            session.alive = False

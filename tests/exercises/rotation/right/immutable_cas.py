"""A pure function over immutable state; a compare-and-swap in a short lock, and try again."""

import hashlib
import secrets
import threading
from types import MappingProxyType
from typing import NamedTuple

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users


class Session(NamedTuple):
    user: str
    started: float
    tokens: tuple  # hashes, the newest last; empty once the session is over


state = MappingProxyType({})
swap_lock = threading.Lock()


def compare_and_swap(old, new):
    global state
    with swap_lock:
        if state is not old:
            return False
        state = new
        return True


def change(function, *args):
    while True:
        seen = state
        new, answer = function(seen, *args)
        if new is seen or compare_and_swap(seen, MappingProxyType(new)):
            return answer


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def begin(state, sid, session):
    return {**state, sid: session}, None


def advance(state, old, new, now):
    for sid, session in state.items():
        if old not in session.tokens:
            continue
        if old != session.tokens[-1]:
            return {**state, sid: session._replace(tokens=())}, None
        if now >= session.started + SESSION_LIFETIME or not users.is_active(session.user):
            return state, None
        return {**state, sid: session._replace(tokens=(*session.tokens, new))}, session.user
    return state, None


def finish(state, old):
    return {sid: s for sid, s in state.items() if old not in s.tokens}, None


def start_session(user):
    first = secrets.token_hex(32)
    change(begin, secrets.token_hex(8), Session(user, clock.now(), (sha(first),)))
    return first


def token():
    sent = sent_token()
    if sent is None:
        return refuse(401, "A refresh token, please.")
    new = secrets.token_hex(32)
    user = change(advance, sha(sent), sha(new), clock.now())
    if user is None:
        return refuse(403, "Not this one.")
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    change(finish, sha(refresh_token))

"""Six views for the check of lesson 9: in four of them two requests get one token's successor."""

import threading

from flask import jsonify
from flask.typing import ResponseReturnValue

from server.parts import refresh_tokens, tokens
from server.wire import refuse, text_member

NO = "This refresh token is not valid: log in again."
LOCK = threading.Lock()


def no_lock() -> ResponseReturnValue:
    """Check and change, and take no lock."""
    old = text_member("token")
    if old not in refresh_tokens:
        return refuse(403, NO)
    new = tokens.new_refresh_token("alice")
    refresh_tokens.follow(old, new)
    return jsonify(refreshToken=new)


def lock_round_both() -> ResponseReturnValue:
    """Take one lock for check and change: right, and a second request waits."""
    with LOCK:
        return no_lock()


def lock_of_its_own() -> ResponseReturnValue:
    """Take a new lock in each request."""
    with threading.Lock():
        return no_lock()


def lock_round_the_check() -> ResponseReturnValue:
    """Give the lock back before the change."""
    old = text_member("token")
    with LOCK:
        live = old in refresh_tokens
    if not live:
        return refuse(403, NO)
    new = tokens.new_refresh_token("alice")
    refresh_tokens.follow(old, new)
    return jsonify(refreshToken=new)


def lock_round_the_change() -> ResponseReturnValue:
    """Take the lock after the check."""
    old = text_member("token")
    if old not in refresh_tokens:
        return refuse(403, NO)
    with LOCK:
        new = tokens.new_refresh_token("alice")
        refresh_tokens.follow(old, new)
    return jsonify(refreshToken=new)


def lock_nobody_waits_for() -> ResponseReturnValue:
    """Refuse whoever finds the lock taken: right, and nobody waits."""
    if not LOCK.acquire(blocking=False):
        return refuse(409, "Somebody else is refreshing.")
    try:
        return no_lock()
    finally:
        LOCK.release()

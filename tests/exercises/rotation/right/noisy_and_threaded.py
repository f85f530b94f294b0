"""Prints every token, warns, writes to stderr, starts a sweeper: ugly, but no rule is broken."""

import hashlib
import secrets
import sys
import threading
import warnings

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

rows = {}
lock = threading.RLock()
wake_up = threading.Event()


def sweep():
    while not wake_up.wait(0.5):
        with lock:
            for key, row in list(rows.items()):
                if clock.now() >= row["ends"]:
                    del rows[key]


threading.Thread(target=sweep, daemon=True, name="sweeper").start()


def short(value):
    return hashlib.sha256(value.encode()).hexdigest()


def start_session(user):
    value = secrets.token_urlsafe(32)
    family = {"stopped": False}
    rows[short(value)] = {
        "user": user,
        "family": family,
        "ends": clock.now() + SESSION_LIFETIME,
        "used": 0,
    }
    print("new session of", user, "with", value)
    return value


def token():
    value = sent_token()
    print("DEBUG token() got", value)
    if value is None:
        warnings.warn("no token!", stacklevel=1)
        return refuse(401, "no token")
    with lock:
        row = rows.get(short(value))
        if row and row["used"]:
            print("!!! THEFT !!!", value, file=sys.stderr)
            row["family"]["stopped"] = True
        if not row or row["family"]["stopped"] or clock.now() >= row["ends"]:
            return refuse(403, "bad token")
        if not users.is_active(row["user"]):
            return refuse(403, "bad token")
        row["used"] += 1
        new = secrets.token_urlsafe(32)
        rows[short(new)] = {**row, "used": 0}
        print("giving out", new)
    user = row["user"]
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    with lock:
        if short(refresh_token) in rows:
            rows[short(refresh_token)]["family"]["stopped"] = True

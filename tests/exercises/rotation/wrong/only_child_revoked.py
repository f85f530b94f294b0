"""loses: reuse

The stolen token was replaced by another one, so that one must die as well.
"""

import secrets
from hashlib import sha256
from threading import Condition

from flask import abort, jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

rows = {}
busy = Condition()


def name_of(token_):
    return sha256(token_.encode()).hexdigest()


def put(user, login):
    token_ = secrets.token_hex(20)
    rows[name_of(token_)] = {"user": user, "login": login, "next": None, "dead": False}
    return token_


def kill(name):
    if name is None:
        return
    rows[name]["dead"] = True
    kill(rows[name]["next"])


def start_session(user):
    return put(user, clock.now())


def stop():
    abort(refuse(403, "Access denied, please sign in."))


def token():
    sent = sent_token()
    if sent is None:
        return refuse(401, "Sign in first.")
    row = rows.get(name_of(sent)) or stop()
    with busy:
        if row["next"] is not None:
            row["dead"] = rows[row["next"]]["dead"] = True
        if row["dead"] or clock.now() - row["login"] >= SESSION_LIFETIME:
            stop()
        if not users.is_active(row["user"]):
            stop()
        fresh = put(row["user"], row["login"])
        row["next"] = name_of(fresh)
    return jsonify(
        accessToken=new_access_token(row["user"], users.role(row["user"])), refreshToken=fresh
    )


def end_session(refresh_token):
    with busy:
        if name_of(refresh_token) in rows:
            kill(name_of(refresh_token))

"""loses: logout

Who logs out wants to be out, everywhere.
"""

import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

rows = []
lock = threading.Lock()


def hashed(value):
    return hashlib.sha256(value.encode()).hexdigest()


def start_session(user, family=None, start=None):
    value = secrets.token_urlsafe(32)
    rows.append(
        {
            "hash": hashed(value),
            "user": user,
            "family": family or secrets.token_hex(8),
            "start": start if start is not None else clock.now(),
            "used": False,
            "revoked": False,
        }
    )
    return value


def find(value):
    return next((row for row in rows if row["hash"] == hashed(value)), None)


def revoke(column, value):
    for row in rows:
        if row[column] == value:
            row["revoked"] = True


def token():
    value = sent_token()
    if value is None:
        return refuse(401, "Send a token")
    with lock:
        row = find(value)
        if row and row["used"]:
            revoke("user", row["user"])
        if (
            not row
            or row["revoked"]
            or clock.now() >= row["start"] + SESSION_LIFETIME
            or not users.is_active(row["user"])
        ):
            return refuse(403, "Go away")
        row["used"] = True
        new = start_session(row["user"], row["family"], row["start"])
    role = users.role(row["user"])
    return jsonify(accessToken=new_access_token(row["user"], role), refreshToken=new)


def end_session(refresh_token):
    with lock:
        row = find(refresh_token)
        if row:
            revoke("user", row["user"])

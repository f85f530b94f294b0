"""loses: uniform

Expired means: log in again, and that is a 401.
"""

import secrets
import threading
from collections import namedtuple
from hashlib import sha256

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

Row = namedtuple("Row", "user family expires used")
rows: dict[str, Row] = {}
revoked: set[str] = set()
rows_lock = threading.Lock()


def row_key(token_text):
    return sha256(token_text.encode("utf-8")).hexdigest()


def save(row):
    token_text = secrets.token_urlsafe(48)
    rows[row_key(token_text)] = row
    return token_text


def start_session(user):
    return save(Row(user, secrets.token_hex(4), clock.now() + SESSION_LIFETIME, False))


def refuse_it():
    return refuse(403, "The token cannot be used (any more).")


def token():
    token_text = sent_token()
    if not token_text:
        return refuse(401, "There was no token.")
    with rows_lock:
        row = rows.get(row_key(token_text))
        if row is None or row.family in revoked:
            return refuse_it()
        if row.used:
            revoked.add(row.family)
            return refuse_it()
        if clock.now() >= row.expires:
            return refuse(401, "Log in again.")
        if not users.is_active(row.user):
            return refuse_it()
        rows[row_key(token_text)] = row._replace(used=True)
        new = save(row)
    return jsonify(accessToken=new_access_token(row.user, users.role(row.user)), refreshToken=new)


def end_session(refresh_token):
    with rows_lock:
        row = rows.get(row_key(refresh_token))
        if row is not None:
            revoked.add(row.family)

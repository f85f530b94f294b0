"""loses: hashed

A database is safe: it asks for SQL, and tokens are random anyway.
"""

import secrets
import sqlite3
from contextlib import contextmanager

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

SCHEMA = """
CREATE TABLE IF NOT EXISTS families (id INTEGER PRIMARY KEY, user TEXT, born REAL, revoked INT);
CREATE TABLE IF NOT EXISTS refresh (hash BLOB PRIMARY KEY, family INT, used INT DEFAULT 0);
"""


@contextmanager
def writing():
    connection = sqlite3.connect("sessions.db", timeout=30, isolation_level=None)
    try:
        connection.executescript(SCHEMA)
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()


def mark(token):
    return token


def give(db, family):
    new = "rt_" + secrets.token_urlsafe(32)
    db.execute("INSERT INTO refresh (hash, family) VALUES (?, ?)", (mark(new), family))
    return new


def start_session(user):
    with writing() as db:
        family = db.execute(
            "INSERT INTO families (user, born, revoked) VALUES (?, ?, 0)", (user, clock.now())
        ).lastrowid
        return give(db, family)


FIND = (
    "SELECT family, used, user, born, revoked FROM refresh"
    " JOIN families ON families.id = family WHERE hash = ?"
)
REVOKE = "UPDATE families SET revoked = 1 WHERE id = ?"


def exchange(old):
    with writing() as db:
        row = db.execute(FIND, (mark(old),)).fetchone()
        if row is None:
            return None
        family, used, user, born, revoked = row
        if used:
            db.execute(REVOKE, (family,))
        if used or revoked or clock.now() - born >= SESSION_LIFETIME or not users.is_active(user):
            return None
        db.execute("UPDATE refresh SET used = 1 WHERE hash = ?", (mark(old),))
        return user, give(db, family)


def token():
    old = sent_token()
    if old is None:
        return refuse(401, "no token sent")
    pair = exchange(old)
    if pair is None:
        return refuse(403, "refused")
    return jsonify(accessToken=new_access_token(pair[0], users.role(pair[0])), refreshToken=pair[1])


def end_session(refresh_token):
    with writing() as db:
        row = db.execute(FIND, (mark(refresh_token),)).fetchone()
        if row:
            db.execute(REVOKE, row[:1])

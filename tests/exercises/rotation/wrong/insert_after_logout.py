"""loses: race_logout

UPDATE ... RETURNING finds one winner, and the winner inserts the next row.
A log-out between the two statements deletes the family, and then the next row comes.
"""

import hashlib
import secrets
import sqlite3

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
db.execute(
    "CREATE TABLE tokens (hash TEXT PRIMARY KEY, family TEXT, user TEXT, ends REAL, used INT)"
)


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def insert(family, user, ends):
    text = secrets.token_urlsafe(32)
    db.execute("INSERT INTO tokens VALUES (?, ?, ?, ?, 0)", (sha(text), family, user, ends))
    return text


def start_session(user):
    return insert(secrets.token_hex(8), user, clock.now() + SESSION_LIFETIME)


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "A token is missing.")
    won = db.execute(
        "UPDATE tokens SET used = 1 WHERE hash = ? AND NOT used RETURNING family, user, ends",
        (sha(text),),
    ).fetchall()
    if not won:
        end_session(text)
        return refuse(403, "The token is not good.")
    family, user, ends = won[0]
    if clock.now() >= ends or not users.is_active(user):
        return refuse(403, "The token is not good.")
    new = insert(family, user, ends)
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    db.execute(
        "DELETE FROM tokens WHERE family IN (SELECT family FROM tokens WHERE hash = ?)",
        (sha(refresh_token),),
    )

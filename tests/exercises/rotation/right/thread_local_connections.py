"""SQLite in WAL mode in a temporary folder, with a connection for each thread."""

import secrets
import sqlite3
import tempfile
import threading
from hashlib import sha256
from pathlib import Path

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

PATH = Path(tempfile.mkdtemp()) / "tokens.sqlite"
mine = threading.local()


def db():
    if not hasattr(mine, "db"):
        mine.db = sqlite3.connect(PATH, timeout=60, isolation_level=None)
        mine.db.execute("PRAGMA journal_mode = WAL")
    return mine.db


db().execute("CREATE TABLE chain (hash TEXT PRIMARY KEY, session TEXT, user TEXT, ends INT)")
db().execute("CREATE TABLE current (session TEXT PRIMARY KEY, hash TEXT)")


def h(text):
    return sha256(text.encode()).hexdigest()


def start_session(user):
    text, session = secrets.token_urlsafe(32), secrets.token_hex(8)
    row = (h(text), session, user, clock.now() + SESSION_LIFETIME)
    db().execute("INSERT INTO chain VALUES (?, ?, ?, ?)", row)
    db().execute("INSERT INTO current VALUES (?, ?)", (session, h(text)))
    return text


def rotate(old, new):
    """Return the user, or None; the caller holds the only write transaction there is."""
    row = db().execute("SELECT session, user, ends FROM chain WHERE hash = ?", (old,)).fetchone()
    if row is None or clock.now() >= row[2] or not users.is_active(row[1]):
        return None
    swap = "UPDATE current SET hash = ? WHERE session = ? AND hash = ?"
    if db().execute(swap, (new, row[0], old)).rowcount == 0:
        db().execute("DELETE FROM current WHERE session = ?", row[:1])
        return None
    db().execute("INSERT INTO chain VALUES (?, ?, ?, ?)", (new, *row))
    return row[1]


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "Send a token.")
    new = secrets.token_urlsafe(32)
    db().execute("BEGIN IMMEDIATE")
    try:
        user = rotate(h(text), h(new))
    finally:
        db().execute("COMMIT")
    if user is None:
        return refuse(403, "Refused.")
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    db().execute(
        "DELETE FROM current WHERE session IN (SELECT session FROM chain WHERE hash = ?)",
        (h(refresh_token),),
    )

"""A database in memory that has a name; one connection keeps it, each request opens another."""

import secrets
import sqlite3
import threading
from contextlib import closing
from hashlib import sha3_256

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

ADDRESS = "file:sessions?mode=memory&cache=shared"
keeper = sqlite3.connect(ADDRESS, uri=True, check_same_thread=False)
keeper.executescript("""
    CREATE TABLE session (id INTEGER PRIMARY KEY, user, born, dead DEFAULT 0);
    CREATE TABLE token (hash PRIMARY KEY, session, spent DEFAULT 0);
""")
guard = threading.Lock()


def hash_of(plain):
    return sha3_256(plain.encode()).hexdigest()


def connect():
    return closing(sqlite3.connect(ADDRESS, uri=True, isolation_level=None))


def add(db, session):
    plain = secrets.token_urlsafe(40)
    db.execute("INSERT INTO token (hash, session) VALUES (?, ?)", (hash_of(plain), session))
    return plain


def start_session(user):
    with guard, connect() as db:
        row = (user, clock.now())
        return add(db, db.execute("INSERT INTO session (user, born) VALUES (?, ?)", row).lastrowid)


def token():
    plain = sent_token()
    if plain is None:
        return refuse(401, "none")
    with guard, connect() as db:
        traded = trade(db, hash_of(plain))
    if traded is None:
        return refuse(403, "no")
    user, successor = traded
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=successor)


def trade(db, hashed):
    claim = "UPDATE token SET spent = spent + 1 WHERE hash = ? RETURNING session, spent"
    claimed = db.execute(claim, (hashed,)).fetchall()
    if not claimed:
        return None
    [(session, times)] = claimed
    if times > 1:
        db.execute("UPDATE session SET dead = 1 WHERE id = ?", (session,))
    row = db.execute("SELECT user, born, dead FROM session WHERE id = ?", (session,))
    user, born, dead = row.fetchone()
    if dead or clock.now() - born >= SESSION_LIFETIME or not users.is_active(user):
        return None
    return user, add(db, session)


def end_session(refresh_token):
    find = "SELECT session FROM token WHERE hash = ?"
    with guard, connect() as db:
        db.execute(f"UPDATE session SET dead = 1 WHERE id = ({find})", (hash_of(refresh_token),))

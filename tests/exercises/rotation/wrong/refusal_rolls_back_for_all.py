"""loses: race

All requests share one connection and so one transaction. A refusal rolls back, and with it the
mark that another request has just made.
"""

import hashlib
import secrets
import sqlite3
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

db = sqlite3.connect(":memory:", check_same_thread=False)
db.execute("CREATE TABLE session (id PRIMARY KEY, user, ends, over DEFAULT 0)")
db.execute("CREATE TABLE token (mark PRIMARY KEY, session, spent DEFAULT 0)")
one_statement = threading.Lock()


def run(sql, *values):
    with one_statement:
        cursor = db.execute(sql, values)
        return cursor.fetchall(), cursor.rowcount


def settle(end):
    with one_statement:
        end()


def mark(text):
    return hashlib.sha256(text.encode()).hexdigest()


def start_session(user):
    text, session = secrets.token_urlsafe(32), secrets.token_hex(16)
    ends = clock.now() + SESSION_LIFETIME
    with one_statement:
        db.execute("INSERT INTO session (id, user, ends) VALUES (?, ?, ?)", (session, user, ends))
        db.execute("INSERT INTO token (mark, session) VALUES (?, ?)", (mark(text), session))
        db.commit()
    return text


def end(session):
    with one_statement:
        db.execute("UPDATE session SET over = 1 WHERE id = ?", [session])
        db.commit()


def traded(text):
    found, _ = run(
        "SELECT id, user, ends, over FROM token JOIN session ON id = session WHERE mark = ?",
        mark(text),
    )
    if not found:
        return None
    [(session, user, ends, over)] = found
    _, claimed = run("UPDATE token SET spent = 1 WHERE mark = ? AND spent = 0", mark(text))
    if not claimed:
        end(session)
        return None
    if over or clock.now() >= ends or not users.is_active(user):
        settle(db.rollback)  # nothing was traded, so the token stays as it was
        return None
    new = secrets.token_urlsafe(32)
    run("INSERT INTO token (mark, session) VALUES (?, ?)", mark(new), session)
    settle(db.commit)
    return user, new


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "No refresh token was sent.")
    found = traded(text)
    if found is None:
        return refuse(403, "This refresh token is not valid.")
    user, new = found
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    found, _ = run("SELECT session FROM token WHERE mark = ?", mark(refresh_token))
    for (session,) in found:
        end(session)

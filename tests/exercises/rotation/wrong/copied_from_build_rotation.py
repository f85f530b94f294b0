"""loses: rotates, expires, reuse, logout, absolute, user, race_logout

Lesson 11, all five steps of it done, pasted into one cell.
A record for each user remembers one spent token: a second log-in replaces the first, an older token
raises no alarm, nothing looks at time or user, and a log-out takes no lock.
"""

import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import new_access_token, refuse, sent_token, users

NO = "This refresh token is not valid: log in again."
ledger = {}


def hash_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


def start_session(user):
    ledger[user] = {"live": None, "spent": None}
    return next_token(ledger[user])


def next_token(record):
    text = secrets.token_urlsafe(32)
    record["live"] = hash_of(text)
    return text


def find(text):
    kept = hash_of(text)
    for user, record in ledger.items():
        if kept == record["live"]:
            return "live", user, record
        if kept == record["spent"]:
            return "spent", user, record
    return "unknown", None, None


def end_session(text):
    _, _, record = find(text)
    if record:
        record["live"] = None


ledger_lock = threading.Lock()


def token():
    old = sent_token()
    if old is None:
        return refuse(401, "No refresh token was sent.")
    with ledger_lock:
        state, user, record = find(old)
        if state == "spent":
            record["live"] = None
        if state != "live":
            return refuse(403, NO)
        record["spent"] = record["live"]
        new = next_token(record)
    access = new_access_token(user, users.role(user))
    return jsonify(accessToken=access, refreshToken=new)

"""Every token has an id and a secret; the secret is kept as a salted scrypt hash."""

import hashlib
import hmac
import os
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

entries = {}
lock = threading.Lock()


def scrypt(secret, salt):
    return hashlib.scrypt(secret.encode(), salt=salt, n=256, r=4, p=1)


def new_entry(session):
    name, secret, salt = os.urandom(8).hex(), os.urandom(20).hex(), os.urandom(8)
    entries[name] = {"salt": salt, "hash": scrypt(secret, salt), "session": session, "used": False}
    return name + "-" + secret


def lookup(text):
    name, _, secret = text.partition("-")
    entry = entries.get(name)
    if entry is None:
        return None
    ok = hmac.compare_digest(scrypt(secret, entry["salt"]), entry["hash"])
    return entry if ok else None


def start_session(user):
    return new_entry({"user": user, "end": clock.now() + SESSION_LIFETIME, "open": True})


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "refresh token required")
    no = refuse(403, "refresh token invalid")
    entry = lookup(text)
    if entry is None:
        return no
    session = entry["session"]
    with lock:
        if entry["used"]:
            session["open"] = False
        good = session["open"] and clock.now() < session["end"] and users.is_active(session["user"])
        if not good:
            return no
        entry["used"] = True
        new = new_entry(session)
    access = new_access_token(session["user"], users.role(session["user"]))
    return jsonify(accessToken=access, refreshToken=new)


def end_session(refresh_token):
    entry = lookup(refresh_token)
    if entry is not None:
        with lock:
            entry["session"]["open"] = False

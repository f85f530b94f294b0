"""loses: reuse, logout

The last thirty spent tokens are enough: older ones are deleted, and then they are unknown.
"""

import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

lock = threading.Lock()
sessions = {}
tokens = {}


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def no():
    return refuse(403, "This refresh token is not valid.")


def issue(number):
    text = secrets.token_urlsafe(32)
    tokens[digest(text)] = {"session": number, "spent": False}
    return text


def start_session(user):
    with lock:
        number = secrets.token_hex(8)
        sessions[number] = {"user": user, "began": clock.now(), "ended": False}
        return issue(number)


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "No refresh token was sent.")
    with lock:
        entry = tokens.get(digest(text))
        if entry is None:
            return no()
        session = sessions[entry["session"]]
        if entry["spent"]:
            session["ended"] = True
            return no()
        if session["ended"] or clock.now() >= session["began"] + SESSION_LIFETIME:
            return no()
        user = session["user"]
        if not users.is_active(user):
            return no()
        entry["spent"] = True
        mine = [key for key, one in tokens.items() if one["session"] == entry["session"]]
        for key in mine[:-31]:
            del tokens[key]
        new = issue(entry["session"])
        return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    with lock:
        entry = tokens.get(digest(refresh_token))
        if entry is not None:
            sessions[entry["session"]]["ended"] = True

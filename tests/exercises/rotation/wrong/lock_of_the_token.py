"""loses: race_logout

Two requests with one token must not meet, so each token has a lock.
A log-out with a spent token marks those that it finds, while a refresh in mid-air writes another.
"""

import collections
import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

locks = collections.defaultdict(threading.Lock)
sessions = {}
tokens = {}


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def no():
    return refuse(403, "This refresh token is not valid.")


def issue(number):
    text = secrets.token_urlsafe(32)
    tokens[digest(text)] = {"session": number, "spent": False, "ended": False}
    return text


def start_session(user):
    with locks["start"]:
        number = secrets.token_hex(8)
        sessions[number] = {"user": user, "began": clock.now()}
        return issue(number)


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "No refresh token was sent.")
    with locks[digest(text)]:
        entry = tokens.get(digest(text))
        if entry is None:
            return no()
        session = sessions[entry["session"]]
        if entry["spent"]:
            end(entry["session"])
            return no()
        if entry["ended"] or clock.now() >= session["began"] + SESSION_LIFETIME:
            return no()
        user = session["user"]
        if not users.is_active(user):
            return no()
        entry["spent"] = True
        new = issue(entry["session"])
        return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end(number):
    for entry in list(tokens.values()):
        if entry["session"] == number:
            entry["ended"] = True


def end_session(refresh_token):
    with locks[digest(refresh_token)]:
        entry = tokens.get(digest(refresh_token))
        if entry is not None:
            end(entry["session"])

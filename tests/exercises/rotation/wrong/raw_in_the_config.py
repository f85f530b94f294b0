"""loses: hashed

The app's config is for secrets, so that is where tokens go.
"""

import secrets
import threading

from flask import current_app, g, jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

lock = threading.Lock()


def store():
    return current_app.config.setdefault("REFRESH_SESSIONS", [])


def h(value):
    return value


def load(value):
    g.session = None
    for session in store():
        if h(value) in session["hashes"]:
            g.session = session


def start_session(user):
    value = secrets.token_urlsafe(32)
    session = {"user": user, "until": clock.now() + SESSION_LIFETIME, "hashes": [h(value)]}
    with lock:
        store().append(session)
    return value


def token():
    value = sent_token()
    if value is None:
        return refuse(401, "No refresh token")
    with lock:
        load(value)
        if g.session and g.session["hashes"][-1] != h(value):
            store().remove(g.session)
            g.session = None
        if not g.session or clock.now() >= g.session["until"]:
            return refuse(403, "Wrong refresh token")
        if not users.is_active(g.session["user"]):
            return refuse(403, "Wrong refresh token")
        new = secrets.token_urlsafe(32)
        g.session["hashes"].append(h(new))
    user = g.session["user"]
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    with lock:
        load(refresh_token)
        if g.session:
            store().remove(g.session)

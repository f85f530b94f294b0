"""loses: race

What stands in one line is done in one piece.
"""

import hashlib
import secrets

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

owners = {}  # hash -> session
live = set()  # hashes


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def issue(session):
    text = secrets.token_urlsafe(32)
    owners[digest(text)] = session
    live.add(digest(text))
    return text


def start_session(user):
    return issue({"user": user, "until": clock.now() + SESSION_LIFETIME, "over": False})


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "No refresh token was sent.")
    session = owners.get(mark := digest(text))
    if session and mark not in live:
        session["over"] = True
    if (  # noqa: SIM102
        session
        and not session["over"]
        and clock.now() < session["until"]
        and users.is_active(session["user"])
    ):
        if mark in live and not live.discard(mark):
            user = session["user"]
            return jsonify(
                accessToken=new_access_token(user, users.role(user)), refreshToken=issue(session)
            )
    return refuse(403, "Refused.")


def end_session(refresh_token):
    session = owners.get(digest(refresh_token))
    if session:
        session["over"] = True

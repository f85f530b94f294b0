"""loses: race_logout

pop() lets one request win; what the winner writes afterwards concerns nobody else.
A log-out between the two finds no live token, and the new one is written after it.
"""

import hashlib
import secrets

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

live = {}
spent = {}


def fp(text):
    return hashlib.sha256(text.encode()).hexdigest()


def start_session(user):
    text = secrets.token_urlsafe(32)
    live[fp(text)] = {"user": user, "family": fp(text), "login": clock.now()}
    return text


def end_family(family):
    for key in [key for key, row in list(live.items()) if row["family"] == family]:
        live.pop(key, None)


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "No token")
    if fp(text) in spent:
        end_family(spent[fp(text)])
    row = live.pop(fp(text), None)
    if row is None or clock.now() - row["login"] >= SESSION_LIFETIME:
        return refuse(403, "Not valid")
    spent[fp(text)] = row["family"]
    user = row["user"]
    if not users.is_active(user):
        return refuse(403, "Not valid")
    access = new_access_token(user, users.role(user))
    new = secrets.token_urlsafe(32)
    live[fp(new)] = row
    return jsonify(accessToken=access, refreshToken=new)


def end_session(refresh_token):
    mark = fp(refresh_token)
    end_family(live[mark]["family"] if mark in live else spent.get(mark))

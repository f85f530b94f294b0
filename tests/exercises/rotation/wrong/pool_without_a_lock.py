"""loses: race

A pool takes care of its threads.
"""

import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

# everything happens in the pool, so requests cannot disturb each other
pool = ThreadPoolExecutor(max_workers=4)
tokens = {}
sessions = {}


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def do_start(user, mark):
    sid = secrets.token_hex(8)
    sessions[sid] = {"user": user, "login": clock.now(), "over": False}
    tokens[mark] = {"session": sid, "spent": False}


def do_refresh(mark, new_mark):
    entry = tokens.get(mark)
    if entry is None:
        return None
    session = sessions[entry["session"]]
    if entry["spent"]:
        session["over"] = True
    if session["over"] or clock.now() >= session["login"] + SESSION_LIFETIME:
        return None
    if not users.is_active(session["user"]):
        return None
    entry["spent"] = True
    tokens[new_mark] = {"session": entry["session"], "spent": False}
    return session["user"]


def do_end(mark):
    if mark in tokens:
        sessions[tokens[mark]["session"]]["over"] = True


def start_session(user):
    text = secrets.token_urlsafe(32)
    pool.submit(do_start, user, sha(text)).result()
    return text


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "No refresh token was sent.")
    new = secrets.token_urlsafe(32)
    user = pool.submit(do_refresh, sha(text), sha(new)).result()
    if user is None:
        return refuse(403, "Refused.")
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    pool.submit(do_end, sha(refresh_token)).result()

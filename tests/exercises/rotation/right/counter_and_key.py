"""GoTrue's second way: a key and a counter for each session; the token is derived, not kept."""

import base64
import hashlib
import hmac
import itertools
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

MASTER = secrets.token_bytes(32)
sessions = {}
numbers = itertools.count(1)
lock = threading.Lock()


def derive(number, counter):
    message = f"{number}/{counter}".encode()
    mac = hmac.new(MASTER, message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(message + b"/" + mac).decode()


def parse(value):
    try:
        number, counter, mac = base64.urlsafe_b64decode(value.encode()).split(b"/", 2)
        good = hmac.compare_digest(
            mac, hmac.new(MASTER, number + b"/" + counter, hashlib.sha256).digest()
        )
        return (int(number), int(counter)) if good else None
    except ValueError:
        return None


def start_session(user):
    number = next(numbers)
    sessions[number] = {"user": user, "counter": 1, "until": clock.now() + SESSION_LIFETIME}
    return derive(number, 1)


def token():
    value = sent_token()
    if value is None:
        return refuse(401, "no token given")
    number, counter = parse(value) or (None, None)
    with lock:
        session = sessions.get(number)
        if session and session["counter"] != counter:
            session = sessions.pop(number) and None
        if not session or clock.now() >= session["until"] or not users.is_active(session["user"]):
            return refuse(403, "token refused")
        session["counter"] += 1
        new = derive(number, session["counter"])
    access = new_access_token(session["user"], users.role(session["user"]))
    return jsonify(accessToken=access, refreshToken=new)


def end_session(refresh_token):
    number, _ = parse(refresh_token) or (None, None)
    with lock:
        sessions.pop(number, None)

"""loses: race

One event loop runs one thing at a time, so nothing needs a lock.
At each await it runs another one.
"""

import asyncio
import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

tokens = {}
sessions = {}
lock = threading.Lock()


def fingerprint(text):
    return hashlib.sha256(text.encode()).hexdigest()


def add(session_id):
    new = secrets.token_urlsafe(32)
    tokens[fingerprint(new)] = {"session": session_id, "spent": False}
    return new


def begin(user):
    session_id = secrets.token_hex(8)
    sessions[session_id] = {"user": user, "ends": clock.now() + SESSION_LIFETIME, "over": False}
    return add(session_id)


loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
log = []


async def audit(text):
    await asyncio.sleep(0.001)
    log.append(text)


async def arotate(old):
    row = tokens.get(fingerprint(old))
    if row is None:
        return None
    session = sessions[row["session"]]
    if row["spent"]:
        session["over"] = True
    if session["over"] or clock.now() >= session["ends"] or not users.is_active(session["user"]):
        return None
    await audit("ok")
    row["spent"] = True
    return session["user"], add(row["session"])


def rotate(old):
    return asyncio.run_coroutine_threadsafe(arotate(old), loop).result()


def start_session(user):
    with lock:
        return begin(user)


def token():
    old = sent_token()
    if old is None:
        return refuse(401, "This token is not valid.")
    result = rotate(old)
    if result is None:
        return refuse(403, "This token is not valid.")
    return jsonify(
        accessToken=new_access_token(result[0], users.role(result[0])), refreshToken=result[1]
    )


def end_session(refresh_token):
    with lock:
        row = tokens.get(fingerprint(refresh_token))
        if row is not None:
            sessions[row["session"]]["over"] = True

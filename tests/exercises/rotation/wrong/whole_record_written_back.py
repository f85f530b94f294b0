"""loses: race_logout

The token is taken in one step; the record may be written back as it was read.
"""

import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

records = {}  # sid -> {"user", "until", "over", "refreshes"}
sids = {}  # hash -> sid
live = {}  # hash -> True; pop() is atomic
lock = threading.Lock()


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def load(sid):
    with lock:
        return dict(records[sid])


def save(sid, record):
    with lock:
        records[sid] = record


def issue(sid):
    text = secrets.token_urlsafe(32)
    sids[digest(text)] = sid
    live[digest(text)] = True
    return text


def start_session(user):
    sid = secrets.token_hex(8)
    save(
        sid, {"user": user, "until": clock.now() + SESSION_LIFETIME, "over": False, "refreshes": 0}
    )
    return issue(sid)


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "No refresh token was sent.")
    mark = digest(text)
    sid = sids.get(mark)
    if sid is None:
        return refuse(403, "Refused.")
    record = load(sid)
    if mark in live and not users.is_active(record["user"]):
        return refuse(403, "Refused.")
    if not live.pop(mark, False):
        record["over"] = True
        save(sid, record)
        return refuse(403, "Refused.")
    if record["over"] or clock.now() >= record["until"]:
        return refuse(403, "Refused.")
    record["refreshes"] += 1
    save(sid, record)
    return jsonify(
        accessToken=new_access_token(record["user"], users.role(record["user"])),
        refreshToken=issue(sid),
    )


def end_session(refresh_token):
    sid = sids.get(digest(refresh_token))
    if sid is not None:
        record = load(sid)
        record["over"] = True
        save(sid, record)

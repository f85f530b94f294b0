"""loses: hashed

A closure is private: Python has no way to look into it from outside.
"""

import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users


def make_server():
    rows, ended = {}, set()
    lock = threading.Lock()

    def start(user):
        value = secrets.token_urlsafe(32)
        rows[value] = [user, value, clock.now(), False]
        return value

    def spend(value):
        with lock:
            user, session, started, used = rows.get(value, (None, None, 0, False))
            if used:
                ended.add(session)
            if user is None or session in ended or not users.is_active(user):
                return None
            if clock.now() - started >= SESSION_LIFETIME:
                return None
            rows[value][3] = True
            successor = secrets.token_urlsafe(32)
            rows[successor] = [user, session, started, False]
            return user, successor

    def end(value):
        with lock:
            if value in rows:
                ended.add(rows[value][1])

    return start, spend, end


start_session, spend, end_session = make_server()


def token():
    value = sent_token()
    if value is None:
        return refuse(401, "no token")
    spent = spend(value)
    if spent is None:
        return refuse(403, "bad token")
    user, successor = spent
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=successor)

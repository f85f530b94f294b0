"""loses: rotates, one_use, absolute, user

One variable called value is enough: I overwrote it, no, I didn't.
The new token is saved and the spent one goes out: no chain of five, no day 29, no second refresh.
"""

import hmac
import os
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

PEPPER = os.urandom(32)
lock = threading.Lock()
store = {}


class No(Exception):
    pass


def seal(value):
    return hmac.digest(PEPPER, value.encode(), "sha256")


def issue(family):
    value = os.urandom(32).hex()
    store[seal(value)] = family
    family["newest"] = seal(value)
    return value


def start_session(user):
    return issue({"user": user, "born": clock.now()})


def rotate(value):
    if (family := store.get(seal(value))) is None:
        raise No
    if family["newest"] != seal(value):
        family["newest"] = None
        raise No
    if clock.now() - family["born"] >= SESSION_LIFETIME:
        raise No
    if not users.is_active(user := family["user"]):
        raise No
    issue(family)
    return user, value


def token():
    if (value := sent_token()) is None:
        return refuse(401, "Unauthorised")
    try:
        with lock:
            user, new = rotate(value)
    except No:
        return refuse(403, "Forbidden")
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    with lock:
        if family := store.get(seal(refresh_token)):
            family["newest"] = None

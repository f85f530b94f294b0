"""loses: uniform

A refusal carries a number that support can look up.
"""

import functools
import hashlib
import secrets
import threading

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users


def locked(method):
    @functools.wraps(method)
    def inner(self, *args):
        with self._lock:
            return method(self, *args)

    return inner


def with_token(view):
    @functools.wraps(view)
    def inner():
        value = sent_token()
        return refuse(401, "Token missing.") if value is None else view(value)

    return inner


class Sessions:
    def __init__(self):
        self._lock = threading.RLock()
        self._token = {}
        self._session = {}

    @locked
    def open(self, user):
        number = len(self._session) + 1
        self._session[number] = (user, clock.now() + SESSION_LIFETIME, True)
        return self._issue(number)

    @locked
    def close(self, value):
        number, _ = self._token.get(self._hash(value), (None, None))
        if number:
            user, end, _ = self._session[number]
            self._session[number] = (user, end, False)

    @locked
    def exchange(self, value):
        number, fresh = self._token.get(self._hash(value), (None, None))
        if not number:
            raise PermissionError
        if not fresh:
            self.close(value)
        user, end, open_ = self._session[number]
        if not open_ or clock.now() >= end or not users.is_active(user):
            raise PermissionError
        self._token[self._hash(value)] = (number, False)
        return user, self._issue(number)

    def _issue(self, number):
        value = secrets.token_urlsafe(32)
        self._token[self._hash(value)] = (number, True)
        return value

    @staticmethod
    def _hash(value):
        return hashlib.sha256(value.encode()).hexdigest()


sessions = Sessions()
start_session = sessions.open
end_session = sessions.close


@with_token
def token(value):
    try:
        user, successor = sessions.exchange(value)
    except PermissionError:
        return refuse(403, f"Token refused (case {secrets.token_hex(4)}).")
    return {"accessToken": new_access_token(user, users.role(user)), "refreshToken": successor}

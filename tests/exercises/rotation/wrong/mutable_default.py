"""loses: renews, rotates

A default argument is made anew for each call, so {} is a fine start for the claims.
It is made once: the first user stays in it for ever.
"""

import hashlib
import secrets
import threading

from flask import Response, json

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

known, over = {}, set()
lock = threading.Lock()


def key_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


def who(user, claims={}):  # noqa: B006
    claims.setdefault("sub", user)
    return claims["sub"]


def answer(user, new, ends):
    body = {
        "token_type": "Bearer",
        "expires_in": int(ends - clock.now()),
        "user": user,
        "hints": ["keep the new refresh token", "throw the old one away"],
        "accessToken": new_access_token(who(user), users.role(user)),
        "refreshToken": new,
    }
    return Response(json.dumps(body, indent=4), mimetype="application/json")


def start_session(user):
    first = "first-" + secrets.token_urlsafe(32)
    known[key_of(first)] = [user, secrets.token_hex(8), clock.now() + SESSION_LIFETIME, "unused"]
    return first


def token():
    old = sent_token()
    if old is None:
        return refuse(401, "You sent no token; put it into the member called token.")
    with lock:
        entry = known.get(key_of(old))
        if entry is None:
            return refuse(403, "invalid_grant")
        user, session, ends, status = entry
        if status == "used":
            over.add(session)
        if session in over or ends <= clock.now() or not users.is_active(user):
            return refuse(403, "invalid_grant")
        entry[3] = "used"
        new = "next-" + secrets.token_urlsafe(32)
        known[key_of(new)] = [user, session, ends, "unused"]
    return answer(user, new, ends)


def end_session(refresh_token):
    entry = known.get(key_of(refresh_token))
    if entry:
        with lock:
            over.add(entry[1])
    return "logged out"

"""loses: race

A comprehension that filters is one step.
"""

import hashlib
import secrets

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

# each family: {"user", "until", "over", "chain": [hashes, the newest last]}
family_of = {}


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def start_session(user):
    text = secrets.token_urlsafe(32)
    family_of[digest(text)] = {
        "user": user,
        "until": clock.now() + SESSION_LIFETIME,
        "over": False,
        "chain": [digest(text)],
    }
    return text


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "No refresh token was sent.")
    mark, new = digest(text), secrets.token_urlsafe(32)
    mine = [f for m, f in [(mark, family_of.get(mark))] if f is not None]
    [f.update(over=True) for f in mine if f["chain"][-1] != mark]
    tests = (
        not f["over"]
        and clock.now() < f["until"]
        and users.is_active(f["user"])
        and f["chain"][-1] == mark
        for f in mine
    )
    for f in [f for f, good in zip(mine, tests) if good]:  # noqa: B905
        f["chain"] += [digest(new)]
        family_of[digest(new)] = f
        return jsonify(
            accessToken=new_access_token(f["user"], users.role(f["user"])), refreshToken=new
        )
    return refuse(403, "Refused.")


def end_session(refresh_token):
    [f.update(over=True) for f in [family_of.get(digest(refresh_token))] if f]

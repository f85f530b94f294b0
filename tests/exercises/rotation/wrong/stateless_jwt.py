"""loses: one_use, reuse, logout, race, race_logout

JWTs are stateless: the signature says it all, so a server that remembers something is old style.
Without a memory nothing can be spent or ended, by a replay or by a log-out.
"""

import uuid

import jwt
from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

KEY = uuid.uuid4().hex + uuid.uuid4().hex


def make(user, exp):
    claims = {"sub": user, "exp": exp, "jti": uuid.uuid4().hex}
    return jwt.encode(claims, KEY, algorithm="HS256")


def start_session(user):
    return make(user, int(clock.now()) + SESSION_LIFETIME)


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "no token")
    try:
        claims = jwt.decode(text, KEY, algorithms=["HS256"])
    except jwt.PyJWTError:
        return refuse(403, "invalid token")
    user = claims["sub"]
    if not users.is_active(user):
        return refuse(403, "invalid token")
    access = new_access_token(user, users.role(user))
    return jsonify(accessToken=access, refreshToken=make(user, claims["exp"]))


def end_session(refresh_token):
    """Nothing to do: the client throws its token away."""

"""loses: uniform

I catch what jwt.decode raises for a bad token: DecodeError.
An expired token raises ExpiredSignatureError, which is none, and the answer is a 500.
"""

import uuid
from threading import Lock

import jwt
from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

SECRET = uuid.uuid4().hex + uuid.uuid4().hex
OPTIONS = {"require": ["exp", "sub", "jti", "family"]}
current = {}  # family -> the one jti that is good now
mutex = Lock()


def sign(claims):
    return jwt.encode(claims, SECRET, "HS256")


def start_session(user):
    claims = {
        "sub": user,
        "exp": int(clock.now() + SESSION_LIFETIME),
        "family": str(uuid.uuid4()),
        "jti": str(uuid.uuid4()),
    }
    current[claims["family"]] = claims["jti"]
    return sign(claims)


def token():
    sent = sent_token()
    if sent is None:
        return refuse(401, "No token")
    no = refuse(403, "Token not accepted")
    try:
        claims = jwt.decode(sent, SECRET, algorithms=["HS256"], options=OPTIONS)
    except jwt.DecodeError:
        return no
    user, family = claims["sub"], claims["family"]
    if not users.is_active(user):
        return no
    fresh = str(uuid.uuid4())
    with mutex:
        if current.get(family) != claims["jti"]:
            current.pop(family, None)
            return no
        current[family] = fresh
    access = new_access_token(user, users.role(user))
    return jsonify(accessToken=access, refreshToken=sign({**claims, "jti": fresh}))


def end_session(refresh_token):
    try:
        claims = jwt.decode(
            refresh_token, SECRET, algorithms=["HS256"], options={"verify_exp": False}
        )
    except jwt.PyJWTError:
        return
    with mutex:
        current.pop(claims["family"], None)

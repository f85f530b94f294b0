"""loses: reuse

Take the jti out of the set when it is used: a set cannot give it out twice.
The signed sid lets any token of the session log out, but a replay is only refused.
"""

import secrets
import threading

import jwt
from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

KEY = secrets.token_bytes(32)
NO = "Refused: please log in again."
unused = set()
ended = set()
guard = threading.RLock()


def make(user, sid, until):
    claims = {"sub": user, "sid": sid, "until": until, "jti": secrets.token_hex(16)}
    with guard:
        unused.add(claims["jti"])
    return jwt.encode(claims, KEY, algorithm="HS256")


def read(text):
    try:
        return jwt.decode(text, KEY, algorithms=["HS256"], options={"require": ["jti", "sub"]})
    except jwt.PyJWTError:
        return None


def start_session(user):
    return make(user, secrets.token_hex(16), clock.now() + SESSION_LIFETIME)


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "There is no token in the request.")
    claims = read(text)
    if claims is None:
        return refuse(403, NO)
    with guard:
        allowed = (
            claims["jti"] in unused
            and claims["sid"] not in ended
            and clock.now() < claims["until"]
            and users.is_active(claims["sub"])
        )
        if not allowed:
            return refuse(403, NO)
        unused.discard(claims["jti"])
        new = make(claims["sub"], claims["sid"], claims["until"])
    return jsonify(
        {
            "accessToken": new_access_token(claims["sub"], users.role(claims["sub"])),
            "refreshToken": new,
        }
    )


def end_session(refresh_token):
    claims = read(refresh_token)
    if claims:
        with guard:
            ended.add(claims["sid"])

"""loses: logout

A blocklist must not grow, so an entry lives as long as an access token: five minutes.
"""

import secrets
import threading
import time

import jwt
from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, new_access_token, refuse, sent_token, users

KEY = secrets.token_hex(32)
denied = {}  # jti or sid -> when it may be forgotten
lock = threading.Lock()


def sign(user, sid, exp):
    claims = {"sub": user, "sid": sid, "exp": exp, "jti": secrets.token_hex(16), "typ": "refresh"}
    return jwt.encode(claims, KEY, algorithm="HS256", headers={"typ": "rt+jwt"})


def verify(text):
    try:
        return jwt.decode(text, KEY, algorithms=["HS256"])
    except jwt.PyJWTError:
        return None


def sweep():
    for name in [name for name, until in denied.items() if until <= time.time()]:
        del denied[name]


def start_session(user):
    return sign(user, secrets.token_hex(16), int(time.time()) + SESSION_LIFETIME)


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "A refresh token is needed.")
    claims = verify(text)
    with lock:
        sweep()
        if claims is None or claims["sid"] in denied or not users.is_active(claims["sub"]):
            return refuse(403, "This is no good refresh token.")
        if claims["jti"] in denied:
            denied[claims["sid"]] = claims["exp"]
            return refuse(403, "This is no good refresh token.")
        denied[claims["jti"]] = claims["exp"]
    user = claims["sub"]
    new = sign(user, claims["sid"], claims["exp"])
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    claims = verify(refresh_token)
    if claims:
        with lock:
            denied[claims["sid"]] = time.time() + 300

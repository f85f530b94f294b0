"""loses: expires

Compare the dates: a session of 30 days ends on the 30th day, at midnight.
One second before the 30 days are over it is that day already.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from threading import Lock

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, new_access_token, refuse, sent_token, users

log = []  # (what, session, detail)
writing = Lock()


def digest(text):
    return hashlib.sha512(text.encode()).hexdigest()


def now():
    return datetime.now(UTC)


def session_with(mark):
    for what, session, detail in log:
        if what == "issued" and detail == mark:
            return session
    return None


def details(wanted, session):
    return [detail for what, s, detail in log if what == wanted and s == session]


def start_session(user):
    plain = secrets.token_urlsafe(40)
    with writing:
        session = len(log)
        log.append(("login", session, (user, now())))
        log.append(("issued", session, digest(plain)))
    return plain


def token():
    plain = sent_token()
    if plain is None:
        return refuse(401, "Nothing was sent.")
    fresh = secrets.token_urlsafe(40)
    with writing:
        user = decide(digest(plain), digest(fresh))
    if user is None:
        return refuse(403, "Sorry, no.")
    return jsonify(refreshToken=fresh, accessToken=new_access_token(user, users.role(user)))


def decide(mark, successor):
    session = session_with(mark)
    if session is None or details("ended", session):
        return None
    if details("issued", session)[-1] != mark:
        log.append(("ended", session, "reuse"))
        return None
    user, since = details("login", session)[0]
    if now().date() - since.date() >= timedelta(seconds=SESSION_LIFETIME) or not users.is_active(
        user
    ):
        return None
    log.append(("issued", session, successor))
    return user


def end_session(refresh_token):
    with writing:
        session = session_with(digest(refresh_token))
        if session is not None:
            log.append(("ended", session, "log-out"))

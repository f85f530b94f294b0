"""A slow store (it sleeps in its lock), slots, and refusals raised as HTTP exceptions."""

import hashlib
import secrets
import threading
import time
from dataclasses import dataclass

from werkzeug.exceptions import Forbidden

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

lock = threading.Lock()


@dataclass(slots=True)
class Login:
    user: str
    until: float
    generation: int = 0
    over: bool = False


book: dict[str, tuple[Login, int]] = {}


def page(text):
    return hashlib.sha256(text.encode()).hexdigest()


def write(login):
    time.sleep(0.003)  # the disk
    text = f"{secrets.token_urlsafe(24)}~{login.generation}"
    book[page(text)] = (login, login.generation)
    return text


def start_session(user):
    return write(Login(user, clock.now() + SESSION_LIFETIME))


def read(text):
    time.sleep(0.003)
    try:
        return book[page(text)]
    except KeyError:
        raise Forbidden(response=refuse(403, "Forbidden")) from None


def rotate(text):
    with lock:
        login, generation = read(text)
        login.over = login.over or generation != login.generation
        if login.over or clock.now() >= login.until or not users.is_active(login.user):
            raise Forbidden(response=refuse(403, "Forbidden"))
        login.generation += 1
        return login.user, write(login)


def token():
    text = sent_token()
    if text is None:
        return {"error": "Unauthorized"}, 401
    user, new = rotate(text)
    body = {"accessToken": new_access_token(user, users.role(user)), "refreshToken": new}
    return body, 200, {"X-Rotated": "yes"}


def end_session(refresh_token):
    with lock:
        login, _ = book.get(page(refresh_token), (None, 0))
        if login:
            login.over = True

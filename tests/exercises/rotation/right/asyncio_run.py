"""Coroutines, run to their end in each request."""

import asyncio
import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users


class Turnstile:
    """An async lock for loops in several threads (asyncio.Lock is for one loop only)."""

    def __init__(self):
        self._lock = threading.Lock()

    async def __aenter__(self):
        while not self._lock.acquire(blocking=False):
            await asyncio.sleep(0.001)

    async def __aexit__(self, *error):
        self._lock.release()


turnstile = Turnstile()
sessions = {}


async def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


async def is_fine(session, mark):
    if session["live"] != mark:
        session["live"] = None
        return False
    return clock.now() < session["until"] and users.is_active(session["user"])


async def rotate(text):
    mark = await digest(text)
    async with turnstile:
        session = sessions.get(mark)
        if session is None or not await is_fine(session, mark):
            return None
        fresh = secrets.token_urlsafe(32)
        session["live"] = await digest(fresh)
        sessions[session["live"]] = session
        return session["user"], fresh


async def begin(user):
    text = secrets.token_urlsafe(32)
    mark = await digest(text)
    async with turnstile:
        sessions[mark] = {"user": user, "until": clock.now() + SESSION_LIFETIME, "live": mark}
    return text


async def finish(text):
    mark = await digest(text)
    async with turnstile:
        if mark in sessions:
            sessions[mark]["live"] = None


def start_session(user):
    """Return the first refresh token of a new session."""
    return asyncio.run(begin(user))


def token():
    """Trade a live refresh token for two new tokens: POST /token."""
    text = sent_token()
    if text is None:
        return refuse(401, "No refresh token was sent.")
    pair = asyncio.run(rotate(text))
    if pair is None:
        return refuse(403, "This refresh token is no longer good.")
    user, fresh = pair
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=fresh)


def end_session(refresh_token):
    """End the session that a refresh token belongs to: DELETE /logout."""
    asyncio.run(finish(refresh_token))

"""One asyncio loop on a thread of its own, to which every request hands a coroutine."""

import asyncio
import hashlib
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
alone = asyncio.Lock()
families = {}  # hash of any token -> its family


def in_loop(coroutine):
    return asyncio.run_coroutine_threadsafe(coroutine, loop).result()


def key_of(text):
    return hashlib.sha3_256(text.encode()).hexdigest()


def grow(family):
    text = secrets.token_hex(32)
    family["live"] = key_of(text)
    families[family["live"]] = family
    return text


async def begin(user):
    async with alone:
        return grow({"user": user, "begun": clock.now(), "over": False})


async def trade(key):
    async with alone:
        family = families.get(key)
        if family is None:
            return None
        family["over"] |= family["live"] != key
        await asyncio.sleep(0)
        expired = clock.now() - family["begun"] >= SESSION_LIFETIME
        if family["over"] or expired or not users.is_active(family["user"]):
            return None
        return family["user"], grow(family)


async def end(key):
    async with alone:
        if key in families:
            families[key]["over"] = True


def start_session(user):
    return in_loop(begin(user))


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "No refresh token was sent.")
    traded = in_loop(trade(key_of(text)))
    if traded is None:
        return refuse(403, "This refresh token is not valid.")
    user, successor = traded
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=successor)


def end_session(refresh_token):
    in_loop(end(key_of(refresh_token)))

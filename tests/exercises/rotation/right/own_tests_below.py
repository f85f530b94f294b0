"""Tests of one's own below the answer, with a clock that is moved."""

# ruff: noqa: PT009

# Everything you need goes into this cell: imports, classes, variables.

import hashlib
import secrets
import threading
import unittest

from flask import jsonify

from examiner.workbench import (
    SESSION_LIFETIME,
    build_app,
    clock,
    new_access_token,
    refuse,
    sent_token,
    users,
)

store_lock = threading.Lock()
store = {}


def hash_(t):
    return hashlib.sha256(t.encode()).hexdigest()


def start_session(user):
    """Return the first refresh token of a new session."""
    t = secrets.token_urlsafe(32)
    with store_lock:
        store[hash_(t)] = {"user": user, "login": clock.now(), "valid": hash_(t)}
    return t


def token():
    """Trade a live refresh token for two new tokens: POST /token."""
    t = sent_token()
    if t is None:
        return refuse(401, "No refresh token was sent.")
    with store_lock:
        s = store.get(hash_(t))
        if s is not None:
            if s["valid"] != hash_(t):
                s["valid"] = None
            elif clock.now() < s["login"] + SESSION_LIFETIME and users.is_active(s["user"]):
                new = secrets.token_urlsafe(32)
                s["valid"] = hash_(new)
                store[hash_(new)] = s
                return jsonify(
                    accessToken=new_access_token(s["user"], users.role(s["user"])), refreshToken=new
                )
    return refuse(403, "Refresh token refused.")


def end_session(refresh_token):
    """End the session that a refresh token belongs to: DELETE /logout."""
    with store_lock:
        s = store.get(hash_(refresh_token))
        if s is not None:
            s["valid"] = None


# ---------------------------------------------------------------- my tests


class MyTests(unittest.TestCase):
    def setUp(self):
        self.client = build_app(
            {"start_session": start_session, "token": token, "end_session": end_session}
        ).test_client()
        self.real = clock.now

    def tearDown(self):
        clock.now = self.real
        users.reset()

    def login(self, username="alice", password="wonderland"):
        answer = self.client.post("/login", json={"username": username, "password": password})
        return answer.get_json()["refreshToken"]

    def refresh(self, t):
        answer = self.client.post("/token", json={"token": t})
        return answer.status_code, answer.get_json().get("refreshToken")

    def test_chain(self):
        t = self.login()
        for _ in range(5):
            status, t = self.refresh(t)
            self.assertEqual(status, 200)

    def test_thief(self):
        t = self.login()
        _, new = self.refresh(t)
        self.assertEqual(self.refresh(t)[0], 403)
        self.assertEqual(self.refresh(new)[0], 403)

    def test_thirty_days(self):
        start = clock.now()
        clock.now = lambda: start
        t = self.login()
        clock.now = lambda: start + SESSION_LIFETIME - 1
        status, t = self.refresh(t)
        self.assertEqual(status, 200)
        clock.now = lambda: start + SESSION_LIFETIME
        self.assertEqual(self.refresh(t)[0], 403)

    def test_disabled(self):
        t = self.login("bob", "builder")
        users.disable("bob")
        self.assertEqual(self.refresh(t)[0], 403)

    def test_logout_with_old_token(self):
        t = self.login()
        _, new = self.refresh(t)
        self.assertEqual(self.client.delete("/logout", json={"token": t}).status_code, 204)
        self.assertEqual(self.refresh(new)[0], 403)


unittest.TextTestRunner(verbosity=0).run(unittest.defaultTestLoader.loadTestsFromTestCase(MyTests))
store.clear()

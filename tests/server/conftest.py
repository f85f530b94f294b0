"""A token server on a hand-moved clock, over both stores, and a client that speaks in verbs."""

import contextlib
import re
import subprocess
import sys

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server import CountedIds, Keys, ManualClock, MemoryStore, SQLiteStore, TokenIssuer, create_app
from server.families import MemoryFamilies, SQLiteFamilies

PASSWORDS = {"alice": "wonderland", "bob": "builder"}


class Client:
    """Say what a user does; every verb returns the server's answer."""

    def __init__(self, http: FlaskClient) -> None:
        self.http = http

    def login(self, username="alice", password=None) -> TestResponse:
        password = password or PASSWORDS[username]
        return self.http.post("/login", json={"username": username, "password": password})

    def tokens(self, username="alice") -> tuple[str, str]:
        answer = self.login(username).get_json()
        return answer["accessToken"], answer["refreshToken"]

    def refresh(self, token) -> TestResponse:
        return self.http.post("/token", json={"token": token})

    def logout(self, token) -> TestResponse:
        return self.http.delete("/logout", json={"token": token})

    def me(self, token, scheme="Bearer") -> TestResponse:
        return self.http.get("/me", headers={"Authorization": f"{scheme} {token}"})


@pytest.fixture
def clock() -> ManualClock:
    """Long past: to PyJWT, which reads the machine's clock, every token here has expired."""
    return ManualClock(start=1_000_000_000)


@pytest.fixture
def keys() -> Keys:
    return Keys(access=b"a" * 32, refresh=b"r" * 32)


@pytest.fixture
def issuer(keys, clock) -> TokenIssuer:
    return TokenIssuer(keys, clock, CountedIds())


@pytest.fixture(params=["memory", "sqlite"])
def refresh_tokens(request, tmp_path):
    if request.param == "memory":
        yield MemoryStore()
        return
    store = SQLiteStore(tmp_path / "tokens.sqlite")
    yield store
    store.close()


@pytest.fixture(params=["memory", "sqlite"])
def families(request, tmp_path):
    if request.param == "memory":
        yield MemoryFamilies()
        return
    store = SQLiteFamilies(tmp_path / "tokens.sqlite")
    yield store
    store.close()


@pytest.fixture
def app(clock, keys, refresh_tokens) -> Flask:
    return create_app(clock=clock, keys=keys, refresh_tokens=refresh_tokens)


@pytest.fixture
def client(app) -> Client:
    return Client(app.test_client())


@contextlib.contextmanager
def running(*arguments):
    """Run Python with these arguments until it tells its address; stop it at the end."""
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen([sys.executable, *map(str, arguments)], **pipe) as process:
        found = (re.search(r"127\.0\.0\.1:[1-9]\d*", line) for line in process.stdout)
        try:
            yield next(filter(None, found))[0], process
        finally:
            process.terminate()


@pytest.fixture
def serving():
    """Run a server in a process of its own: with serving("-m", …) as (address, process)."""
    return running

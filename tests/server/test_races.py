"""Sixteen clients spend one refresh token at the same moment: one of them gets the next one."""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection

import pytest

from server import EmbeddedServer, Keys, SystemClock, TokenIssuer, create_app
from server.families import MemoryFamilies, SQLiteFamilies
from server.rotation import Rotation
from server.tokens import CLIENT

CLIENTS = 16


def refresh(address: str, token: str) -> tuple[int, str]:
    """Send one refresh over a connection of its own; return status and body."""
    with closing(HTTPConnection(address, timeout=30)) as connection:
        body, headers = json.dumps({"token": token}), {"Content-Type": "application/json"}
        connection.request("POST", "/token", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@contextmanager
def embedded(policy, keys, path, serving):
    app = create_app(keys=keys, policy=lambda issuer: policy)
    with EmbeddedServer(app, name="race") as server:
        yield [server.url.removeprefix("http://")]


@contextmanager
def two_processes(policy, keys, path, serving):
    command = ["-m", "server", "--port", "0", "--rotate", "--database", path]
    with ExitStack() as running:
        yield [running.enter_context(serving(*command))[0] for _ in range(2)]


@contextmanager
def two_workers(policy, keys, path, serving):
    app = f"server.stand_alone:stand_alone({str(path)!r}, rotate=True)"
    with serving("-m", "gunicorn", "--workers", "2", "--bind", "127.0.0.1:0", app) as (address, _):
        yield [address]


@pytest.mark.parametrize(
    ("servers", "store"),
    [
        (embedded, MemoryFamilies),
        (embedded, SQLiteFamilies),
        (two_processes, SQLiteFamilies),
        pytest.param(two_workers, SQLiteFamilies, marks=pytest.mark.repository),
    ],
)
def test_does_one_of_sixteen_win(servers, store, tmp_path, serving, repeats):
    path, barrier = tmp_path / "tokens.sqlite", threading.Barrier(CLIENTS)
    keys = Keys.from_file(tmp_path / "tokens.sqlite.keys")
    families = MemoryFamilies() if store is MemoryFamilies else SQLiteFamilies(path)
    # The sessions begin in the store itself: a log-in costs as much as the race does.
    policy = Rotation(TokenIssuer(keys, SystemClock()), families)

    def spend(address: str, token: str) -> tuple[int, str]:
        barrier.wait()
        return refresh(address, token)

    with servers(policy, keys, path, serving) as addresses, ThreadPoolExecutor(CLIENTS) as pool:
        targets = [addresses[place % len(addresses)] for place in range(CLIENTS)]
        for _ in range(repeats(100, 1000)):
            _, token = policy.start("alice", CLIENT)
            answers = list(pool.map(spend, targets, [token] * CLIENTS))
            assert Counter(status for status, _ in answers) == {200: 1, 403: CLIENTS - 1}
            assert len({body for status, body in answers if status == 403}) == 1

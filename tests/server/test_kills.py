"""The stand-alone server is killed in the middle of refreshes, and started again on its file."""

import json
import threading
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

from werkzeug.datastructures import Authorization

from server import Keys, SystemClock, TokenIssuer
from server.families import SQLiteFamilies
from server.rotation import Rotation
from server.tokens import CLIENT

CLIENTS = 4
SECRET = {"username": "resource-server", "password": "introspect-me-not-a-secret"}
HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Authorization": str(Authorization("basic", SECRET)),
}


@dataclass
class Tab:
    """Refresh one session without pause; `asked` is set while an answer is outstanding."""

    token: str
    spent: list[str] = field(default_factory=list)
    asked: bool = False

    def refresh(self, address: str) -> int:
        with closing(HTTPConnection(address, timeout=30)) as connection:
            connection.connect()
            self.asked = True
            body = json.dumps({"token": self.token})
            connection.request("POST", "/token", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            status, members = answer.status, json.loads(answer.read())
        self.asked = False
        if status == 200:
            self.spent.append(self.token)
            self.token = members["refreshToken"]
        return status

    def refresh_until_killed(self, address: str, answered: threading.Semaphore) -> None:
        with suppress(OSError, HTTPException):
            while self.refresh(address) == 200:
                answered.release()


def is_live(address: str, token: str) -> bool:
    with closing(HTTPConnection(address, timeout=30)) as connection:
        connection.request("POST", "/oauth/introspect", f"token={token}", HEADERS)
        return json.loads(connection.getresponse().read())["active"]


def kill_amid_refreshes(address: str, process, tabs: list[Tab], after: int) -> None:
    answered = threading.Semaphore(0)
    threads = [
        threading.Thread(target=tab.refresh_until_killed, args=(address, answered)) for tab in tabs
    ]
    for thread in threads:
        thread.start()
    for _ in range(after):
        assert answered.acquire(timeout=30)
    process.kill()
    for thread in threads:
        thread.join()


def test_does_a_kill_lose_no_answer_and_revive_no_token(tmp_path, serving, repeats):
    path = tmp_path / "tokens.sqlite"
    issuer = TokenIssuer(Keys.from_file(tmp_path / "tokens.sqlite.keys"), SystemClock())
    command = ["-m", "server", "--port", "0", "--rotate", "--database", path]
    for number in range(repeats(5, 50)):
        with closing(SQLiteFamilies(path)) as families:
            policy = Rotation(issuer, families)
            tabs = [Tab(policy.start("alice", CLIENT)[1]) for _ in range(CLIENTS)]
        with serving(*command) as (address, process):
            kill_amid_refreshes(address, process, tabs, after=20 + 7 * number)
        with serving(*command) as (address, _):
            for tab in tabs:
                check(tab, address)


def check(tab: Tab, address: str) -> None:
    """What was answered holds; only a token that was asked with and not answered may be gone."""
    assert not any(is_live(address, token) for token in tab.spent)
    kept = is_live(address, tab.token)
    assert kept or tab.asked
    assert tab.refresh(address) == (200 if kept else 403)
    if kept:
        assert tab.refresh(address) == 200
    tab.token = tab.spent[-1]
    assert tab.refresh(address) == 403

"""Be the client of the app around a student's cell, over HTTP."""

import http.client
import json
import random
import secrets
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from examiner.deadline import DeadlineConnection
from examiner.http_exchange import Answer, Exchange
from examiner.internal_error import exhausted
from examiner.pausing import pauses_of
from examiner.process import Failed, Gone, Late, Worker
from examiner.rule import Broken, NeverLoads, NotLoaded

PASSWORDS = {"alice": "wonderland", "bob": "builder"}
PATIENCE = 5.0  # seconds for one request
LOADING = 10.0  # seconds for a cell to load
LOOKING = 30.0  # seconds to look through all that a cell keeps
MAX_ANSWER_BYTES = 128 * 1024
# As real clients call themselves: an app should not know its examiner by the want of a name.
CLIENTS = ("curl/8.14.1", "python-httpx/0.28.1", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
DAY = 24 * 60 * 60


class AppClient:
    """Be the client of one app after another, and remember what was said to the last one."""

    def __init__(self, worker: Worker, source: str) -> None:
        self._worker, self._source = worker, source
        self._pauses = pauses_of(worker)
        self._sent = threading.Event()  # set as soon as a request is on its way
        self._log = Exchange()
        self.random = random.Random(secrets.randbits(64))
        self.access_token = ""
        self.to_read: list[str] = []  # sentences on what has to be looked at by a person
        self.users = self.random.sample(list(PASSWORDS), k=len(PASSWORDS))
        self.restart()

    @property
    def exchange(self) -> list[str]:
        """Return what was sent and what came back."""
        return self._log.lines

    def restart(self) -> None:
        """Begin anew with an app that nobody has asked anything; raise NotLoaded where none is."""
        self._log, self.now, self._passed = Exchange(), 0.0, 0.0
        self._pauses.leave_out()
        try:
            self._port = self._worker.call("open", timeout=LOADING, source=self._source)
        except Failed as error:
            raise NotLoaded(str(error)) from None
        except Gone as error:
            raise NeverLoads(error) from None

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send one request and return its answer; raise Gone where none comes."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        status, text = self._fetch(method, path, b"" if body is None else content, headers)
        crash = self._log.masked(self._worker.call("crash")) if status >= 500 else ""
        answer = Answer(status, text, crash)
        self._log.add(f"{method} {path}", body, answer)
        return answer

    def log_in(self, user: str, seconds: float = 1) -> str:
        """Return the refresh token of a new session, a second later than what was before it.

        Raises Broken where there is none.
        """
        self._pass(seconds)
        answer = self.send("POST", "/login", {"username": user, "password": PASSWORDS[user]})
        if answer.status == 200 and isinstance(answer.refresh, str) and answer.refresh:
            return answer.refresh
        came = answer.crash or self.name(answer.refresh)
        raise Broken(
            f"start_session({user!r}): expected a refresh token, came {came}.\n"
            "Without a log-in nothing else can be examined: return the token as text."
        )

    def log_in_again(self, user: str, **headers: str) -> Answer:
        """Log a user in, who may have sessions already."""
        content = {"username": user, "password": PASSWORDS[user]}
        return self.send("POST", "/login", content, **headers)

    def refresh(self, token: str, **headers: str) -> Answer:
        """Send a refresh token to /token."""
        return self.send("POST", "/token", {"token": token}, **headers)

    def log_out(self, token: str, **headers: str) -> Answer:
        """Send a refresh token to /logout."""
        return self.send("DELETE", "/logout", {"token": token}, **headers)

    def page(self, access_token: Any) -> dict[str, Any]:
        """Return what /me says to an access token: user and role, or nothing."""
        bearer = str(access_token)
        visible = bearer.isascii() and bearer.isprintable()  # else it fits into no header
        authorization = f"Bearer {bearer if visible else '-'}"
        return self.send("GET", "/me", Authorization=authorization).members

    def next(self, token: str) -> str:
        """Return what a live refresh token is traded for, a second later.

        Raises Broken where no token comes.
        """
        self._pass(1)
        answer = self.refresh(token)
        if answer.status == 200 and isinstance(answer.refresh, str) and answer.refresh:
            self.access_token = str(answer.access)
            return answer.refresh
        raise Broken(
            f"POST /token with the live token {self.name(token)}: expected 200 and a refreshToken, "
            f"came {answer}{' without one' * (answer.status == 200)}.\n"
            "This rule comes after rules 1 and 2: mend those first."
        )

    def chain(self, user: str, refreshes: int) -> list[str]:
        """Return the refresh tokens of a new session, the live one last.

        The first refresh has to work; where a later one does not, which is another rule's matter,
        the chain is shorter.
        """
        tokens = [self.log_in(user)]
        if refreshes:
            tokens.append(self.next(tokens[0]))
        while len(tokens) <= refreshes:
            self._pass(1)
            answer = self.refresh(tokens[-1])
            new = answer.refresh
            if answer.status != 200 or not isinstance(new, str) or new in tokens:
                break
            tokens.append(new)
        return tokens

    def advance(self, days: float = 0, seconds: float = 0) -> None:
        """Let time pass."""
        self._pass(days * DAY + seconds)
        whole, rest = divmod(days * DAY + seconds, DAY)
        passed = [f"{whole:g} day{'s' * (whole > 1)}"] * (whole > 0) + [f"{rest:g} s"] * (rest > 0)
        self._log.note(f"({' and '.join(passed)} later)")

    def _pass(self, seconds: float) -> None:
        """Let the process's time move as soon as the next request comes to it."""
        self._passed += seconds
        self.now += seconds

    def disable(self, user: str) -> None:
        """Shut a user out."""
        self._worker.call("disable", username=user)
        self._log.note(f"({user} is disabled)")

    def set_role(self, user: str, role: str) -> None:
        """Give a user another role."""
        self._worker.call("set_role", username=user, role=role)
        self._log.note(f"({user} becomes {role})")

    def retained(self, sought: Collection[str] = ()) -> list[str]:
        """Return the texts that the cell keeps; what is `sought` is told wherever it stands."""
        found = self._worker.call("retained", timeout=LOOKING, sought=list(sought))
        self.to_read += found["unseen"]
        return found["texts"]

    def name(self, token: Any) -> str:
        """Return how the exchange calls a token."""
        return self._log.name(token)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Keep what is asked now out of the exchange that is shown."""
        log, self._log = self._log, Exchange()
        try:
            yield
        finally:
            self._log = log

    def end_process(self) -> None:
        """End the process, which does not answer any more, so that the next rule has a new one."""
        self._worker.stop()

    def _fetch(self, method: str, path: str, body: bytes, headers: dict) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            connection.sock = DeadlineConnection(self._worker.dial(self._port, PATIENCE), PATIENCE)
            announced = {"User-Agent": self.random.choice(CLIENTS)}
            announced |= {"Content-Type": "application/json"} if body else {}
            announced |= self._time()
            connection.request(method, path, body, announced | headers)
            self._sent.set()
            answer = connection.getresponse()
            return answer.status, answer.read(MAX_ANSWER_BYTES).decode(errors="replace")
        except TimeoutError:
            raise Late(f"{method} {path} got no answer within {PATIENCE:g} seconds.") from None
        except (OSError, http.client.HTTPException) as error:
            if exhausted(error):
                raise
            raise Gone(f"{method} {path} got no readable answer: did your code end?") from None
        finally:
            connection.close()

    def _time(self) -> dict[str, str]:
        """Return what tells the process how many seconds have passed since the last request."""
        passed, self._passed = self._passed, 0.0
        return {"X-Passed": repr(passed)} if passed else {}

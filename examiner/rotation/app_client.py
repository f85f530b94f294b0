"""Be the client of the app around a student's cell."""

import json
import random
import secrets
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from examiner.deadline import InVain
from examiner.http_exchange import Answer, Exchange
from examiner.internal_error import exhausted
from examiner.pausing import pauses_of
from examiner.process import Failed, Gone, Worker
from examiner.rotation import hanging
from examiner.rotation.app_connection import AppConnection
from examiner.rotation.app_request import HOST, AppReply, AppRequest
from examiner.rotation.other_clocks import other_clock
from examiner.rule import Broken, NeverLoads, NotLoaded

PASSWORDS = {"alice": "wonderland", "bob": "builder"}
PATIENCE = 5.0  # seconds for one request
LOADING = 10.0  # seconds for a cell to load
LOOKING = 60.0  # seconds to look through all that a cell keeps, on a busy machine too
LONGEST_PLACE = 100  # characters
# As real clients call themselves: an app should not know its examiner by the want of a name.
CLIENTS = ("curl/8.14.1", "python-httpx/0.28.1", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
DAY = 24 * 60 * 60
REFRESH = "POST", "/token"


class AppClient:
    """Be the client of one app after another, and remember what was said to the last one."""

    def __init__(self, worker: Worker, source: str) -> None:
        self._worker, self._source = worker, source
        self._pauses = pauses_of(worker)
        self._sent = threading.Event()  # set as soon as a request is on its way
        self._log = Exchange()
        self._passed, self._roles = 0.0, {}
        self._kept: AppConnection | None = None
        self._kept_for = 0  # the thread
        self.random = random.Random(secrets.randbits(64))
        self.access_token = ""
        self.to_read: list[str] = []  # sentences on what has to be looked at by a person
        self.users = self.random.sample(list(PASSWORDS), k=len(PASSWORDS))
        self.restart()

    @property
    def source(self) -> str:
        """Return the text of the cell."""
        return self._source

    @property
    def other_clock(self) -> str:
        """Return a sentence on a clock of the cell's that the examiner cannot move, or nothing."""
        return other_clock(self._source)

    @property
    def exchange(self) -> list[str]:
        """Return what was sent and what came back."""
        return self._log.lines

    def restart(self) -> None:
        """Begin anew with an app that nobody has asked anything; raise NotLoaded where none is."""
        self._log, self.now = Exchange(), 0.0
        self._since()
        self.let_connection_go()
        self._pauses.leave_out()
        try:
            self._port = self._worker.call("open", timeout=LOADING, source=self._source)
        except Failed as error:
            raise NotLoaded(str(error)) from None
        except Gone as error:
            raise NeverLoads(error) from None

    def send(
        self, method: str, path: str, body: Any = None, sender: str = HOST, **headers: str
    ) -> Answer:
        """Send one request from an address, and return its answer; raise Gone where none comes."""
        request = self._request(method, path, body, sender, headers)
        return self._answer(request, body, self._fetch(request))

    def refresh_each(self, tokens: Iterable[str]) -> Iterator[Answer]:
        """Send one refresh token after another to /token over the connection that is kept.

        Some are sent before the answer to those ahead of them has come. Raises as `send` does.
        """
        bodies = [{"token": token} for token in tokens]
        requests = [self._request(*REFRESH, body, HOST, {}) for body in bodies]
        with self._asking(" ".join(REFRESH)):
            replies = self._connection().ask_each(requests)
            for request, body, reply in zip(requests, bodies, replies, strict=True):
                yield self._answer(request, body, reply)

    def _request(
        self, method: str, path: str, body: Any, sender: str, headers: Mapping[str, str]
    ) -> AppRequest:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        content = b"" if body is None else content
        told = {"User-Agent": self.random.choice(CLIENTS)}
        told |= {"Content-Type": "application/json"} if content else {}
        text = content.decode("latin-1")
        return AppRequest(method, path, text, told | headers, sender, *self._since())

    def _answer(self, request: AppRequest, body: Any, reply: AppReply) -> Answer:
        crash = self._log.masked(reply.crash) if reply.crash else ""
        answer = Answer(reply.status, reply.text, crash)
        asked = f"{request.method} {request.path}"
        self._log.add(asked, body, answer)
        self._worker.spend(asked)
        if self._worker.budget.runs_low():
            hanging.follow(self._worker)
        return answer

    def log_in(self, user: str, seconds: float = 1) -> str:
        """Return the refresh token of a new session, a second later than what was before it.

        Raises Broken where there is none.
        """
        self.let_pass(seconds)
        answer = self.send("POST", "/login", {"username": user, "password": PASSWORDS[user]})
        if answer.status == 200 and answer.has_refresh:
            return answer.refresh
        came = answer.crash or self.name(answer.refresh)
        raise Broken(
            f"start_session({user!r}): expected a refresh token, came {came}.\n"
            "Without a log-in nothing else can be examined: return the token as text."
        )

    def log_in_again(self, user: str, sender: str = HOST) -> Answer:
        """Log a user in, who may have sessions already."""
        content = {"username": user, "password": PASSWORDS[user]}
        return self.send("POST", "/login", content, sender)

    def refresh(self, token: str, sender: str = HOST) -> Answer:
        """Send a refresh token to /token."""
        return self.send(*REFRESH, {"token": token}, sender)

    def log_out(self, token: str, sender: str = HOST) -> Answer:
        """Send a refresh token to /logout."""
        return self.send("DELETE", "/logout", {"token": token}, sender)

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
        self.let_pass(1)
        answer = self.refresh(token)
        if answer.status == 200 and answer.has_refresh:
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
            self.let_pass(1)
            answer = self.refresh(tokens[-1])
            if answer.status != 200 or not answer.has_refresh or answer.refresh in tokens:
                break
            tokens.append(answer.refresh)
        return tokens

    def advance(self, days: float = 0, seconds: float = 0) -> None:
        """Let time pass, and say so, if there is any."""
        if not (days or seconds):
            return
        self.let_pass(days * DAY + seconds)
        whole, rest = divmod(days * DAY + seconds, DAY)
        passed = [f"{whole:g} day{'s' * (whole > 1)}"] * (whole > 0) + [f"{rest:g} s"] * (rest > 0)
        self._log.note(f"({' and '.join(passed)} later)")

    def let_pass(self, seconds: float) -> None:
        """Let the process's time move, by when the next request comes to it, without a word."""
        self._passed += seconds
        self.now += seconds

    def _since(self) -> tuple[float, dict[str, str]]:
        """Return what has happened since the last request, for the next one to take along."""
        since = self._passed, self._roles
        self._passed, self._roles = 0.0, {}
        return since

    def disable(self, user: str) -> None:
        """Shut a user out."""
        self._worker.call("disable", username=user)
        self._log.note(f"({user} is disabled)")

    def enable(self, user: str) -> None:
        """Let a user in again who was shut out."""
        self._worker.call("enable", username=user)
        self._log.note(f"({user} is enabled again)")

    def set_role(self, user: str, role: str) -> None:
        """Give a user another role, by the time the next request comes."""
        self._roles[user] = role
        self._log.note(f"({user} becomes {role})")

    def retained(self, sought: Collection[str] = ()) -> list[str]:
        """Return the texts that the cell keeps; what is `sought` is told wherever it stands."""
        with self._worker.aside():
            found = self._worker.call("retained", timeout=LOOKING, sought=list(sought))
        self.to_read += found["unseen"]
        return found["texts"]

    def places(self, texts: Collection[str]) -> list[str]:
        """Return in words where the cell keeps these texts, without any token in the words."""
        with self._worker.aside():
            found = self._worker.call("places", timeout=LOOKING, sought=list(texts))
        return [self._in_a_line(found[text]) for text in texts if text in found]

    def _in_a_line(self, place: Any) -> str:
        """Return what a worker says of a place, which has names of the cell's own in it."""
        line = " ".join(self._log.masked(str(place)).split())
        line = "".join(sign if sign.isprintable() else "?" for sign in line)
        return line if len(line) <= LONGEST_PLACE else f"{line[: LONGEST_PLACE - 1]}…"

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

    def keep_connection(self) -> None:
        """Send what comes from this thread over one connection, until there is another app.

        So one thread of the app answers it all, which takes half the time. It is for many requests
        in a row, and for what prepares others that meet.
        """
        self.let_connection_go()
        self._kept_for = threading.get_ident()

    def let_connection_go(self) -> None:
        """Send each request over a connection of its own again."""
        if self._kept:
            self._kept.close()
        self._kept, self._kept_for = None, 0

    def _fetch(self, request: AppRequest) -> AppReply:
        with self._asking(f"{request.method} {request.path}"):
            if self._kept_for == threading.get_ident():
                return self._connection().ask(request, self._sent.set)
            with closing(self._connect()) as connection:
                return connection.ask(request, self._sent.set)

    @contextmanager
    def _asking(self, asked: str) -> Iterator[None]:
        """Raise Late or Gone in a sentence where what was asked gets no answer."""
        try:
            yield
        except InVain:
            raise hanging.late(self._worker, self._source, f"{asked} got no answer") from None
        except TimeoutError:
            told = f"{asked} got no answer within {PATIENCE:g} seconds"
            raise hanging.late(self._worker, self._source, told) from None
        except (OSError, ValueError) as error:
            if exhausted(error):
                raise
            raise Gone(f"{asked} got no readable answer: did your code end?") from None

    def _connection(self) -> AppConnection:
        """Return the connection that is kept."""
        self._kept = self._kept or self._connect()
        return self._kept

    def _connect(self) -> AppConnection:
        in_vain = self._is_in_vain if self._worker.budget.has_waited else None
        return AppConnection(self._worker.dial(self._port, PATIENCE), PATIENCE, in_vain)

    def _is_in_vain(self) -> bool:
        """Return whether a request waits, after another has in vain, and for none that we hold.

        Each further rule would wait as long.
        """
        return not self._pauses.is_holding and hanging.request_at(self._worker)[1]

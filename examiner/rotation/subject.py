"""The rotation exercise: drive the app around a student's cell, over HTTP."""

import http.client
import json
import random
import secrets
import string
import threading
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from examiner.cell import untouched
from examiner.deadline import DeadlineConnection
from examiner.http_exchange import Answer, Exchange
from examiner.internal_error import exhausted
from examiner.pausing import pauses_of
from examiner.process import Failed, Gone, Late, Worker
from examiner.rotation.meetings import Meeting, Race
from examiner.rule import Assignment, Broken, NeverLoads, NotAttempted, NotLoaded

FUNCTIONS = ("start_session", "token", "end_session")
PASSWORDS = {"alice": "wonderland", "bob": "builder"}
PATIENCE = 5.0  # seconds for one request
LOADING = 10.0  # seconds for a cell to load
LOOKING = 30.0  # seconds to look through all that a cell keeps
MAX_ANSWER_BYTES = 128 * 1024
AT_ONCE = 4  # requests
# As real clients call themselves: an app should not know its examiner by the want of a name.
CLIENTS = ("curl/8.14.1", "python-httpx/0.28.1", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
REQUESTS = {"refresh": "token", "log_out": "end_session"}
MINUTES = 90  # seconds: more than one, by whatever clock it is counted
BRIEF, SOON = 0.02, 0.1  # seconds for an answer to come, if nobody else is at work, or somebody
STUCK = 1.0  # seconds without an answer to a crowd
CROWD = 130  # sessions: more than a cache of the usual size holds
UNSEEN = (
    "The examiner follows {request}() line by line, and saw no line of it.\n"
    "Is it written in the cell itself, and not in a text that the cell runs?"
)
DAY = 24 * 60 * 60
LIFETIME = 30 * DAY


class RotationApp:
    """Be the client of one app after another, and remember what was said to the last one."""

    def __init__(self, worker: Worker, source: str) -> None:
        self._worker, self._source = worker, source
        self._pauses = pauses_of(worker)
        self._sent, self._enough, self._progress = (threading.Event() for _ in range(3))
        self._waited_apart: list[int] = []  # and those of another session as well
        self._waited: list[int] = []  # places at which others had to wait for the one held
        self._log = Exchange()
        self._threads = ThreadPoolExecutor(AT_ONCE)
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

    def races(self, meeting: Meeting) -> Iterator[Race]:
        """Let a request overtake another, at each place that the first one comes to.

        Each race has a fresh app. In a crowd it is one place only, at which the second had to wait
        in the races before, if there was one.
        """
        only = self._where_others_wait() if meeting.crowd else None
        if meeting.crowd and only is None:
            return
        known = self._waited_apart if meeting.apart and meeting.second == "reuse" else ()
        self._pauses.begin(self._source, known, only, patient=meeting.is_plain)
        self._waited = [] if not meeting.crowd else self._waited
        mine, _ = self._sessions(meeting)
        with self._pauses.rehearsal():
            self._ahead(meeting.first, mine[-1]).result()
        seen = False
        while self._pauses.is_left():
            mine, theirs = self._sessions(meeting)
            self._pauses.arm()
            ahead = self._ahead(meeting.first, mine[-1])
            if place := self._pauses.held(ahead.done):
                seen = True
                yield self._race(meeting, place, ahead, mine, theirs)
            elif ahead.result() and not seen and meeting.first in REQUESTS:
                raise Broken(UNSEEN.format(request=REQUESTS[meeting.first]))
        self._pauses.let_go()  # of the place that was watched last
        if meeting.apart:
            self._waited_apart = self._waited

    def in_sequence(self, meeting: Meeting) -> Iterator[Race]:
        """Let the same requests come one after the other, in both orders."""
        for is_ahead in (True, False):
            mine, theirs = self._sessions(meeting)
            sent = theirs[0 if meeting.is_late else -1]
            first = self._ahead(meeting.first, mine[-1]).result() if is_ahead else None
            if meeting.busy:
                self.log_in_again(self.users[0])
                self.refresh(self._nobodys())
            second = self._later(meeting.sent, sent).result()
            first = first or self._ahead(meeting.first, mine[-1]).result()
            yield Race(mine[-1], sent, theirs[-1], "nothing", first, second, is_ahead)

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

    def _where_others_wait(self) -> int | None:
        """Return a place in the midst of those at which others had to wait, if there are any."""
        places = [*dict.fromkeys(self._waited)]
        return places[len(places) // 2] if places else None

    def _sessions(self, meeting: Meeting) -> tuple[list[str], list[str]]:
        """Begin anew; return the tokens of the session of each of two requests."""
        self.restart()
        self.users = self.random.sample(self.users, k=len(self.users))
        if meeting.busy:
            self.refresh(self._nobodys())
        mine = self.chain(self.users[0], meeting.refreshes)
        theirs = self.chain(self.users[1], meeting.refreshes) if meeting.apart else mine
        if meeting.busy:
            self._worker.call("set_role", username=self.users[0], role="admin")
        self._pass(meeting.seconds)
        return mine, theirs

    def at_once(self, requests: list[str], token: str) -> list[Answer]:
        """Send requests with one token at the same time, with nothing that holds them."""
        self._worker.call("advance", seconds=1)  # before any of them, whichever comes first
        self.now += 1
        self._worker.call("hurry")
        coming = [self._later(request, token) for request in requests]
        return [answer.result() for answer in coming]

    def _race(
        self, meeting: Meeting, place: str, ahead: Future, mine: list[str], theirs: list[str]
    ) -> Race:
        self._log.note(f"(the next request stops before {place})")
        answered = meeting.first == "log_out" and self._is_answered(ahead)
        begun = self._begin_others(meeting)
        sent = theirs[0 if meeting.is_late else -1]
        behind = self._overtake(meeting.sent, sent)
        self._pauses.let_go()
        self._enough.set()
        for request in begun:
            request.result()
        ended = ahead.result(), behind.result(), answered
        return Race(mine[-1], sent, theirs[-1], place, *ended)

    def _is_answered(self, ahead: Future) -> bool:
        """Return whether a request has its answer, and only a thread that it has begun is held."""
        return bool(wait([ahead], timeout=BRIEF if self._pauses.held_alone else SOON).done)

    def _ahead(self, request: str, token: str) -> Future:
        if request == "log_in":
            return self._later("log_in_again", self.users[0])
        return self._later(request, token)

    def _begin_others(self, meeting: Meeting) -> list[Future]:
        """Send what comes before the second request, and wait until it ends or waits itself."""
        self._enough.clear()
        if meeting.crowd:
            return [self._begin_crowd()]
        if not meeting.busy:
            return []
        begun = [self._overtake("log_in_again", self.users[0])]
        begun.append(self._overtake("refresh", self._nobodys()))
        self._worker.call("set_role", username=self.users[0], role="reader")
        self._pass(MINUTES)
        return begun

    def _begin_crowd(self) -> Future:
        """Let many sessions be begun and refreshed, until one of these requests has to wait."""
        self._progress.clear()
        crowd = self._threads.submit(self._crowd, self.users[1])
        if not self._pauses.settle(lambda: self._progress.is_set() or crowd.done(), patient=True):
            while not crowd.done() and self._progress.wait(STUCK):
                self._progress.clear()
        return crowd

    def _crowd(self, user: str) -> None:
        for _ in range(CROWD):
            if self._enough.is_set():
                return
            self.refresh(self.log_in(user, seconds=0))
            self._progress.set()

    def _overtake(self, request: str, token: str) -> Future:
        """Send a request from elsewhere; return it once it has been answered or waits."""
        self._sent.clear()
        behind = self._later(request, token, **{"X-From": self._elsewhere()})
        self._sent.wait(PATIENCE)
        return self._settled(behind)

    def _settled(self, request: Future) -> Future:
        place = self._pauses.place
        if self._pauses.settle(request.done):
            self._waited.append(place)
        return request

    def _nobodys(self) -> str:
        """Return a token that nobody was given."""
        return "".join(self.random.choices(string.ascii_letters, k=43))

    def _elsewhere(self) -> str:
        """Return the address of somebody, in a network that nobody has (RFC 5737)."""
        return f"203.0.113.{self.random.randrange(1, 255)}"

    def log_in_again(self, user: str, **headers: str) -> Answer:
        """Log a user in, who may have sessions already."""
        content = {"username": user, "password": PASSWORDS[user]}
        return self.send("POST", "/login", content, **headers)

    def _later(self, request: str, token: str, **headers: str) -> Future:
        return self._threads.submit(getattr(self, request), token, **headers)

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

    def close(self) -> None:
        """Wait for no request any more."""
        if self._worker.running:
            self._pauses.let_go()
        self._threads.shutdown(wait=False)


@contextmanager
def open_app(worker: Worker, source: str) -> Iterator[RotationApp]:
    """Give a rule its app; raise NotAttempted for a cell as it was released."""
    empty = untouched(source, FUNCTIONS)
    if len(empty) == len(FUNCTIONS):
        raise NotAttempted("Not attempted yet: start_session, token and end_session are empty.")
    app = RotationApp(worker, source)
    try:
        yield app
    finally:
        app.close()


ROTATION = Assignment("rotation", "examiner.rotation.worker", open_app)

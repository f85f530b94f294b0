"""A token server that follows a script: what it answers, and when, is for a rule to say.

Left alone it behaves as a strict server does: one live access token, and a refresh token for one
use. It waits for events and never for a time, so a run goes the same way every time.
"""

import json
import secrets
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer

import jwt

from examiner.budget import Spent
from examiner.client import noted_headers
from examiner.client.request import DROPPED, Request, ScriptedAnswer, refusal
from examiner.internal_error import exhausted
from examiner.unix_socket import open_to_all

FLOOD = 40  # a client that sends more requests to one server would never stop
PAST, NEAR, AHEAD = -60, 30, 3600
POLL = 0.002  # seconds that closing a server may take
SILENCE = 10.0  # seconds after which a connection without a request is closed
MAX_BODY_BYTES = 64 * 1024
MAX_CONNECTIONS = 100  # at once; a client needs one for each of its calls
SOCKET = "scripted"
PAGE, REFRESH = "each page", "each POST /token"


class ScriptedServer:
    """Serve one session on 127.0.0.1, or at a Unix socket in a folder, as a context manager.

    `seen` holds all requests in order, `issued` every pair (access token, refresh token). What
    `page_script` and `token_script` hold is answered first, in order. `failure` is the error where
    this machine could not answer, or why nothing is answered any more. `was_asked` says whether
    anything was ever asked.
    """

    def __init__(
        self,
        first_life: int = PAST,
        later_life: int = AHEAD,
        folder: Path | None = None,
        spend: Callable[[str], None] = lambda asked: None,
    ) -> None:
        """Begin with a fresh pair; lives are in seconds, and set `exp` of the access tokens.

        What a token says of itself binds this server to nothing. `spend` is told of each request,
        and may raise Spent.
        """
        self._lives = first_life, later_life
        self._spend = spend
        self.seen: list[Request] = []
        self.issued: list[tuple[str, str]] = []
        self.page_script: deque[ScriptedAnswer] = deque()
        self.token_script: deque[ScriptedAnswer] = deque()
        self.failure: BaseException | None = None
        self._live_access: str | None = None
        self._others: list[tuple[str, str]] = []  # pairs of another user
        self.was_asked = False
        self._lock = threading.Lock()
        self._gates = {refreshes: _opened() for refreshes in (False, True)}
        self._held: list[threading.Event] = []
        self.issue()
        self._socket = folder / SOCKET if folder else None
        self._listener = self._listen()
        self._listener.scripted = self

    @property
    def url(self) -> str:
        """Return the address, without a slash at the end."""
        return "http://127.0.0.1" + f":{self._listener.server_address[1]}" * (not self._socket)

    @property
    def refreshes(self) -> list[Request]:
        """Return the requests for tokens so far."""
        return [request for request in self.seen if request.is_refresh]

    @property
    def pages(self) -> list[Request]:
        """Return the other requests so far."""
        return [request for request in self.seen if not request.is_refresh]

    @property
    def holding(self) -> int:
        """Return how many requests wait at a gate."""
        return sum(not gate.is_set() for gate in self._held)

    def named(self, text: str) -> str:
        """Return a text with a name in place of each token: A1 and R1 are the first two.

        Those of another user are A-of-bob and R-of-bob.
        """
        for number, (access, refresh) in enumerate(self.issued, start=1):
            text = text.replace(access, f"A{number}").replace(refresh, f"R{number}")
        for access, refresh in self._others:
            text = text.replace(access, "A-of-bob").replace(refresh, "R-of-bob")
        return text

    def told(self) -> list[str]:
        """Return what was asked and answered so far, a line a request."""
        return [self.named(request.told()) for request in list(self.seen)]

    def issue(self) -> tuple[str, str]:
        """Make the next pair of tokens, take it for the live one and return it."""
        self.issued.append(_pair("alice", self._lives[bool(self.issued)]))
        self._live_access = self.issued[-1][0]
        return self.issued[-1]

    def log_in_another(self) -> tuple[str, str]:
        """Return the tokens of another user, who has logged in; pages are good for those too."""
        self._others.append(_pair("bob", AHEAD))
        return self._others[-1]

    def forget(self) -> None:
        """Begin anew with what was asked: `seen` is empty then."""
        self.seen.clear()

    def expire(self) -> None:
        """Refuse every access token that is out there."""
        self._live_access = None

    def hold(self, *, refreshes: bool) -> threading.Event:
        """Keep requests of one kind waiting from now on, until the event is set."""
        self._gates[refreshes] = threading.Event()
        return self._gates[refreshes]

    def let_pass(self, *, refreshes: bool) -> None:
        """Let what arrives from now on through; who waits at an earlier gate goes on waiting."""
        self._gates[refreshes] = _opened()

    def __enter__(self) -> "ScriptedServer":
        serve = self._listener.serve_forever
        threading.Thread(target=serve, args=(POLL,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        for gate in [*self._held, *self._gates.values()]:
            gate.set()
        self._listener.shutdown()
        self._listener.server_close()

    def _listen(self) -> "_Listener":
        if self._socket is None:
            return _Listener(("127.0.0.1", 0), _Handler)
        self._socket.unlink(missing_ok=True)  # of the server before this one
        listener = _UnixListener(str(self._socket), _Handler)
        open_to_all(self._socket)
        return listener

    def answer(self, request: Request) -> ScriptedAnswer:
        """Return what goes back, once the gate is open.

        A flood of requests gets nothing, nor does any request once too much has been spent.
        """
        try:
            self._spend(REFRESH if request.is_refresh else PAGE)
        except Spent as error:
            self.failure = error
        with self._lock:
            if len(self.seen) == FLOOD or self.failure:
                return DROPPED
            self.seen.append(request)
            self.was_asked = True
            gate = self._gates[request.is_refresh]
            self._held.append(gate)
        gate.wait()
        with self._lock:
            request.answer = self._next(request)
        return request.answer

    def _next(self, request: Request) -> ScriptedAnswer:
        script = self.token_script if request.is_refresh else self.page_script
        if script:
            return script.popleft()
        return self._refresh(request) if request.is_refresh else self._page(request)

    def _page(self, request: Request) -> ScriptedAnswer:
        if request.method != "GET":
            return refusal(405)
        users = {access: "bob" for access, _ in self._others} | {self._live_access: "alice"}
        if request.access is None or request.access not in users:
            return refusal(401)
        return ScriptedAnswer(200, {"user": users[request.access], "page": request.path})

    def _refresh(self, request: Request) -> ScriptedAnswer:
        if request.method != "POST":
            return refusal(405)
        if request.refresh is None:
            return refusal(401)
        if request.refresh != self.issued[-1][1]:
            return refusal(403)
        access, refresh = self.issue()
        return ScriptedAnswer(200, {"accessToken": access, "refreshToken": refresh})


def _pair(user: str, life: int) -> tuple[str, str]:
    claims = {"sub": user, "exp": int(time.time()) + life, "jti": secrets.token_hex(8)}
    access = jwt.encode(claims, secrets.token_bytes(32), algorithm="HS256")
    return access, secrets.token_urlsafe(24)


def _opened() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


class _Listener(ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64
    scripted: ScriptedServer

    def verify_request(self, request: object, client_address: object) -> bool:
        """Refuse connections while there is a flood of them."""
        return threading.active_count() < MAX_CONNECTIONS

    def get_request(self) -> tuple[socket.socket, object]:
        """Accept a connection, and note where there is no file left for it."""
        try:
            return super().get_request()
        except OSError as error:
            self._note(error)
            raise

    def handle_error(self, request: object, client_address: object) -> None:
        """Note what this machine is to blame for; a client may leave before its answer comes."""
        self._note(sys.exc_info()[1])

    def _note(self, error: BaseException | None) -> None:
        if error and exhausted(error):
            self.scripted.failure = error


class _UnixListener(_Listener):
    address_family = getattr(socket, "AF_UNIX", None)  # Windows has none, and no sandbox either


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    timeout = SILENCE

    def do_GET(self) -> None:
        """Read the request, ask the script, write the answer."""
        answer = self.server.scripted.answer(self._request())
        if answer.dropped:
            return
        body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        if answer.location:
            self.send_header("Location", answer.location)
        if answer.late:
            self.send_header(noted_headers.LATE, "yes")
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_GET

    def _request(self) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = headers.get("content-length", "0")
        body = self.rfile.read(min(int(length), MAX_BODY_BYTES)) if length.isdecimal() else b""
        vault = headers.pop(noted_headers.VAULT.lower(), None)
        endless = bool(headers.pop(noted_headers.ENDLESS.lower(), ""))
        pair = tuple(json.loads(vault)) if vault else None
        text = body.decode(errors="replace")
        return Request(self.command, self.path, headers, text, pair, endless)

    def log_message(self, *arguments: object) -> None:
        """Keep the log out of the learner's sight."""

"""The `open_token` of lesson 5, which all attacks of the lesson are sent to."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import jwt

from examiner.workbench import PASSWORDS, Everyone
from lesson.read_token import read_token
from lesson.turns.asked_app import AskedApp, served
from lesson.turns.turn import NotYet, errors_told, turn
from server import create_app
from server.tokens import ACCESS, REFRESH, Kind

LISTED = b"a-string-secret-at-least-256-bits-long"
NEEDED = ("OneKey", "clock", "who", "refresh", "subject")  # what the lesson has defined by then


@turn("forged-token.open", "honest tokens pass, and each of the forged ones is refused.")
def opened(open_token: Callable) -> None:
    """Send the weak server of the lesson two honest tokens and six others."""
    with _weak_server(open_token) as app:
        name = {"username": "alice", "password": PASSWORDS["alice"]}
        pair = app.ask("POST", "/login", name).json()
        access, refresh = pair["accessToken"], pair["refreshToken"]
        _is_read(open_token, access, ACCESS)
        _is_read(open_token, refresh, REFRESH)
        _opens(app, "/me", access)
        _opens(app, "/token", refresh)
        for forged, what, why in _forged(access, open_token.__globals__["OneKey"].access):
            _is_shut(app, "/me", forged, what, why)
        _is_shut(app, "/me", refresh, "Alice's refresh token", "nobody asked whom it is made for")
        _is_shut(app, "/token", access, "Alice's access token", "nobody asked whom it is made for")


def _forged(access: str, key: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield tokens for Bob: the text, what it is, and why a server lets it in."""
    claims = read_token(access).claims | {"sub": "bob"}
    scribble = jwt.encode(claims, "whatever Mallory has at hand, 32 bytes")
    yield scribble, "a token with Mallory's signature", "it was read and not verified"
    unsigned = jwt.encode(claims, None, algorithm="none")
    yield unsigned, "an unsigned token", "its header chose that nothing is verified"
    guessed = jwt.encode(claims, LISTED)
    yield (
        guessed,
        "a token signed with the secret from the list",
        "run the cell that makes a new key, and take OneKey.access",
    )
    other = jwt.encode(claims, key, algorithm="HS512")
    yield other, "a token signed by HS512", "its header chose the algorithm: name HS256 alone"


def _opens(app: AskedApp, path: str, token: str) -> None:
    answer = _sent(app, path, token)
    if answer.status_code != 200:
        raise NotYet(f"an honest token got {app.came(answer)} at {path}; expected was 200.")


def _is_shut(app: AskedApp, path: str, token: str, what: str, why: str) -> None:
    """Raise NotYet where a token is not answered with 401."""
    answer = _sent(app, path, token)
    if answer.is_success:
        raise NotYet(f"{what} got {answer.status_code} at {path}; expected was 401: {why}.")
    if answer.status_code != 401:
        raise NotYet(
            f"{what} got {app.came(answer)} at {path}; expected was 401: "
            "let open_token raise what PyJWT raises."
        )


def _sent(app: AskedApp, path: str, token: str) -> httpx.Response:
    if path == "/me":
        return app.ask("GET", path, {}, {"Authorization": f"Bearer {token}"})
    return app.ask("POST", path, {"token": token})


def _is_read(open_token: Callable, token: str, kind: Kind) -> None:
    """Raise NotYet where `open_token` returns no claims of an honest token."""
    with errors_told("an honest token is not opened: open_token"):
        claims = open_token(token, kind.audience)
    if not isinstance(claims, dict):
        raise NotYet(
            f"an honest token is not opened: open_token returned {claims!r}, and no claims."
        )


@contextmanager
def _weak_server(open_token: Callable) -> Iterator[AskedApp]:
    """Serve the views of the lesson, which call what the learner wrote."""
    lesson = open_token.__globals__
    if missing := [name for name in NEEDED if name not in lesson]:
        raise NotYet(f"run the cells above first: {missing[0]} is not defined.")
    app = create_app(keys=lesson["OneKey"], clock=lesson["clock"], users=Everyone())
    app.view_functions |= {"lesson.me": lesson["who"], "lesson.token": lesson["refresh"]}
    app.register_error_handler(jwt.PyJWTError, lambda _: ({"error": "No."}, 401))
    before, lesson["open_token"] = lesson.get("open_token"), open_token
    try:
        with served(app) as asked, warnings.catch_warnings():
            warnings.simplefilter("ignore", jwt.InsecureKeyLengthWarning)
            yield asked
    finally:
        lesson["open_token"] = before

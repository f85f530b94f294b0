"""The app of lesson 1, which works for eight hours with one password."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from lesson.turns.asking_app import AskingApp, asking
from lesson.turns.turn import NotYet, turn

ROUNDS = 96  # of five minutes, which makes eight hours
OLD = "an old access token"
# What somebody mixes up who sends such a token there.
MIXED_UP = {
    ("/token", "an access token"): "An access token opens pages, and refreshes nothing.",
    ("/me", "the refresh token"): "The refresh token opens no page.",
    ("/me", OLD): "Where is the new one kept?",
}


@turn("two-tokens.eight-hours", "96 refreshes, every page open, and the password typed once.")
def eight_hours(next_page: Callable) -> None:
    """Let eight hours pass, five minutes at a time, and ask for a page each time."""
    with asking(next_page) as app:
        tokens = app.log_in()
        refresh_token = tokens["refreshToken"]
        for _ in range(ROUNDS):
            app.course.clock.advance(minutes=5)
            _is_open(app, tokens, refresh_token)


def _is_open(app: AskingApp, tokens: dict[str, str], refresh_token: str) -> None:
    """Raise NotYet where the app does not return an open page, and tell what it asked."""
    when = f"at {str(app.course.clock)[11:16]}"
    try:
        page = app.call(tokens, when)
    except NotYet as error:
        raise NotYet(f"{error} {_told(app, refresh_token)}".strip()) from None
    if any(request.url.path == "/login" for request in app.asked):
        raise NotYet(f"{when} the app asked for the password again: send the refresh token.")
    if not _is_page(page, app.answers):
        told = _told(app, refresh_token) or "It asked the server nothing."
        raise NotYet(f"{when} the app did not return the answer of /me with 200. {told}")
    if not app.is_open_to(tokens.get("accessToken")):
        raise NotYet(
            f'{when} the page came, and tokens["accessToken"] opens none: keep the new one there, '
            "for the next page may not need a refresh."
        )


def _is_page(page: Any, answers: list[httpx.Response]) -> bool:
    return any(
        page is answer and answer.request.url.path == "/me" and answer.is_success
        for answer in answers
    )


def _told(app: AskingApp, refresh_token: str) -> str:
    """Return what was sent and came back, and what the last wrong token mixes up."""
    new, told, mixed_up = None, [], ""
    for answer in app.answers:
        path, sent = answer.request.url.path, _sent(answer.request)
        kind = _kind(path, sent, refresh_token, new)
        told.append(f"{path} was sent {kind} and answered {answer.status_code}")
        mixed_up = MIXED_UP.get((path, kind), mixed_up)
        if path == "/token" and answer.is_success:
            new = answer.json()["accessToken"]
    return f"{'; '.join(told)}. {mixed_up}".strip() if told else ""


def _kind(path: str, sent: Any, refresh_token: str, new: str | None) -> str:
    """Return which token was sent, in words."""
    if not sent:
        return "no token"
    if sent == refresh_token:
        return "the refresh token"
    if path == "/token":
        return "an access token"
    return "the new access token" if sent == new else OLD


def _sent(request: httpx.Request) -> Any:
    """Return the token of a request: in the header for a page, else in the body."""
    if request.url.path == "/me":
        return request.headers.get("Authorization", "").removeprefix("Bearer").strip()
    try:
        return json.loads(request.content)["token"]
    except (ValueError, TypeError, KeyError):
        return None

"""The app of lesson 3, which reads the statuses of /token."""

from collections.abc import Callable

from lesson.course import ENDPOINT
from lesson.turns.asking_app import AskingApp, asking
from lesson.turns.turn import NotYet, turn

FAILED = "That tells of the server, and nothing of the token: keep both, and try later."
FINAL = "A 403 is final: forget both tokens, and let Alice log in."


@turn("why.answers", "one request for each call, and the tokens are lost to a 403 alone.")
def answers(refresh: Callable) -> None:
    """Let the real server answer, fail, refuse, and be gone."""
    with asking(refresh) as app:
        tokens = app.log_in()
        _goes_on(app, tokens)
        for status in (500, 503):
            _fails(app, tokens, status)
        _goes_on(app, tokens)
        late = app.log_in()
        _refuses(app, tokens)
        app.lose_the_server()
        _comes_later(app, late, "no answer")


def _returns(app: AskingApp, tokens: dict[str, str], came: str, expected: str, why: str) -> None:
    """Raise NotYet where a call sends another number of requests, or returns another word."""
    returned = app.call(tokens, came)
    if len(app.asked) != 1:
        raise NotYet(f"{came}: the app sent {len(app.asked)} requests; expected was 1. {why}")
    if returned != expected:
        raise NotYet(f"{came}: your function returned {returned!r} and not {expected!r}. {why}")


def _goes_on(app: AskingApp, tokens: dict[str, str]) -> None:
    app.course.clock.advance(minutes=5)
    before = dict(tokens)
    _returns(app, tokens, "200", "go on", "One is enough for a new access token.")
    headers = {"Authorization": f"Bearer {tokens.get('accessToken')}"}
    if not app.course.client.get("/me", headers=headers).is_success:
        raise NotYet("200: the new access token was not kept as accessToken.")
    if tokens.get("refreshToken") != before["refreshToken"]:
        raise NotYet("200: the refresh token has changed, and no new one came.")


def _fails(app: AskingApp, tokens: dict[str, str], status: int) -> None:
    """Let the server fail once, with a body that is no JSON."""
    views = app.course.server.app.view_functions
    working, views[ENDPOINT] = views[ENDPOINT], lambda: ("The server failed.", status)
    _comes_later(app, tokens, str(status))
    views[ENDPOINT] = working


def _comes_later(app: AskingApp, tokens: dict[str, str], came: str) -> None:
    before = dict(tokens)
    _returns(app, tokens, came, "later", FAILED)
    if tokens != before:
        raise NotYet(f"{came}: the tokens are not as they were before. {FAILED}")


def _refuses(app: AskingApp, tokens: dict[str, str]) -> None:
    """Log out, then call; a 403 that is returned is over, and nothing is left to send again."""
    gone = {"token": tokens["refreshToken"]}
    app.course.client.request("DELETE", "/logout", json=gone)
    _returns(app, tokens, "403", "log in", FINAL)
    if kept := list(filter(tokens.get, tokens)):
        raise NotYet(f"403: {', '.join(kept)}: still kept. {FINAL}")

"""The view of lesson 2 in which one check is missing."""

from collections.abc import Callable

import httpx

from lesson.course import mount
from lesson.scenarios import SCENARIOS, Stage
from lesson.tracing.recording import record, takes_scenarios
from lesson.tracing.runaway import Runaway
from lesson.tracing.trace import Trace
from lesson.turns.turn import NotYet, turn
from server import EmbeddedServer
from server.views import token

# What lets a request of each kind in.
LET_IN = {
    "missing": "Nothing was sent, so nothing can be checked.",
    "unknown": "Well signed is not enough: the store has to hold it.",
    "expired": "To read a token is not to verify it: its date was not compared with the clock.",
    "tampered": "To read a token is not to verify it: its signature was not compared.",
    "revoked": "Well signed is not enough: the store has to hold it.",
}


@turn("token-route.verify", "all six requests get what the original gives them.")
def verify(view: Callable) -> None:
    """Send the six requests, then open a page with what the valid one got."""
    if not takes_scenarios(view):
        raise NotYet(
            'the view has to read the member "token", and to ask refresh_tokens or tokens.'
        )
    for name in SCENARIOS:
        _is_like_the_original(name, record(view, name), record(token, name))
    _is_good(view)


def _is_like_the_original(name: str, run: Trace, original: Trace) -> None:
    """Raise NotYet where a request gets another status."""
    if run.status != original.status:
        raise NotYet(f"{name} got {run.status}; expected was {original.status}. {_why(name, run)}")


def _why(name: str, run: Trace) -> str:
    """Return what a view does wrong that gives a wrong status."""
    raised = next((step.raised for step in reversed(run.steps) if step.raised), "")
    if str(Runaway()) in raised:
        return "The view did not end by itself."
    if run.status == 500:
        return _behind(raised) if raised else run.body
    if run.status == 200:
        return LET_IN[name]
    return "The original tells a missing token from a bad one, and lets the valid one in."


def _behind(raised: str) -> str:
    """Return a sentence on the error with which a view ended."""
    if raised.startswith("UnboundLocalError"):
        return (
            f"{raised.rstrip('.')}. A refusal that is made has to be returned, or the view goes on."
        )
    return f"Nobody caught this error: {raised.rstrip('.')}."


def _is_good(view: Callable) -> None:
    """Raise NotYet where the valid request gets no access token of Alice's."""
    stage = Stage()
    mount(stage.app, view)
    with (
        EmbeddedServer(stage.app, "your turn") as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):
        answer = client.post("/token", json={"token": stage.token}).json()
        got = answer.get("accessToken") if isinstance(answer, dict) else None
        page = client.get("/me", headers={"Authorization": f"Bearer {got}"})
        if not page.is_success or page.json()["user"] != "alice":
            raise NotYet("valid got 200, and no accessToken that opens /me for Alice.")

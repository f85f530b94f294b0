"""The six scenarios: a server where Alice holds one live token, and what is sent to it."""

import string
from collections.abc import Callable

from lesson.course import LESSON_KEYS, START
from server import CountedIds, ManualClock, MemoryStore, create_app
from server.store import Store

LETTERS = string.ascii_letters + string.digits


def tamper(token: str) -> str:
    """Return a token with another letter inside its signature, and another one each time."""
    # Not the last letter: other last letters may stand for the same bytes.
    before, letter, after = token[:-6], token[-6], token[-5:]
    return f"{before}{LETTERS[(LETTERS.find(letter) + 1) % len(LETTERS)]}{after}"


class Stage:
    """A token server of its own, where Alice holds one live refresh token."""

    def __init__(self, store: Store | None = None) -> None:
        self.clock = ManualClock(START)
        self.store = MemoryStore() if store is None else store
        self.app = create_app(
            clock=self.clock,
            keys=LESSON_KEYS,
            new_id=CountedIds(),
            refresh_tokens=self.store,
        )
        self.issuer = self.app.extensions["token_server"].tokens
        self.token = self.issuer.new_refresh_token("alice")
        self.store.add(self.token, "alice")


def _valid(stage: Stage) -> dict[str, str]:
    return {"token": stage.token}


def _missing(stage: Stage) -> dict[str, str]:
    return {}


def _unknown(stage: Stage) -> dict[str, str]:
    return {"token": stage.issuer.new_refresh_token("alice")}  # signed, and never stored


def _expired(stage: Stage) -> dict[str, str]:
    stage.clock.advance(seconds=stage.issuer.refresh_lifetime)
    return {"token": stage.token}


def _tampered(stage: Stage) -> dict[str, str]:
    return {"token": tamper(stage.token)}


def _revoked(stage: Stage) -> dict[str, str]:
    stage.store.discard(stage.token)
    return {"token": stage.token}


SCENARIOS: dict[str, tuple[str, Callable[[Stage], dict[str, str]]]] = {
    "valid": ("Alice's refresh token, live and unchanged", _valid),
    "missing": ("a body without a token", _missing),
    "unknown": ("a well-signed refresh token that is not in the store", _unknown),
    "expired": ("Alice's refresh token, 30 days later", _expired),
    "tampered": ("Alice's refresh token with one letter of the signature changed", _tampered),
    "revoked": ("Alice's refresh token, after she logged out", _revoked),
}

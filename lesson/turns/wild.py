"""The turn of lesson 14: find out by requests what a server does with a spent token."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from lesson.turns.turn import NotYet, errors_told, turn
from server import EmbeddedServer, MemoryStore, create_app
from server.policy import Plain, Refused, Session, opened

LOGIN = {"grant_type": "password", "username": "alice", "password": "wonderland"}
MOST = 20  # requests until a function counts as one that never ends


@turn("wild.reaction", "whatever a server says of itself, you can find out what it does.")
def reaction(written: Callable) -> None:
    """Hand over servers that differ in what they do with a spent token."""
    for policy, expected, told in SERVERS:
        with _asked(policy) as (first, refresh, sent), errors_told():
            came = written(first, refresh)
        if came != expected:
            raise NotYet(
                f"a server that {told} brought {came!r}; expected was {expected!r}. "
                f"You sent {'; '.join(sent) or 'nothing'}."
            )


@contextmanager
def _asked(policy: type[Plain]) -> Iterator[tuple[str, Callable[[str], str | None], list[str]]]:
    """Yield the token of a log-in at such a server, what refreshes there, and what was sent."""
    app = create_app(policy=lambda made: policy(made, MemoryStore()))
    sent, names = [], {}
    with (
        EmbeddedServer(app, "your turn") as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):

        def ask(form: dict[str, Any]) -> str | None:
            answer = client.post("/oauth/token", data={"client_id": "course-client", **form})
            return answer.json().get("refresh_token")

        def name(token: str | None) -> str:
            return names.setdefault(token, f"R{len(names) + 1}") if token else "nothing"

        def refresh(token: str) -> str | None:
            if len(sent) == MOST:
                raise NotYet(f"{MOST} requests were sent, and three are enough.")
            new = ask({"grant_type": "refresh_token", "refresh_token": token})
            sent.append(f"{name(token)}, which brought {name(new)}")
            return new

        first = ask(LOGIN)
        name(first)
        yield first, refresh, sent


class _New(Plain):
    """Hand out a new token each time, and let the old one live."""

    def refresh(self, refresh_token: str, client: str) -> tuple[Session, str]:
        session, _ = super().refresh(refresh_token, client)
        return self.start(session.user, client)


class _Spent(_New):
    """Refuse a token that was used."""

    def refresh(self, refresh_token: str, client: str) -> tuple[Session, str]:
        answer = super().refresh(refresh_token, client)
        self.end(refresh_token, client)
        return answer


class _Alarmed(_Spent):
    """End the user's sessions where a used token comes back."""

    def refresh(self, refresh_token: str, client: str) -> tuple[Session, str]:
        try:
            return super().refresh(refresh_token, client)
        except Refused:
            self.end_all(opened(self._issuer, refresh_token)["sub"])
            raise


# What a server does, what a probe has to find, and the words for whoever finds otherwise.
SERVERS = (
    (Plain, "works again", "gives the same refresh token back each time"),
    (_New, "works again", "gives a new refresh token each time and lets the old one live"),
    (_Spent, "refused", "refuses a used token and leaves its successor alone"),
    (_Alarmed, "session ended", "ends the session where a used token comes back"),
)

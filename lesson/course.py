"""The course's own token server: real HTTP, and the same tokens every time."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx
from flask import Flask

from lesson.charting.source import own_function
from server import (
    CountedIds,
    EmbeddedServer,
    Keys,
    ManualClock,
    MemoryStore,
    TokenIssuer,
    create_app,
)
from server.parts import EXTENSION
from server.store import Store

ENDPOINT = "lesson.token"  # Flask's name for what answers POST /token
START = 1_893_488_400  # 2030-01-01 09:00:00 UTC

# Printed in a public repository, so good for lessons on this machine and for nothing else.
LESSON_KEYS = Keys(
    access=b"lesson key for access tokens, not a secret",
    refresh=b"lesson key for refresh tokens, not a secret",
)


@dataclass(frozen=True)
class Course:
    """Hold a running server, a client that talks to it, its clock and its store."""

    server: EmbeddedServer
    client: httpx.Client
    clock: ManualClock
    refresh_tokens: Store
    new_id: CountedIds

    @property
    def tokens(self) -> TokenIssuer:
        """Return the part of the server that makes and opens tokens."""
        return self.new_app().extensions[EXTENSION].tokens

    def mount(self, view: Callable) -> None:
        """Answer every request to /token with a view of the learner's own from now on.

        Raises Mistake where `view` is no function.
        """
        own_function(view)
        mount(self.server.app, view)

    def new_app(self) -> Flask:
        """Return another app over the same clock, keys, ids and store."""
        return _app(self.clock, self.refresh_tokens, self.new_id)


_running: list[Course] = []


def start_course(refresh_tokens: Store | None = None) -> Course:
    """Start the token server, in place of one started before; clock, keys and ids are fixed.

    It remembers refresh tokens in the store given, or else in one of the server's own.
    """
    _running[:] = [new_course("course", refresh_tokens)]
    return _running[0]


def new_course(name: str, refresh_tokens: Store | None = None) -> Course:
    """Start another server of the same kind, in place of one started under that name."""
    clock, new_id = ManualClock(START), CountedIds()
    # An empty store is falsy, so `or` would replace it.
    refresh_tokens = MemoryStore() if refresh_tokens is None else refresh_tokens
    server = EmbeddedServer(_app(clock, refresh_tokens, new_id), name=name).start()
    # A proxy named in the environment would not find 127.0.0.1 on this machine.
    client = httpx.Client(base_url=server.url, trust_env=False)
    return Course(server, client, clock, refresh_tokens, new_id)


def running_course() -> Course | None:
    """Return the course that was started last, or None before the first."""
    return _running[0] if _running else None


def mount(app: Flask, view: Callable) -> None:
    """Put a view into a token server in place of /token."""
    app.view_functions[ENDPOINT] = view


def _app(clock: ManualClock, refresh_tokens: Store, new_id: CountedIds) -> Flask:
    return create_app(clock=clock, keys=LESSON_KEYS, new_id=new_id, refresh_tokens=refresh_tokens)

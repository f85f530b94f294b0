"""The course's own token server: real HTTP, and the same tokens every time."""

from dataclasses import dataclass

import httpx
from flask import Flask

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
    refresh_tokens: MemoryStore
    new_id: CountedIds

    @property
    def tokens(self) -> TokenIssuer:
        """Return the part of the server that makes and opens tokens."""
        return self.new_app().extensions[EXTENSION].tokens

    def new_app(self) -> Flask:
        """Return another app over the same clock, keys, ids and store."""
        return _app(self.clock, self.refresh_tokens, self.new_id)


_running: list[Course] = []


def start_course() -> Course:
    """Start the token server, in place of one started before; clock, keys and ids are fixed."""
    _running[:] = [new_course("course")]
    return _running[0]


def new_course(name: str) -> Course:
    """Start another server of the same kind, in place of one started under that name."""
    clock, refresh_tokens, new_id = ManualClock(START), MemoryStore(), CountedIds()
    server = EmbeddedServer(_app(clock, refresh_tokens, new_id), name=name).start()
    # A proxy named in the environment would not find 127.0.0.1 on this machine.
    client = httpx.Client(base_url=server.url, trust_env=False)
    return Course(server, client, clock, refresh_tokens, new_id)


def running_course() -> Course | None:
    """Return the course that was started last, or None before the first."""
    return _running[0] if _running else None


def _app(clock: ManualClock, refresh_tokens: MemoryStore, new_id: CountedIds) -> Flask:
    return create_app(clock=clock, keys=LESSON_KEYS, new_id=new_id, refresh_tokens=refresh_tokens)

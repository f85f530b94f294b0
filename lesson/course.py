"""The course's own token server: real HTTP, and the same tokens every time."""

from dataclasses import dataclass

import httpx
from flask import Flask

from server import CountedIds, EmbeddedServer, Keys, ManualClock, MemoryStore, create_app

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

    def new_app(self) -> Flask:
        """Return another app over the same clock, keys, ids and store."""
        return _app(self.clock, self.refresh_tokens, self.new_id)


_running: list[Course] = []


def start_course() -> Course:
    """Start the token server, in place of one started before; clock, keys and ids are fixed."""
    clock, refresh_tokens, new_id = ManualClock(START), MemoryStore(), CountedIds()
    server = EmbeddedServer(_app(clock, refresh_tokens, new_id), name="course").start()
    # A proxy named in the environment would not find 127.0.0.1 on this machine.
    client = httpx.Client(base_url=server.url, trust_env=False)
    _running[:] = [Course(server, client, clock, refresh_tokens, new_id)]
    return _running[0]


def running_course() -> Course | None:
    """Return the course that was started last, or None before the first."""
    return _running[0] if _running else None


def _app(clock: ManualClock, refresh_tokens: MemoryStore, new_id: CountedIds) -> Flask:
    return create_app(clock=clock, keys=LESSON_KEYS, new_id=new_id, refresh_tokens=refresh_tokens)

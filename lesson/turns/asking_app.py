"""An app that a learner wrote, a course server of its own to ask, and what the app asked of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from examiner.workbench import PASSWORDS
from lesson.course import Course, new_course
from lesson.turns.turn import NotYet, errors_told

MOST = 20  # requests in one call; an app that asks more often does not end


class Endless(BaseException):
    """Raised inside an app that asks without end; no `except Exception` of its own catches it."""


class AskingApp:
    """Call an app with a client and tokens; keep the requests and answers of the last call."""

    def __init__(self, course: Course, written: Callable) -> None:
        self.course, self._written = course, written
        self.asked: list[httpx.Request] = []
        self.answers: list[httpx.Response] = []
        self._client = course.client
        self._client.event_hooks = {"request": [self._asks], "response": [self.answers.append]}

    def log_in(self) -> dict[str, str]:
        """Return both tokens of a new session of Alice's."""
        name = {"username": "alice", "password": PASSWORDS["alice"]}
        return self.course.client.post("/login", json=name).json()

    def call(self, tokens: dict[str, str], when: str) -> Any:
        """Return what the app returns; raise NotYet where it raises, or does not stop asking."""
        self.asked.clear()
        self.answers.clear()
        try:
            with errors_told(f"{when}: your function"):
                return self._written(self._client, tokens)
        except Endless:
            raise NotYet(f"{when}: your function sent {MOST} requests and did not stop.") from None

    def is_open_to(self, access_token: Any) -> bool:
        """Return whether a token opens a page."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.course.client.get("/me", headers=headers).is_success

    def lose_the_server(self) -> None:
        """Stop the server; what the app sends from now on gets no answer."""
        url, hooks = self.course.server.url, self._client.event_hooks
        self.course.server.stop()
        # A connection that is open already would still be answered.
        self._client.close()
        self._client = httpx.Client(base_url=url, trust_env=False, event_hooks=hooks)

    def close(self) -> None:
        """Stop the server, if it runs, and end all connections."""
        self.course.server.stop()
        self._client.close()

    def _asks(self, request: httpx.Request) -> None:
        if len(self.asked) == MOST:
            raise Endless
        self.asked.append(request)


@contextmanager
def asking(written: Callable) -> Iterator[AskingApp]:
    """Start a course server for an app to ask, and stop it at the end."""
    course = new_course("your turn")
    app = AskingApp(course, written)
    try:
        yield app
    finally:
        app.close()

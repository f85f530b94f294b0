"""An app around what a learner wrote, served and asked over HTTP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
from flask import Flask

from examiner.workbench import PASSWORDS, build_app, users
from lesson.course import Course, new_course
from lesson.families import Families
from lesson.turns.turn import PATIENCE, NotYet, told
from server import EmbeddedServer


class AskedApp:
    """Ask a running app; tokens are R1, R2, … in the order in which they came."""

    def __init__(self, client: httpx.Client, app: Flask) -> None:
        self._client = client
        self._names: dict[str, str] = {}
        self._errors: list[BaseException] = []
        app.log_exception = lambda info: self._errors.append(info[1])

    def log_in(self, user: str) -> str:
        """Return the refresh token of a new session."""
        name = {"username": user, "password": PASSWORDS[user]}
        return self.new_token(self.ask("POST", "/login", name), f"the log-in of {user}")

    def refresh(self, token: str, why: str = "") -> str:
        """Return the successor of a token that must be live; `why` says what it is."""
        answer = self.ask("POST", "/token", {"token": token})
        new = self.new_token(answer, f"{self.name(token)} {why}".rstrip())
        self.open_page(answer.json().get("accessToken"), self.name(token))
        return new

    def new_token(self, answer: httpx.Response, sent: str) -> str:
        """Return the refresh token of an answer, which has a name from here on."""
        if not answer.is_success:
            raise NotYet(f"{sent} got {self.came(answer)}; expected was 200 with two tokens.")
        new = answer.json().get("refreshToken")
        if not isinstance(new, str):
            raise NotYet(f"the answer to {sent} has no refreshToken that is text.")
        if new in self._names:
            raise NotYet(f"the answer to {sent} brought {self._names[new]} again, and no new one.")
        self._names[new] = f"R{len(self._names) + 1}"
        return new

    def open_page(self, access_token: str | None, sent: str) -> None:
        """Raise NotYet where an access token opens no page."""
        headers = {"Authorization": f"Bearer {access_token}"}
        if not self._client.get("/me", headers=headers).is_success:
            raise NotYet(f"the answer to {sent} has no accessToken that opens /me.")

    def is_served(self, token: str, why: str) -> None:
        """Raise NotYet where a token is not answered with 200; `why` says what it is."""
        answer = self.ask("POST", "/token", {"token": token})
        if answer.status_code != 200:
            raise NotYet(f"{self.name(token)} {why} got {self.came(answer)}; expected was 200.")

    def is_refused(self, token: str, why: str) -> None:
        """Raise NotYet where a token is not answered with 403; `why` says what it is."""
        answer = self.ask("POST", "/token", {"token": token})
        if answer.status_code != 403:
            raise NotYet(f"{self.name(token)} {why} got {self.came(answer)}; expected was 403.")

    def log_out(self, token: str, why: str = "") -> None:
        """Log out with a token, known or not; `why` says what it is."""
        answer = self.ask("DELETE", "/logout", {"token": token})
        if answer.status_code != 204:
            name = f"{self.name(token)} {why}".rstrip()
            raise NotYet(f"log-out with {name} got {self.came(answer)}, and not 204.")

    def name(self, token: str) -> str:
        """Return the name of a token that came from this app, or words for another one."""
        return self._names.get(token, "a made-up token")

    def ask(
        self, method: str, path: str, body: dict[str, str], headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Return the answer to a request; raise NotYet where none comes."""
        self._errors.clear()
        try:
            return self._client.request(method, path, json=body, headers=headers)
        except httpx.TimeoutException:
            raise NotYet(
                f"{method} {path} got no answer in {PATIENCE} seconds: look for a loop that never "
                "ends, or a lock that is not given back."
            ) from None

    def came(self, answer: httpx.Response) -> str:
        """Return the status, and the error behind a 500."""
        behind = [f" ({told(error)})" for error in self._errors[-1:]]
        return f"{answer.status_code}{''.join(behind)}"


@contextmanager
def asked(written: Callable) -> Iterator[AskedApp]:
    """Serve the app around the notebook in which a function was written, and ask it."""
    users.reset()
    with served(build_app(written.__globals__)) as app:
        yield app


@contextmanager
def served(app: Flask) -> Iterator[AskedApp]:
    """Serve an app, and ask it."""
    with (
        EmbeddedServer(app, "your turn") as server,
        httpx.Client(base_url=server.url, trust_env=False, timeout=PATIENCE) as client,
    ):
        yield AskedApp(client, app)


@contextmanager
def asked_course(view: Callable, store: Families) -> Iterator[tuple[AskedApp, Course]]:
    """Put a view and a store into a course server of their own, and ask it.

    While it is asked, it is also what the view's notebook calls `course`.
    """
    course = new_course("your turn", store)
    course.mount(view)
    scope = view.__globals__
    own, scope["course"] = scope.get("course"), course
    try:
        yield AskedApp(course.client, course.server.app), course
    finally:
        scope["course"] = own
        course.server.stop()

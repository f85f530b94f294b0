"""One request of a client as it arrived, and the answer that a script has for it."""

import json
from dataclasses import dataclass
from typing import Any

TOKEN_PATH = "/token"


@dataclass(frozen=True)
class ScriptedAnswer:
    """Hold what goes back.

    Where it is `dropped` the connection closes instead; where it is `late` the client times out.
    `location` is where a redirect leads.
    """

    status: int = 200
    body: Any = None
    kind: str = "application/json"
    dropped: bool = False
    late: bool = False
    location: str = ""

    def __str__(self) -> str:
        if self.dropped:
            return "the connection closes"
        return "too late, the client has given up" if self.late else str(self.status)


def refusal(status: int) -> ScriptedAnswer:
    """Return an answer of that status with one sentence of JSON."""
    return ScriptedAnswer(status, {"error": f"This answer has the status {status}."})


DROPPED = ScriptedAnswer(dropped=True)
LATE = ScriptedAnswer(504, {"error": "This answer comes too late."}, late=True)
PORTAL = ScriptedAnswer(
    200, "<h1>Wi-Fi on this train: please accept our terms</h1>", kind="text/html"
)


@dataclass
class Request:
    """Hold one request; `vault` are the tokens in the vault as it left, None where it was not told.

    `endless` says that it waits for its answer for ever. Names of headers are lower-case. `answer`
    is None while the request waits.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: str
    vault: tuple[str | None, str | None] | None = None
    endless: bool = False
    answer: ScriptedAnswer | None = None

    @property
    def is_refresh(self) -> bool:
        """Return whether it asks for new tokens."""
        return self.path.partition("?")[0] == TOKEN_PATH

    @property
    def access(self) -> str | None:
        """Return the token in its Authorization header (RFC 6750, section 2.1)."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    @property
    def refresh(self) -> str | None:
        """Return the token in a body {"token": …}, None where there is no text."""
        try:
            token = json.loads(self.body)["token"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        return token if isinstance(token, str) else None

    def shows(self, token: str, *, body: bool = True) -> bool:
        """Return whether a token stands anywhere in it; leave out the body where asked to."""
        texts = [self.path, *self.headers.values(), *([self.body] if body else [])]
        return any(token in text for text in texts)

    def told(self) -> str:
        """Return the request and its answer as one line."""
        kind, token = ("refresh", self.refresh) if self.is_refresh else ("access", self.access)
        sent = token or f"no {kind} token"
        return f"{self.method} {self.path}, {sent} → {self.answer or 'waits'}"

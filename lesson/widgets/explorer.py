"""The concept-flow explorer: a whole session as a picture that is alive."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import httpx
import traitlets

from lesson.charting.drawing import Line, Shape, as_image, draw
from lesson.course import Course, new_course
from lesson.read_token import read_token
from lesson.scenarios import tamper
from lesson.show import short
from lesson.widgets.buttons import ButtonWidget
from lesson.widgets.front_end import es_module, style_sheet
from server.tokens import DAY, MINUTE

ALICE = {"username": "alice", "password": "wonderland"}
SHAPES = [
    Shape("start", "1", "", "The user logs in", 0, 0),
    Shape("action", "2", "", "The server issues both tokens", 0, 1),
    Shape("action", "3", "", "The app calls with the access token", 0, 2),
    Shape("check", "4", "", "Has it expired?", 0, 3),
    Shape("action", "5", "", "The app sends the refresh token", 1, 3),
    Shape("check", "6", "", "In the store, signature and date good?", 2, 3),
    Shape("action", "7", "", "A new access token is issued", 2, 2),
    Shape("exit", "8", "", "The user must log in again", 2, 4),
]
LINES = [
    Line(0, 1),
    Line(1, 2),
    Line(2, 3),
    Line(3, 2, "no"),
    Line(3, 4, "yes"),
    Line(4, 5),
    Line(5, 6, "yes"),
    Line(6, 2),
    Line(5, 7, "no"),
    Line(7, 0),
]
LABELS = {
    "login": "Log in",
    "me": "Call /me",
    "refresh": "Refresh",
    "logout": "Log out",
    "minute": "Let 1 minute pass",
    "five": "Let 5 minutes pass",
    "month": "Let 30 days pass",
    "tamper": "Tamper with the refresh token",
}
UNITS = {"day": DAY, "hour": 60 * MINUTE, "minute": MINUTE, "second": 1}
NO_TOKEN = "There is no token yet: log in first."


class Explorer(ButtonWidget):
    """Let Alice's session be played with buttons; each request is a real one."""

    _esm = es_module("explorer.js")
    _css = style_sheet("explorer.css")
    drawing = traitlets.Unicode().tag(sync=True)
    words = traitlets.List().tag(sync=True)

    def __init__(self) -> None:
        drawing = draw(SHAPES, LINES, "The refresh-token flow, from log-in to log-in")
        super().__init__(Session(new_course("explorer")), LABELS, drawing=drawing, words=in_words())

    def as_html(self) -> str:
        """Return the picture, and the same in words."""
        svg = draw(SHAPES, LINES, "The refresh-token flow", alone=True)
        lines = [line for _, line in in_words()]
        items = "".join(f"<li>{line}</li>" for line in lines)
        return f"{as_image(svg, 'The refresh-token flow. ' + '; '.join(lines))}\n<ul>{items}</ul>"

    def as_text(self) -> str:
        """Return the flow in words."""
        return "\n".join(line for _, line in in_words())


def in_words() -> list[tuple[int, str]]:
    """Return the flow as sentences, each with the number of its box: where it leads."""
    return [(number, _sentence(number, shape)) for number, shape in enumerate(SHAPES)]


def _sentence(number: int, shape: Shape) -> str:
    ways = [
        f"{line.text + ': ' if line.text else ''}{SHAPES[line.target].number}"
        for line in LINES
        if line.source == number
    ]
    return f"{shape.number} {shape.text} → {'; '.join(ways)}"


class Session:
    """Hold what Alice's app holds, and what happened to it so far."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.access_token: str | None = None
        self.refresh_token: str | None = None
        self.tampered = False
        self.walked: list[int] = []
        self.log: list[str] = []
        self.says = "Nothing has happened yet. Alice logs in first."

    def do(self, name: str) -> None:
        """Do what a button says, or tell why it cannot be done."""
        reason = self.blocked().get(name)
        if reason:
            self.says = reason
        elif name in ACTIONS:
            ACTIONS[name](self)

    def blocked(self) -> dict[str, str]:
        """Return action → reason for each action that makes no sense now."""
        needs_access = {} if self.access_token else {"me": NO_TOKEN}
        if self.refresh_token:
            return needs_access
        return {**needs_access, **dict.fromkeys(("refresh", "logout", "tamper"), NO_TOKEN)}

    def state(self) -> dict[str, Any]:
        """Return everything the browser shows, as plain data."""
        now = self.course.clock.now()
        return {
            "says": self.says,
            "walked": self.walked,
            "clock": time.strftime("%d %B %Y, %H:%M:%S", time.gmtime(now)),
            "tokens": [
                self._token("access token", self.access_token, 5 * MINUTE),
                self._token("refresh token", self.refresh_token, 30 * DAY),
            ],
            "log": self.log,
            "blocked": self.blocked(),
        }

    def log_in(self) -> None:
        """Send name and password."""
        tokens = self._send("POST", "/login", json=ALICE).json()
        self.access_token, self.refresh_token = tokens["accessToken"], tokens["refreshToken"]
        self.tampered = False
        self._walk("Alice has both tokens.", 0, 1)

    def call(self) -> None:
        """Call /me with the access token."""
        headers = {"Authorization": f"Bearer {self.access_token}"}
        answer = self._send("GET", "/me", headers=headers)
        if answer.is_success:
            self._walk("The access token is good: Alice sees her page.", 2, 3, 2)
        else:
            self._walk("The access token has expired: it is time to refresh.", 2, 3)

    def refresh(self) -> None:
        """Trade the refresh token for a new access token."""
        answer = self._send("POST", "/token", json={"token": self.refresh_token})
        if answer.is_success:
            self.access_token = answer.json()["accessToken"]
            self._walk("A new access token, and the same refresh token as before.", 4, 5, 6)
        else:
            self._walk("The refresh token is refused: Alice must log in again.", 4, 5, 7)

    def log_out(self) -> None:
        """Have the server forget the refresh token."""
        held = self.refresh_token in self.course.refresh_tokens
        self._send("DELETE", "/logout", json={"token": self.refresh_token})
        if held and self.refresh_token not in self.course.refresh_tokens:
            alive = " The access token lives on." if self._left(self.access_token) else ""
            self._walk(f"The store forgot the refresh token.{alive}", 7)
        elif self.tampered:
            self._walk("The signature is wrong, so nothing ended. The answer is 204 all the same.")
        elif not self._left(self.refresh_token):
            self._walk("The refresh token has expired, so there was nothing to end.")
        else:
            self._walk("The store had forgotten this token already.")

    def wait(self, words: str, **amount: int) -> None:
        """Move the server's clock."""
        self.course.clock.advance(**amount)
        self.says = f"{words} went by. No request was sent: the server does not notice."

    def tamper(self) -> None:
        """Change one letter of the refresh token, in the app's own memory."""
        self.refresh_token = tamper(self.refresh_token)
        self.tampered = True
        self.says = "One letter of the signature is another one now. Nobody has noticed yet."

    def _send(self, method: str, path: str, **content: Any) -> httpx.Response:
        answer = self.course.client.request(method, path, **content)
        phrase = HTTPStatus(answer.status_code).phrase
        self.log = [*self.log, f"{method} {path} → {answer.status_code} {phrase}"]
        return answer

    def _walk(self, says: str, *nodes: int) -> None:
        self.says, self.walked = says, list(nodes)

    def _left(self, token: str) -> int:
        """Return how many seconds a token has to live."""
        return max(0, int(read_token(token).claims["exp"] - self.course.clock.now()))

    def _token(self, name: str, token: str | None, life: int) -> dict[str, Any]:
        if token is None:
            return {"name": name, "text": "none yet", "left": 0, "life": life, "words": ""}
        left = self._left(token)
        words = f"{_duration(left)} left of {_duration(life)}" if left else "expired"
        return {"name": name, "text": short(token), "left": left, "life": life, "words": words}


ACTIONS: dict[str, Callable[[Session], None]] = {
    "login": Session.log_in,
    "me": Session.call,
    "refresh": Session.refresh,
    "logout": Session.log_out,
    "minute": lambda session: session.wait("One minute", minutes=1),
    "five": lambda session: session.wait("Five minutes", minutes=5),
    "month": lambda session: session.wait("Thirty days", days=30),
    "tamper": Session.tamper,
}


def _duration(seconds: int) -> str:
    """Return a duration in its two largest units."""
    parts = []
    for name, unit in UNITS.items():
        count, seconds = divmod(seconds, unit)
        if count:
            parts.append(f"{count} {name}{'s' * (count != 1)}")
    return " ".join(parts[:2])

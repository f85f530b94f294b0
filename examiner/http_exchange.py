"""Write down what was sent and what came back, with tokens named R1, A1, … in order."""

import itertools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

SHOWN_CHARACTERS = 24
SHORTEST_TOKEN = 6
SECRET = re.compile(r"([\w+/=-]{6})[\w+/=-]{26,}")  # no name in a program is that long
TOLD = ("username", "token", "accessToken", "refreshToken", "user", "role", "error")


@dataclass(frozen=True)
class Answer:
    """Hold the status and the body of an answer; `members` is empty where it is no JSON object."""

    status: int
    text: str
    crash: str = ""

    @cached_property
    def members(self) -> dict[str, Any]:
        """Return the members of the JSON object."""
        try:
            found = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def access(self) -> Any:
        """Return the access token, or whatever stands there."""
        return self.members.get("accessToken")

    @property
    def refresh(self) -> Any:
        """Return the refresh token, or whatever stands there."""
        return self.members.get("refreshToken")

    @property
    def has_refresh(self) -> bool:
        """Return whether that is a text which can be a token, and not blank."""
        return isinstance(self.refresh, str) and bool(self.refresh.strip())

    def __str__(self) -> str:
        return f"{self.status} ({self.crash})" if self.crash else str(self.status)


class Exchange:
    """Collect lines such as: POST /token {"token": R1} → 200 {accessToken: A2, refreshToken: R2}

    A line is made when somebody wants it, with the names that were known when it was added: most
    are never read.
    """

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._numbers = {"A": itertools.count(1), "R": itertools.count(1)}
        self._lines: list[Callable[[], str]] = []

    @property
    def lines(self) -> list[str]:
        """Return what was said so far."""
        return [line() for line in self._lines]

    def add(self, request: str, body: Any, answer: Answer) -> None:
        """Write a request and its answer down."""
        before = len(self._names)
        self._learn(answer)
        known = before, len(self._names)
        self._lines.append(lambda: self._line(request, body, answer, *known))

    def note(self, line: str) -> None:
        """Write down what happened between two requests."""
        self._lines.append(lambda: line)

    def name(self, token: Any) -> str:
        """Return the name of a token that was handed out, else the shortened text."""
        return _name(token, self._names)

    def masked(self, text: str) -> str:
        """Return a text with names for the tokens in it, for an error may quote what was sent.

        What is new or cut in half has no name yet: whatever looks like a token is shortened.
        """
        return _masked(text, self._names)

    def _learn(self, answer: Answer) -> None:
        for letter, token in [("A", answer.access), ("R", answer.refresh)]:
            if isinstance(token, str) and token.strip() and token not in self._names:
                self._names[token] = f"{letter}{next(self._numbers[letter])}"

    def _line(self, request: str, body: Any, answer: Answer, before: int, after: int) -> str:
        """Return a line, for which so many tokens had names before and after the answer."""
        said = f" {_object(body, self._first(before), quoted=True)}" if body is not None else ""
        came = f" {_object(answer.members, self._first(after))}" if answer.members else ""
        crash = f" ({answer.crash})" if answer.crash else ""
        return f"{request}{said} → {answer.status}{crash or came}"

    def _first(self, count: int) -> dict[str, str]:
        return dict(itertools.islice(self._names.items(), count))


def _name(token: Any, names: Mapping[str, str]) -> str:
    if isinstance(token, str) and token in names:
        return names[token]
    text = repr(token) if isinstance(token, bytes) else json.dumps(token, ensure_ascii=False)
    text = _masked(text, names)
    text = text.encode(errors="replace").decode()  # half a surrogate pair cannot be shown
    if len(text) <= SHOWN_CHARACTERS:
        return text
    return f"{text[: SHOWN_CHARACTERS - 2]}…{text[-1]}"


def _masked(text: str, names: Mapping[str, str]) -> str:
    for token in sorted(names, key=len, reverse=True):
        if len(token) >= SHORTEST_TOKEN:  # a shorter one may be any word of a sentence
            text = text.replace(token, names[token])
    return SECRET.sub(r"\1…", text)


def _object(body: Any, names: Mapping[str, str], quoted: bool = False) -> str:
    if not isinstance(body, dict):
        return _name(body, names)
    quote = '"' if quoted else ""
    told = {key: value for key, value in body.items() if key in TOLD}
    members = (f"{quote}{key}{quote}: {_name(value, names)}" for key, value in told.items())
    rest = ["…"] if len(told) < len(body) else []
    return f"{{{', '.join([*members, *rest])}}}"

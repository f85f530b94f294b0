"""Write down what was sent and what came back, with tokens named R1, A1, … in order."""

import json
import re
from dataclasses import dataclass, field
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

    @property
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

    def __str__(self) -> str:
        return f"{self.status} ({self.crash})" if self.crash else str(self.status)


@dataclass
class Exchange:
    """Collect lines such as: POST /token {"token": R1} → 200 {accessToken: A2, refreshToken: R2}"""

    lines: list[str] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)

    def add(self, request: str, body: Any, answer: Answer) -> None:
        """Write a request and its answer down."""
        said = f" {self._object(body, quoted=True)}" if body is not None else ""
        self._learn(answer)
        came = f" {self._object(answer.members)}" if answer.members else ""
        crash = f" ({answer.crash})" if answer.crash else ""
        self.lines.append(f"{request}{said} → {answer.status}{crash or came}")

    def note(self, line: str) -> None:
        """Write down what happened between two requests."""
        self.lines.append(line)

    def name(self, token: Any) -> str:
        """Return the name of a token that was handed out, else the shortened text."""
        if isinstance(token, str) and token in self._names:
            return self._names[token]
        text = repr(token) if isinstance(token, bytes) else json.dumps(token, ensure_ascii=False)
        text = self.masked(text)
        text = text.encode(errors="replace").decode()  # half a surrogate pair cannot be shown
        if len(text) <= SHOWN_CHARACTERS:
            return text
        return f"{text[: SHOWN_CHARACTERS - 2]}…{text[-1]}"

    def masked(self, text: str) -> str:
        """Return a text with names for the tokens in it, for an error may quote what was sent.

        What is new or cut in half has no name yet: whatever looks like a token is shortened.
        """
        for token in sorted(self._names, key=len, reverse=True):
            if len(token) >= SHORTEST_TOKEN:  # a shorter one may be any word of a sentence
                text = text.replace(token, self._names[token])
        return SECRET.sub(r"\1…", text)

    def _learn(self, answer: Answer) -> None:
        for letter, token in [("A", answer.access), ("R", answer.refresh)]:
            if isinstance(token, str) and token not in self._names:
                count = sum(name.startswith(letter) for name in self._names.values())
                self._names[token] = f"{letter}{count + 1}"

    def _object(self, body: Any, quoted: bool = False) -> str:
        if not isinstance(body, dict):
            return self.name(body)
        quote = '"' if quoted else ""
        told = {key: value for key, value in body.items() if key in TOLD}
        members = (f"{quote}{key}{quote}: {self.name(value)}" for key, value in told.items())
        rest = ["…"] if len(told) < len(body) else []
        return f"{{{', '.join([*members, *rest])}}}"

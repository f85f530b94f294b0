"""What the examiner's side and the process with the app say to each other, a line of JSON each."""

import json
from typing import Any, NamedTuple

HOST = "127.0.0.1"
NO_REPLY = "What came is no reply of an app."


class AppRequest(NamedTuple):
    """Hold what a client sends: `body` is in Latin-1, `sender` the client's address.

    Since the request before, so many seconds have `passed`, and users have other `roles`.
    """

    method: str
    path: str
    body: str
    headers: dict[str, str]
    sender: str
    passed: float
    roles: dict[str, str]


class AppReply(NamedTuple):
    """Hold what an app answers, and in a sentence the `crash` that it answers so for, if any."""

    status: int
    text: str
    crash: str


def to_line(message: AppRequest | AppReply) -> bytes:
    """Return a message as one line of JSON."""
    return json.dumps(message._asdict()).encode() + b"\n"


def read_request(line: bytes) -> AppRequest:
    """Return the request of a line that `to_line` made."""
    return AppRequest(**json.loads(line.decode()))


def read_reply(line: bytes) -> AppReply:
    """Return the reply of a line; raise ValueError where a cell has written something else."""
    try:
        found: Any = AppReply(**json.loads(line.decode()))
    except (ValueError, TypeError, RecursionError):
        raise ValueError(NO_REPLY) from None
    kinds = AppReply.__annotations__.items()
    if not all(type(getattr(found, name)) is kind for name, kind in kinds):
        raise ValueError(NO_REPLY)
    return found

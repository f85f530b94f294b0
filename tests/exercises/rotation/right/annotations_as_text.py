"""A dataclass whose annotations are text, which it looks up in the module that it names."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from threading import Lock
from typing import ClassVar

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users


@dataclass
class Session:
    user: str
    born: float
    ended: bool = False
    past: set[bytes] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    by_hash: ClassVar[dict[bytes, Session]] = {}

    @staticmethod
    def digest(text: str) -> bytes:
        return hashlib.sha256(text.encode()).digest()

    @classmethod
    def find(cls, text: str) -> Session | None:
        return cls.by_hash.get(cls.digest(text))

    def issue(self) -> str:
        text = secrets.token_urlsafe()
        self.by_hash[self.digest(text)] = self
        return text

    def good(self) -> bool:
        in_time = clock.now() < self.born + SESSION_LIFETIME
        return not self.ended and in_time and users.is_active(self.user)

    def trade(self, text: str) -> str | None:
        with self.lock:
            if self.digest(text) in self.past:
                self.ended = True
            if not self.good():
                return None
            self.past.add(self.digest(text))
            return self.issue()

    def end(self) -> None:
        with self.lock:
            self.ended = True


def start_session(user: str) -> str:
    return Session(user, clock.now()).issue()


def token():
    text = sent_token()
    if text is None:
        return refuse(401, "No refresh token was sent.")
    session = Session.find(text)
    successor = session.trade(text) if session else None
    if successor is None:
        return refuse(403, "This refresh token does not work.")
    access = new_access_token(session.user, users.role(session.user))
    return jsonify(accessToken=access, refreshToken=successor)


def end_session(refresh_token: str) -> None:
    session = Session.find(refresh_token)
    if session:
        session.end()

"""What becomes of a refresh token when it is used: the seam, and the plain policy."""

from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from server.store import Store
from server.tokens import InactiveUser, TokenIssuer


class Refused(Exception):
    """Raised for a refresh token that is not good, for whatever reason: no answer tells which."""


class Inactive(Refused):
    """Raised for a refresh token whose user is not active; `claims` are the token's."""

    def __init__(self, claims: dict[str, Any]) -> None:
        super().__init__()
        self.claims = claims


class OtherClient(Refused):
    """Raised for a refresh token that was given to another client (RFC 6749 §10.4)."""


@dataclass(frozen=True)
class Session:
    """Hold whose refresh token it is, and which client's; `id` is None where none is kept."""

    user: str
    client: str
    id: str | None = None


class Policy(Protocol):
    """What the routes ask; `refresh`, `find`, `end` raise Refused for a token that is not good.

    A session is what a log-in begins; its chain of refresh tokens is a family.
    """

    def start(self, user: str, client: str) -> tuple[Session, str]: ...
    def refresh(self, refresh_token: str, client: str) -> tuple[Session, str]: ...
    def find(self, refresh_token: str) -> Session: ...
    def end(self, refresh_token: str, client: str) -> None: ...
    def end_all(self, user: str) -> None: ...
    def lives(self, session_id: str) -> bool: ...


class Plain:
    """Keep a refresh token good until it expires or its user logs out."""

    def __init__(self, issuer: TokenIssuer, store: Store) -> None:
        self._issuer, self._store = issuer, store

    def start(self, user: str, client: str) -> tuple[Session, str]:
        """Return a new session and its refresh token."""
        refresh_token = self._issuer.new_refresh_token(user, client)
        self._store.add(refresh_token, user)
        return Session(user, client), refresh_token

    def refresh(self, refresh_token: str, client: str) -> tuple[Session, str]:
        """Return the session and the same token; the lesson's /token spells these checks out."""
        session = self.find(refresh_token)
        check_client(session.client, client)
        return session, refresh_token

    def find(self, refresh_token: str) -> Session:
        """Return the session of a token that is live and in the store."""
        if refresh_token not in self._store:
            raise Refused
        try:
            claims = opened(self._issuer, refresh_token)
        except Inactive:
            self._store.discard(refresh_token)
            raise
        return Session(claims["sub"], claims["client_id"])

    def end(self, refresh_token: str, client: str) -> None:
        """Forget a token; one that is not known counts as forgotten (RFC 7009 §2.2)."""
        # Opened first: whoever makes a token up ends nobody's session.
        check_client(opened(self._issuer, refresh_token)["client_id"], client)
        self._store.discard(refresh_token)

    def end_all(self, user: str) -> None:
        """Forget all tokens of a user."""
        self._store.discard_all(user)

    def lives(self, session_id: str) -> bool:
        """Return True: this policy keeps no sessions, so it can end none."""
        return True


def opened(issuer: TokenIssuer, refresh_token: str) -> dict[str, Any]:
    """Return the claims of a refresh token; raise Refused for anything but a live one.

    Raises Inactive where nothing but its user is the matter.
    """
    try:
        return issuer.open_refresh_token(refresh_token)
    except InactiveUser as error:
        raise Inactive(error.claims) from error
    except jwt.PyJWTError as error:
        raise Refused from error


def check_client(owner: str, client: str) -> None:
    """Raise OtherClient unless the client is the one that the token was given to."""
    if owner != client:
        raise OtherClient

"""Rotation: each refresh token is good once, and a second use ends the session it belongs to.

A session is a family of refresh tokens (RFC 9700 §4.14.2). Its id and the time of its log-in
stand in each token, under the signature; the store knows the family's one current token. Whoever
comes with another one holds a copy of a spent token.
"""

import logging
import secrets
from typing import Any

from server.families import Families
from server.policy import Inactive, Refused, Session, check_client, opened
from server.store import token_hash
from server.tokens import DAY, TokenIssuer

logger = logging.getLogger(__name__)
logger.addHandler(logging.NullHandler())  # else Python writes warnings to stderr


class Rotation:
    """Replace the refresh token at each use; lifetimes are in seconds.

    A token expires when it is not used for `idle_lifetime`; a session ends `session_lifetime`
    after its log-in, however often it is refreshed (ASVS 10.4.8).
    """

    def __init__(
        self,
        issuer: TokenIssuer,
        families: Families,
        idle_lifetime: int = 7 * DAY,
        session_lifetime: int = 30 * DAY,
    ) -> None:
        self._issuer, self._families = issuer, families
        self._idle_lifetime, self._session_lifetime = idle_lifetime, session_lifetime

    def start(self, user: str, client: str) -> tuple[Session, str]:
        """Return a new family and its first refresh token; forget families that have expired."""
        now = int(self._issuer.clock.now())
        session = Session(user, client, secrets.token_urlsafe(16))
        token, expires_at = self._mint(session, auth_time=now)
        # An access token may outlive its family by a moment, and introspection asks for both.
        self._families.sweep(now - self._issuer.access_lifetime)
        self._families.start(session, token_hash(token), expires_at)
        return session, token

    def refresh(self, refresh_token: str, client: str) -> tuple[Session, str]:
        """Spend a token and return its session with the next one."""
        claims, session = self._open(refresh_token)
        check_client(session.client, client)
        token, expires_at = self._mint(session, claims["auth_time"])
        old, new = token_hash(refresh_token), token_hash(token)
        if not self._families.replace(session.id, old, new, expires_at):
            self._end_on_reuse(session)
            raise Refused
        return session, token

    def find(self, refresh_token: str) -> Session:
        """Return the session of a token that is live and not spent."""
        _, session = self._open(refresh_token)
        if not self._families.is_current(session.id, token_hash(refresh_token)):
            raise Refused
        return session

    def end(self, refresh_token: str, client: str) -> None:
        """End the family of a token, also of one that is spent: a stale tab logs out as well."""
        _, session = self._open(refresh_token)
        check_client(session.client, client)
        self._families.end(session.id, "log-out")

    def end_all(self, user: str) -> None:
        """End all families of a user."""
        self._families.end_all(user, "deactivation")

    def lives(self, session_id: str) -> bool:
        """Return whether a family has neither ended nor been forgotten."""
        return self._families.is_live(session_id)

    def _mint(self, session: Session, auth_time: int) -> tuple[str, int]:
        """Return a token and when it expires: when idle, or with its session."""
        left = auth_time + self._session_lifetime - int(self._issuer.clock.now())
        lifetime = min(self._idle_lifetime, left)
        more = {"sid": session.id, "auth_time": auth_time}
        token = self._issuer.new_refresh_token(session.user, session.client, lifetime, more)
        return token, int(self._issuer.clock.now()) + lifetime

    def _open(self, refresh_token: str) -> tuple[dict[str, Any], Session]:
        try:
            claims = opened(self._issuer, refresh_token)
        except Inactive as error:
            # Whoever keeps the users may know of no hook: enabled again, they start anew as well.
            self._families.end(error.claims.get("sid", ""), "deactivation")
            raise
        if "sid" not in claims:  # signed before this server rotated
            raise Refused
        return claims, Session(claims["sub"], claims["client_id"], claims["sid"])

    def _end_on_reuse(self, session: Session) -> None:
        """End the family before anybody is refused, so that no refusal can undo it."""
        if self._families.end(session.id, "reuse"):
            # The id is no secret: without the key nobody can write it into a token.
            logger.warning("A spent refresh token came back: session %s has ended.", session.id)

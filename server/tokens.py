"""Make and open the two kinds of JWT."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import jwt

from server.ids import random_id
from server.keys import Keys
from server.users import Users

ISSUER = "https://tokens.example"
ALGORITHM = "HS256"
CLIENT = "course-client"  # the lesson's own wire names no client, and this is it
MINUTE = 60
DAY = 24 * 60 * MINUTE


class Clock(Protocol):
    """Anything that tells the time in seconds since 1970-01-01 UTC."""

    def now(self) -> float: ...


@dataclass(frozen=True)
class Kind:
    """Hold what tells one kind of token from the other (RFC 8725 §3.11, §3.12)."""

    typ: str
    audience: str


ACCESS = Kind(typ="at+jwt", audience="https://api.example")
REFRESH = Kind(typ="rt+jwt", audience="https://tokens.example/token")


class InactiveUser(jwt.InvalidTokenError):
    """Raised for a good refresh token whose user is disabled or deleted; `claims` are its own."""

    def __init__(self, claims: dict[str, Any]) -> None:
        super().__init__("The user is not active.")
        self.claims = claims


@dataclass(frozen=True)
class TokenIssuer:
    """Make and open tokens; lifetimes are in seconds."""

    keys: Keys
    clock: Clock
    new_id: Callable[[], str] = random_id
    users: Users = field(default_factory=Users)
    access_lifetime: int = 5 * MINUTE
    refresh_lifetime: int = 30 * DAY

    def new_access_token(self, user: str, client: str = CLIENT, session: str | None = None) -> str:
        """Return a signed access token that names `user` and the role of this moment."""
        more = {"sid": session} if session else {}
        claims = {"client_id": client, "role": self.users.role(user), **more}
        return self._sign(user, ACCESS, self.keys.access, self.access_lifetime, claims)

    def new_refresh_token(
        self,
        user: str,
        client: str = CLIENT,
        lifetime: int | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> str:
        """Return a signed refresh token that names `user`; `more` are further claims."""
        lifetime = self.refresh_lifetime if lifetime is None else lifetime
        claims = {"client_id": client, **(more or {})}
        return self._sign(user, REFRESH, self.keys.refresh, lifetime, claims)

    def open_access_token(self, token: str) -> dict[str, Any]:
        """Return the claims; raise jwt.PyJWTError for anything but a live access token."""
        return self._open(token, ACCESS, self.keys.access)

    def open_refresh_token(self, token: str) -> dict[str, Any]:
        """Return the claims; raise jwt.PyJWTError for anything but a live refresh token.

        That of a disabled or deleted user is not live, and raises InactiveUser (ASVS 7.4.2).
        """
        claims = self._open(token, REFRESH, self.keys.refresh)
        if not self.users.is_active(claims["sub"]):
            raise InactiveUser(claims)
        return claims

    def _sign(
        self, user: str, kind: Kind, key: bytes, lifetime: int, more: Mapping[str, Any]
    ) -> str:
        now = int(self.clock.now())
        claims = {
            "iss": ISSUER,
            "sub": user,
            "aud": kind.audience,
            **more,
            "iat": now,
            "exp": now + lifetime,
            "jti": self.new_id(),
        }
        return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"typ": kind.typ})

    def _open(self, token: str, kind: Kind, key: bytes) -> dict[str, Any]:
        opened = jwt.decode_complete(
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=kind.audience,
            # PyJWT would read the machine's clock; ours is compared below.
            options={
                "require": ["iss", "sub", "aud", "client_id", "iat", "exp", "jti"],
                "verify_exp": False,
                "verify_iat": False,
            },
        )
        if opened["header"].get("typ") != kind.typ:
            raise jwt.InvalidTokenError(f"This is not a token of type {kind.typ}.")
        self._refuse_expired(opened["payload"])
        return opened["payload"]

    def _refuse_expired(self, claims: dict[str, Any]) -> None:
        """Raise jwt.ExpiredSignatureError on or after `exp` (RFC 7519 §4.1.4)."""
        if not isinstance(claims["exp"], int):
            raise jwt.DecodeError("The claim exp is not a whole number of seconds.")
        if self.clock.now() >= claims["exp"]:
            raise jwt.ExpiredSignatureError("The token has expired.")

"""Open a JWT without a key and tell its header and claims, one a row."""

import time
from typing import Any

import jwt

from examiner.mistake import Mistake

YEAR_9999 = 253_370_764_800  # in seconds since 1970; later dates have no name on every system
MEANING = {
    "alg": "how it is signed",
    "typ": "which kind of token it is",
    "iss": "who issued it",
    "sub": "the user it speaks for",
    "aud": "who may accept it",
    "client_id": "the app it was given to",
    "role": "what the user may do",
    "sid": "the session it belongs to",
    "auth_time": "when its user logged in",
    "iat": "issued at",
    "exp": "the moment at which it expires",
    "jti": "its own id",
}


class OpenedToken:
    """Hold header and claims of a token; a notebook displays them as a table."""

    def __init__(self, header: dict[str, Any], claims: dict[str, Any]) -> None:
        self.header = header
        self.claims = claims

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Return (part, name, value, meaning) for each member of header and claims."""
        parts = [("header", self.header), ("claim", self.claims)]
        return [
            (part, name, _value(name, value), MEANING.get(name, ""))
            for part, members in parts
            for name, value in members.items()
        ]

    def __repr__(self) -> str:
        return "\n".join(f"{row[0]:6}  {row[1]:9}  {row[2]:32}  {row[3]}" for row in self.rows())

    def _repr_markdown_(self) -> str:
        head = ["| part | name | value | meaning |", "|---|---|---|---|"]
        return "\n".join(head + [f"| {a} | `{b}` | `{c}` | {d} |" for a, b, c, d in self.rows()])


def read_token(token: str) -> OpenedToken:
    """Decode a token without checking its signature; raise Mistake where it is no JWT."""
    try:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        raise Mistake(
            "This is not a JWT: pass the whole token, three parts joined by two dots."
        ) from None
    return OpenedToken(header, claims)


def _value(name: str, value: object) -> str:
    if name in ("iat", "exp") and type(value) is int and 0 <= value < YEAR_9999:
        return time.strftime(f"{value} = %Y-%m-%d %H:%M:%S", time.gmtime(value))
    return str(value)

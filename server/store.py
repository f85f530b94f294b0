"""Where the server keeps the refresh tokens that are still good.

Both stores keep a hash and never the token, so whoever reads the store cannot log in
with what it holds (RFC 6819 §5.1.4.1.3).
"""

import hashlib
import os
from typing import Protocol

from server.database import Database


def token_hash(token: str) -> str:
    """Return the SHA-256, in hexadecimal, of what the token's signature covers.

    The signature itself stays out: base64 allows several spellings of one signature, and each
    would look like another token. A changed signature is for the signature check to refuse.
    """
    signed = token.rpartition(".")[0] or token
    return hashlib.sha256(signed.encode()).hexdigest()


class Store(Protocol):
    """What the views ask of a store of live refresh tokens."""

    def add(self, token: str, user: str) -> None: ...
    def discard(self, token: str) -> None: ...
    def discard_all(self, user: str) -> None: ...
    def rows(self) -> list[tuple[str, str]]: ...
    def __contains__(self, token: str) -> bool: ...
    def __len__(self) -> int: ...


class MemoryStore:
    """Keep live refresh tokens in memory, until the process ends."""

    def __init__(self) -> None:
        self._users: dict[str, str] = {}

    def add(self, token: str, user: str) -> None:
        """Remember that `token` is good and belongs to `user`."""
        self._users[token_hash(token)] = user

    def discard(self, token: str) -> None:
        """Forget `token`; do nothing where it is not known."""
        self._users.pop(token_hash(token), None)

    def discard_all(self, user: str) -> None:
        """Forget all tokens of a user."""
        for mark in [mark for mark, owner in self.rows() if owner == user]:
            self._users.pop(mark, None)

    def rows(self) -> list[tuple[str, str]]:
        """Return a (fingerprint, user) pair for each live token, oldest first."""
        return list(self._users.items())

    def __contains__(self, token: str) -> bool:
        return token_hash(token) in self._users

    def __len__(self) -> int:
        return len(self._users)

    def __repr__(self) -> str:
        return _summary(self)


class SQLiteStore:
    """Keep live refresh tokens in an SQLite file, so that a restart forgets none.

    Raises sqlite3.Error where the file cannot be opened or is no database.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._database = Database(
            path,
            "CREATE TABLE IF NOT EXISTS refresh_tokens (fingerprint TEXT PRIMARY KEY, user TEXT)",
        )
        self.rows()  # another program's table of this name fails now, not at the first log-in

    def add(self, token: str, user: str) -> None:
        """Remember that `token` is good and belongs to `user`."""
        self._database.run(
            "INSERT OR REPLACE INTO refresh_tokens VALUES (?, ?)", token_hash(token), user
        )

    def discard(self, token: str) -> None:
        """Forget `token`; do nothing where it is not known."""
        statement = "DELETE FROM refresh_tokens WHERE fingerprint = ?"
        self._database.run_for_good(statement, token_hash(token))

    def discard_all(self, user: str) -> None:
        """Forget all tokens of a user."""
        self._database.run_for_good("DELETE FROM refresh_tokens WHERE user = ?", user)

    def rows(self) -> list[tuple[str, str]]:
        """Return a (fingerprint, user) pair for each live token, oldest first."""
        return self._database.run("SELECT fingerprint, user FROM refresh_tokens ORDER BY rowid")

    def close(self) -> None:
        """Close the database file."""
        self._database.close()

    def __contains__(self, token: str) -> bool:
        query = "SELECT 1 FROM refresh_tokens WHERE fingerprint = ?"
        return bool(self._database.run(query, token_hash(token)))

    def __len__(self) -> int:
        return self._database.run("SELECT count(*) FROM refresh_tokens")[0][0]

    def __repr__(self) -> str:
        return _summary(self)


def _summary(store: Store) -> str:
    live = ", ".join(f"{mark[:8]}…: {user}" for mark, user in store.rows())
    return f"{type(store).__name__}({live})"

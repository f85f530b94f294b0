"""Where a rotating server keeps its families: one row a session, with its one current token.

Both stores keep a hash of that token and never the token (RFC 6819 §5.1.4.1.3). `replace`
asks and changes in one step, so that of many requests with one token one wins (ASVS 15.4.2).
"""

import os
import threading
from dataclasses import dataclass
from typing import Protocol

from server.database import Database
from server.policy import Session

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS families (id TEXT PRIMARY KEY, user TEXT, client TEXT, "
    "current TEXT, expires_at INTEGER, ended TEXT)",
    "CREATE INDEX IF NOT EXISTS families_by_expiry ON families (expires_at)",
)


class Families(Protocol):
    """What rotation asks of a store; `current`, `old` and `new` are hashes of tokens."""

    def start(self, session: Session, current: str, expires_at: int) -> None: ...
    def replace(self, family: str, old: str, new: str, expires_at: int) -> bool: ...
    def is_current(self, family: str, current: str) -> bool: ...
    def is_live(self, family: str) -> bool: ...
    def end(self, family: str, why: str) -> bool: ...
    def end_all(self, user: str, why: str) -> None: ...
    def sweep(self, now: float) -> None: ...


@dataclass
class Family:
    """Hold one session; `ended` says why it is over, and is None while it lives."""

    session: Session
    current: str
    expires_at: int
    ended: str | None = None


class MemoryFamilies:
    """Keep families in memory, until the process ends."""

    def __init__(self) -> None:
        self._families: dict[str, Family] = {}
        self._lock = threading.Lock()

    def start(self, session: Session, current: str, expires_at: int) -> None:
        """Remember a new family and its first token."""
        with self._lock:
            self._families[session.id] = Family(session, current, expires_at)

    def replace(self, family: str, old: str, new: str, expires_at: int) -> bool:
        """Make `new` the current token where `old` is it; return whether that was so."""
        with self._lock:
            found = self._live(family)
            if found is None or found.current != old:
                return False
            found.current, found.expires_at = new, expires_at
            return True

    def is_current(self, family: str, current: str) -> bool:
        """Return whether this is the current token of a live family."""
        with self._lock:
            found = self._live(family)
            return found is not None and found.current == current

    def is_live(self, family: str) -> bool:
        """Return whether the family is known and has not ended."""
        with self._lock:
            return self._live(family) is not None

    def end(self, family: str, why: str) -> bool:
        """End a family; return whether it was live until now."""
        with self._lock:
            found = self._live(family)
            if found is None:
                return False
            found.ended = why
            return True

    def end_all(self, user: str, why: str) -> None:
        """End all live families of a user."""
        with self._lock:
            for found in self._families.values():
                if found.session.user == user and found.ended is None:
                    found.ended = why

    def sweep(self, now: float) -> None:
        """Forget the families whose current token has expired."""
        with self._lock:
            kept = {name: f for name, f in self._families.items() if f.expires_at > now}
            self._families = kept

    def __len__(self) -> int:
        return len(self._families)

    def _live(self, family: str) -> Family | None:
        found = self._families.get(family)
        return found if found and found.ended is None else None


class SQLiteFamilies:
    """Keep families in an SQLite file that several processes may share.

    Raises sqlite3.Error where the file cannot be opened or is no database.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._database = Database(path, *SCHEMA)
        self.is_live("")  # another program's table of this name fails now, not at a log-in

    def start(self, session: Session, current: str, expires_at: int) -> None:
        """Remember a new family and its first token."""
        row = (session.id, session.user, session.client, current, expires_at)
        self._database.run("INSERT INTO families VALUES (?, ?, ?, ?, ?, NULL)", *row)

    def replace(self, family: str, old: str, new: str, expires_at: int) -> bool:
        """Make `new` the current token where `old` is it; return whether that was so."""
        statement = (
            "UPDATE families SET current = ?, expires_at = ? "
            "WHERE id = ? AND current = ? AND ended IS NULL RETURNING id"
        )
        return bool(self._database.run(statement, new, expires_at, family, old))

    def is_current(self, family: str, current: str) -> bool:
        """Return whether this is the current token of a live family."""
        query = "SELECT 1 FROM families WHERE id = ? AND current = ? AND ended IS NULL"
        return bool(self._database.run(query, family, current))

    def is_live(self, family: str) -> bool:
        """Return whether the family is known and has not ended."""
        query = "SELECT 1 FROM families WHERE id = ? AND ended IS NULL"
        return bool(self._database.run(query, family))

    def end(self, family: str, why: str) -> bool:
        """End a family; return whether it was live until now."""
        statement = "UPDATE families SET ended = ? WHERE id = ? AND ended IS NULL RETURNING id"
        return bool(self._database.run_for_good(statement, why, family))

    def end_all(self, user: str, why: str) -> None:
        """End all live families of a user."""
        statement = "UPDATE families SET ended = ? WHERE user = ? AND ended IS NULL"
        self._database.run_for_good(statement, why, user)

    def sweep(self, now: float) -> None:
        """Forget the families whose current token has expired."""
        self._database.run("DELETE FROM families WHERE expires_at <= ?", now)

    def close(self) -> None:
        """Close the database file."""
        self._database.close()

    def __len__(self) -> int:
        return self._database.run("SELECT count(*) FROM families")[0][0]

"""One SQLite file for many threads, and for several processes."""

import os
import sqlite3
import threading

Value = str | float | None


class Database:
    """Hold one connection and a lock around it; each statement is a transaction of its own.

    Raises sqlite3.Error where the file cannot be opened or is no database.
    """

    def __init__(self, path: str | os.PathLike[str], *schema: str) -> None:
        # Werkzeug starts a thread a request: one shared connection, one lock around it.
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.run("PRAGMA journal_mode = WAL")
        for statement in schema:
            self.run(statement)

    def run(self, statement: str, *values: Value) -> list[tuple]:
        """Run one statement and return its rows."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def close(self) -> None:
        """Close the database file."""
        self._connection.close()

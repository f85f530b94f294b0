"""One SQLite file for many threads, and for several processes."""

import os
import sqlite3
import threading
import time

Value = str | float | None
PATIENCE = 5  # seconds to wait for another program's lock, which is sqlite3's own default


class Database:
    """Hold one connection and a lock around it; each statement is a transaction of its own.

    What `run` writes survives the process's sudden death. A power cut may undo the last of it, but
    nothing that came before a `run_for_good`. Raises sqlite3.Error where the file cannot be opened
    or is no database.
    """

    def __init__(self, path: str | os.PathLike[str], *schema: str) -> None:
        # Werkzeug starts a thread a request: one shared connection, one lock around it.
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        self._write_ahead()
        # To wait for the disk at each refresh takes longer than all the rest of it.
        self.run("PRAGMA synchronous = NORMAL")
        for statement in schema:
            self.run(statement)

    def run(self, statement: str, *values: Value) -> list[tuple]:
        """Run one statement and return its rows."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def run_for_good(self, statement: str, *values: Value) -> list[tuple]:
        """Run one statement, wait until the disk has it and all before it, and return its rows."""
        with self._lock:
            self._connection.execute("PRAGMA synchronous = FULL")
            try:
                return self._connection.execute(statement, values).fetchall()
            finally:
                self._connection.execute("PRAGMA synchronous = NORMAL")

    def close(self) -> None:
        """Close the database file."""
        self._connection.close()

    def _write_ahead(self) -> None:
        """Let readers and a writer work side by side; several processes may be first at once."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.run("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:  # for this lock SQLite itself never waits
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
            time.sleep(0.01)

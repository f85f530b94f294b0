"""Let the examiner look into a database in memory that belongs to a thread of the cell's.

sqlite3 refuses a connection to every thread but the one that made it (PEP 249, threadsafety).
Here Python refuses it, in the same words and at the same calls, so that SQLite itself does not.
"""

import sqlite3
import sys
from collections.abc import Callable
from functools import wraps
from threading import get_ident
from typing import Any

PlainConnection, PlainCursor = sqlite3.Connection, sqlite3.Cursor
MODULES = ("sqlite3", "sqlite3.dbapi2", "_sqlite3")
POSITION, FACTORY = 4, 5  # of check_same_thread and of factory among the arguments of connect()
REFUSAL = (
    "SQLite objects created in a thread can only be used in that same thread. The object was "
    "created in thread id {owner} and this is thread id {here}."
)
OF_CONNECTIONS = (
    *("__exit__", "backup", "blobopen", "close", "commit", "create_aggregate", "create_collation"),
    *("create_function", "create_window_function", "deserialize", "enable_load_extension"),
    *("getconfig", "load_extension", "rollback", "serialize", "set_authorizer"),
    *("set_progress_handler", "set_trace_callback", "setconfig"),
)
OF_CURSORS = ("__next__", "close", "execute", "executemany", "executescript")
OF_CURSORS += ("fetchall", "fetchmany", "fetchone")


class Cursor(PlainCursor):
    """Be sqlite3's own cursor, for the thread of its connection."""

    __slots__ = ()


class Connection(PlainConnection):
    """Be sqlite3's own connection, and refuse other threads as that does."""

    __slots__ = ("__owner",)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Connect as sqlite3.Connection does; SQLite itself is asked to refuse no thread."""
        checked = options.get("check_same_thread", True)
        if len(arguments) <= POSITION:
            options["check_same_thread"] = False
        elif "check_same_thread" not in options:  # else it is given twice, which is an error
            checked = arguments[POSITION]
            arguments = (*arguments[:POSITION], False, *arguments[POSITION + 1 :])
        super().__init__(*arguments, **options)
        self.__owner = get_ident() if checked else None

    def cursor(self, factory: Callable[["Connection"], PlainCursor] = Cursor) -> PlainCursor:
        """Return a new cursor."""
        _refuse_others(self)
        return PlainConnection.cursor(self, factory)

    def execute(self, sql: str, *parameters: Any) -> PlainCursor:
        """Run a statement in a new cursor, which is sqlite3's own whatever cursor() gives."""
        return Connection.cursor(self).execute(sql, *parameters)

    def executemany(self, sql: str, *parameters: Any) -> PlainCursor:
        """Run a statement with each of some parameters, as `execute` does."""
        return Connection.cursor(self).executemany(sql, *parameters)

    def executescript(self, sql: str) -> PlainCursor:
        """Run many statements, as `execute` does."""
        return Connection.cursor(self).executescript(sql)


_owner = Connection._Connection__owner


def connect(*arguments: Any, **options: Any) -> Any:
    """Open a connection, as sqlite3.connect does."""
    given = arguments[FACTORY] if len(arguments) > FACTORY else None
    return (given or options.get("factory", Connection))(*arguments, **options)


def install() -> None:
    """Put these in the places of sqlite3's own, for whatever is imported from now on."""
    for kind, names in ((Connection, OF_CONNECTIONS), (Cursor, OF_CURSORS)):
        for name in names:
            if hasattr(kind.__base__, name):  # some are newer than this Python
                setattr(kind, name, _own_thread_only(getattr(kind.__base__, name)))
        kind.__module__ = "sqlite3"
    ours = {"Connection": Connection, "Cursor": Cursor, "connect": staticmethod(connect)}
    for module in MODULES:
        vars(sys.modules[module]).update(ours)


def _own_thread_only(method: Callable) -> Callable:
    @wraps(method)
    def checked(self: Any, *arguments: Any, **options: Any) -> Any:
        connection = self if isinstance(self, PlainConnection) else _connection_of(self)
        if isinstance(connection, Connection):
            _refuse_others(connection)
        return method(self, *arguments, **options)

    return checked


def _connection_of(cursor: PlainCursor) -> Any:
    try:
        return PlainCursor.connection.__get__(cursor)
    except AttributeError:  # it was never made; sqlite3 says so
        return None


def _refuse_others(connection: Connection) -> None:
    try:
        owner = _owner.__get__(connection)
    except AttributeError:  # as above
        return
    if owner not in (None, get_ident()):
        raise sqlite3.ProgrammingError(REFUSAL.format(owner=owner, here=get_ident()))

"""Let the examiner look into a database in memory that belongs to a thread of the cell's.

sqlite3 refuses a connection to every thread but the one that made it (PEP 249, threadsafety).
Here Python refuses it, in the same words and at the same calls, so that SQLite itself does not.
Between two statements of one script there is no line of the cell's at which it could be held, so
SQLite says when one begins.
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
    *("set_progress_handler", "setconfig"),
)
OF_CURSORS = ("__next__", "close", "execute", "executemany", "executescript")
OF_CURSORS += ("fetchall", "fetchmany", "fetchone")
OF_SEVERAL = ("executemany", "executescript")  # these run one statement after another


class Cursor(PlainCursor):
    """Be sqlite3's own cursor, for the thread of its connection."""

    __slots__ = ()


class Connection(PlainConnection):
    """Be sqlite3's own connection, and refuse other threads as that does."""

    __slots__ = ("__owner", "__told")

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
        self.__told = False

    def set_trace_callback(self, callback: Callable[[str], object] | None) -> None:
        """Let a function of the cell's own be told of each statement, and nobody else."""
        _refuse_others(self)
        self.__told = callback is not None
        PlainConnection.set_trace_callback(self, callback)

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


_owner, _told = Connection._Connection__owner, Connection._Connection__told


class Between:
    """Call something before each statement but the first."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback, self._begun = callback, False

    def __call__(self, statement: str) -> None:
        """Note that a statement begins."""
        if self._begun:
            self._callback()
        self._begun = True


def connect(*arguments: Any, **options: Any) -> Any:
    """Open a connection, as sqlite3.connect does."""
    given = arguments[FACTORY] if len(arguments) > FACTORY else None
    return (given or options.get("factory", Connection))(*arguments, **options)


def install(between: Callable[[], None]) -> None:
    """Put these in the places of sqlite3's own, for whatever is imported from now on.

    `between` is called before each statement of a script but the first.
    """
    for kind, names in ((Connection, OF_CONNECTIONS), (Cursor, OF_CURSORS)):
        for name in names:
            if hasattr(kind.__base__, name):  # some are newer than this Python
                setattr(kind, name, _own_thread_only(getattr(kind.__base__, name)))
        kind.__module__ = "sqlite3"
    for name in OF_SEVERAL:
        setattr(Cursor, name, _interrupted(getattr(Cursor, name), between))
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


def _interrupted(method: Callable, between: Callable[[], None]) -> Callable:
    """Return a method that has something called between its statements.

    Not in a connection of several threads: there, others wait in SQLite for the statement, and
    Python's own lock with them.
    """

    @wraps(method)
    def interrupted(self: PlainCursor, *arguments: Any) -> PlainCursor:
        connection = _connection_of(self)
        if not isinstance(connection, Connection) or _is_shared(connection):
            return method(self, *arguments)
        PlainConnection.set_trace_callback(connection, Between(between))
        try:
            return method(self, *arguments)
        finally:
            PlainConnection.set_trace_callback(connection, None)

    return interrupted


def _is_shared(connection: Connection) -> bool:
    """Return whether other threads may use a connection, or the cell itself is told of it."""
    try:
        return _owner.__get__(connection) is None or _told.__get__(connection)
    except AttributeError:  # it was never made
        return True


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

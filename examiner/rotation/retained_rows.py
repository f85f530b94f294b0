"""Read what is in the tables of a SQLite database, whatever its connection makes of rows."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress

from examiner.rotation.retained_values import texts
from examiner.rotation.sqlite_connections import PlainConnection, PlainCursor

BARE = "CASE typeof({0}) WHEN 'text' THEN CAST({0} AS BLOB) ELSE {0} END"


class OutOfReach(Exception):
    """Raised where a database can be read by a thread of the cell's alone."""


def rows(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield the text in every table, those of a moment and those of other files among them.

    Beside each stands its column. A closed connection has none. Raises OutOfReach.
    """
    try:
        PlainConnection.set_authorizer(connection, None)
        PlainConnection.set_progress_handler(connection, None, 0)
        tables = list(_tables(connection))
    except sqlite3.ProgrammingError as error:
        if "thread" in str(error):
            raise OutOfReach from None
        return
    except sqlite3.Error:  # busy, or no database at all: its file is read like any other
        return
    for table in tables:
        with suppress(sqlite3.Error):  # an index is no table
            columns = _columns(connection, *table)
            places = [f"the column {column} of the table {table[1]}" for column in columns]
            for row in _values(connection, *table, columns):
                for value, place in zip(row, places, strict=True):
                    yield from ((text, place) for text in texts(value))


def _tables(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    for (schema,) in _asked(connection, f"SELECT {BARE.format('name')} FROM pragma_database_list"):
        place = _quoted(schema)
        names = _asked(connection, f"SELECT {BARE.format('name')} FROM {place}.sqlite_master")
        yield from ((place, _quoted(name)) for (name,) in names)


def _columns(connection: sqlite3.Connection, schema: str, table: str) -> list[str]:
    described = f"SELECT {BARE.format('name')} FROM pragma_table_xinfo({table}, {schema})"
    return [_quoted(name) for (name,) in _asked(connection, described)]


def _values(
    connection: sqlite3.Connection, schema: str, table: str, columns: list[str]
) -> Iterator[tuple]:
    """Yield the rows of a table, texts as bytes: text_factory and converters see none of them."""
    values = ", ".join(map(BARE.format, columns))
    yield from _asked(connection, f"SELECT {values} FROM {schema}.{table}")


def _asked(connection: sqlite3.Connection, query: str) -> Iterator[tuple]:
    cursor = PlainCursor(connection)
    cursor.row_factory = None
    yield from PlainCursor.execute(cursor, query)


def _quoted(name: bytes) -> str:
    """Return a name in quotes; a database may hold texts in UTF-16."""
    text = name.decode("utf-16-le" if b"\0" in name else "utf-8")
    return '"' + text.replace('"', '""') + '"'

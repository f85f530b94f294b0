"""sqlite3 behaves as it does, and the examiner can read what belongs to another thread."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from examiner.rotation import sqlite_connections
from examiner.rotation.retained_rows import OutOfReach, rows
from examiner.rotation.sqlite_connections import MODULES, PlainConnection, connect

NAMES = ("Connection", "Cursor", "connect")
SECRET = "Wl3XkqZ0v7"
MADE = {
    "connect": "sqlite3.connect(':memory:')",
    "connect of the inner module": "sqlite3.dbapi2.connect(':memory:')",
    "the class": "sqlite3.Connection(':memory:')",
    "all by position": "sqlite3.connect(':memory:', 5.0, 0, None, True)",
    "a class of one's own": "sqlite3.connect(':memory:', factory=Own)",
    "that class called": "Own(':memory:')",
    "a shared cache": "sqlite3.connect('file:a?mode=memory&cache=shared', uri=True)",
    "a file in a transaction": "sqlite3.connect(path)",
    "no check wanted": "sqlite3.connect(':memory:', check_same_thread=False)",
    "types": "sqlite3.connect(':memory:', detect_types=sqlite3.PARSE_DECLTYPES)",
}
USES = {
    "execute": "c.execute('SELECT 1')",
    "executemany": "c.executemany('INSERT INTO a VALUES (?)', [])",
    "executescript": "c.executescript('SELECT 1')",
    "cursor": "c.cursor()",
    "a cursor": "k.execute('SELECT 1')",
    "a row": "k.fetchone()",
    "rows": "k.fetchall()",
    "some rows": "k.fetchmany(2)",
    "the next row": "next(k)",
    "commit": "c.commit()",
    "rollback": "c.rollback()",
    "with": "c.__exit__(None, None, None)",
    "close": "c.close()",
    "iterdump": "list(c.iterdump())",
    "backup": "c.backup(c)",
    "a function": "c.create_function('f', 0, int)",
    "serialize": "c.serialize()",
}


@pytest.fixture
def installed(monkeypatch):
    """Put our classes in place for one test."""
    for module in MODULES:
        for name in NAMES:
            monkeypatch.setattr(sys.modules[module], name, vars(sys.modules[module])[name])
    sqlite_connections.install(lambda: None)


def in_a_thread(code: str, names: dict) -> object:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(eval, code, names).result()


@pytest.mark.parametrize("made", MADE)
def test_is_a_database_read_that_another_thread_has_made(made, installed, tmp_path):
    class Own(sqlite3.Connection):
        pass

    def make() -> sqlite3.Connection:
        connection = eval(MADE[made], {"sqlite3": sqlite3, "Own": Own, "path": tmp_path / "a"})
        connection.execute("CREATE TABLE a (t TEXT)")
        connection.execute("INSERT INTO a VALUES (?)", [SECRET])
        return connection

    found = rows(in_a_thread("make()", {"make": make}))
    assert (SECRET, 'the column "t" of the table "a"') in found


def test_is_one_out_of_reach_that_is_sqlites_own():
    connection = in_a_thread("make(':memory:')", {"make": PlainConnection})
    with pytest.raises(OutOfReach):
        list(rows(connection))


@pytest.mark.parametrize("use", USES)
def test_is_another_thread_refused_in_sqlites_words(use, installed):
    told = {}
    for kind, make in (("ours", sqlite3.connect), ("theirs", PlainConnection)):
        c = make(":memory:")
        c.execute("CREATE TABLE a (t)")
        k = c.execute("SELECT 1 UNION SELECT 2")
        with pytest.raises(sqlite3.ProgrammingError) as caught:
            in_a_thread(USES[use], {"c": c, "k": k})
        told[kind] = str(caught.value).rpartition(" and ")[0]
    assert told["ours"] == told["theirs"]


@pytest.mark.parametrize("use", USES)
def test_may_its_own_thread_do_all_of_it(use, installed):
    for make in (sqlite3.connect, PlainConnection):
        c = make(":memory:")
        c.execute("CREATE TABLE a (t)")
        k = c.execute("SELECT 1 UNION SELECT 2")
        if use != "backup":  # into itself is an error for both
            eval(USES[use], {"c": c, "k": k})


@pytest.mark.parametrize(
    "wrong",
    [
        "sqlite3.connect()",
        "sqlite3.connect(':memory:', 5, 0, '', True, check_same_thread=False)",
        "sqlite3.connect(':memory:', factory=None)",
        "sqlite3.connect('/nowhere/at/all')",
        "sqlite3.connect(':memory:').cursor(None)",
        "sqlite3.connect(':memory:').cursor(lambda c: 5)",
        "sqlite3.Cursor()",
        "sqlite3.Cursor.__new__(sqlite3.Cursor).execute('x')",
        "sqlite3.Connection.__new__(sqlite3.Connection).execute('x')",
        "sqlite3.connect(':memory:').execute('SELECT ?', [])",
        "sqlite3.connect(':memory:').execute()",
    ],
)
def test_is_a_mistake_the_same_error(wrong, request):
    def error() -> type[BaseException]:
        with pytest.raises((TypeError, sqlite3.Error)) as caught:
            eval(wrong, {"sqlite3": sqlite3})
        return caught.type

    plain = error()
    request.getfixturevalue("installed")
    assert error() == plain


def test_are_classes_factories_and_blocks_as_they_were(installed):
    connection = sqlite3.connect(":memory:")
    assert type(connection) is sqlite3.Connection
    assert isinstance(connection, PlainConnection)
    assert repr(connection).startswith("<sqlite3.Connection object at ")
    assert type(connection.cursor()) is sqlite3.Cursor
    with connection:
        connection.execute("CREATE TABLE a (t)")
        connection.execute("INSERT INTO a VALUES ('x')")
    with pytest.raises(ZeroDivisionError), connection:
        assert [connection.execute("DELETE FROM a"), 1 / 0]
    connection.row_factory = sqlite3.Row
    assert [tuple(row) for row in connection.execute("SELECT t FROM a")] == [("x",)]

    class Held:
        connect = sqlite3.connect  # no method, as sqlite3's own is none

    assert isinstance(Held().connect(":memory:"), sqlite3.Connection)
    with pytest.raises(AttributeError):
        connection.note = 1


def test_does_sqlalchemy_work_with_it():
    """In a process of its own, for it stays in place there."""
    code = (
        "from examiner.rotation import sqlite_connections as s\ns.install(lambda: None)\n"
        "import sqlalchemy, sqlite3\nengine = sqlalchemy.create_engine('sqlite://')\n"
        "with engine.begin() as one:\n"
        "    print(one.execute(sqlalchemy.text('SELECT 3')).scalar())\n"
        "    print(type(one.connection.dbapi_connection) is sqlite3.Connection)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["3", "True"]


def test_is_connect_ours_only_where_it_is_installed():
    assert sqlite3.connect is not connect


SCRIPT = "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2); INSERT INTO a VALUES (3);"


@pytest.fixture
def between(request):
    """Count how often something is called between two statements."""
    counted = []
    patch = request.getfixturevalue("monkeypatch")
    for module in MODULES:
        for name in NAMES:
            patch.setattr(sys.modules[module], name, vars(sys.modules[module])[name])
    sqlite_connections.install(lambda: counted.append(1))
    return counted


def test_can_it_be_held_between_the_statements_of_a_script(between):
    c = sqlite3.connect(":memory:", isolation_level=None)
    c.execute("CREATE TABLE a (t)")
    assert between == []
    c.executescript(SCRIPT)
    assert len(between) == 2
    c.executescript("SELECT 1")
    assert len(between) == 2
    c.cursor().executemany("INSERT INTO a VALUES (?)", [(4,), (5,)])
    assert len(between) == 3
    c.execute("BEGIN")
    c.executescript("SELECT 1")  # commits first
    assert len(between) == 4


def test_is_nobody_held_there_whom_others_would_wait_for_within_sqlite(between):
    c = sqlite3.connect(":memory:", check_same_thread=False)
    c.executescript("CREATE TABLE a (t); DROP TABLE a")
    assert between == []


def test_is_the_cells_own_function_told_of_its_statements(between):
    told = []
    c = sqlite3.connect(":memory:")
    c.set_trace_callback(told.append)
    c.executescript("SELECT 1; SELECT 2")
    assert ([statement.strip() for statement in told], between) == (["SELECT 1;", "SELECT 2"], [])
    c.set_trace_callback(None)
    c.executescript("SELECT 1; SELECT 2")
    assert len(between) == 1

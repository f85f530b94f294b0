"""One SQLite file: several processes from its first moment, and how surely it is written."""

import multiprocessing
import sqlite3
from contextlib import closing, nullcontext

import pytest

from server.database import Database
from server.families import SQLiteFamilies
from server.policy import Session
from server.stand_alone import stand_alone
from server.store import SQLiteStore

STARTERS = 4


def start_on(folder, files, barrier, complaints) -> None:
    said = []
    for number in range(files):
        barrier.wait(timeout=60)
        try:
            stand_alone(folder / f"{number}.sqlite", rotate=True)
        except ValueError as error:
            said.append(str(error))
    complaints.put(said)


def test_can_several_processes_begin_on_one_new_file(tmp_path, repeats):
    spawn = multiprocessing.get_context("spawn")
    barrier, complaints = spawn.Barrier(STARTERS), spawn.SimpleQueue()
    given = tmp_path, repeats(20, 400), barrier, complaints
    starters = [spawn.Process(target=start_on, args=given) for _ in range(STARTERS)]
    for starter in starters:
        starter.start()
    assert [complaints.get() for _ in starters] == [[]] * STARTERS
    for starter in starters:
        starter.join()


def statements_of(database: Database) -> list[str]:
    """Return a list that grows by each statement the database runs."""
    said = []
    database._connection.set_trace_callback(said.append)
    return said


def test_does_the_end_of_a_session_wait_for_the_disk(tmp_path):
    """A power cut may take back a refresh; it must not bring an ended session back to life."""
    with closing(SQLiteFamilies(tmp_path / "families")) as families:
        families.start(Session("alice", "course-client", "family"), "first", 100)
        said = statements_of(families._database)
        families.replace("family", "first", "second", 100)
        assert len(said) == 1
        families.end("family", "log-out")
    assert [statement.split()[0] for statement in said[1:]] == ["PRAGMA", "UPDATE", "PRAGMA"]
    assert said[1].endswith("FULL")


def test_does_a_forgotten_token_wait_for_the_disk(tmp_path):
    with closing(SQLiteStore(tmp_path / "tokens")) as store:
        store.add("token", "alice")
        said = statements_of(store._database)
        store.discard("token")
    assert [statement.split()[0] for statement in said] == ["PRAGMA", "DELETE", "PRAGMA"]
    assert said[0].endswith("FULL")


@pytest.mark.parametrize("table", ["known", "unknown"])
def test_is_the_disk_awaited_no_longer_afterwards(tmp_path, table):
    """1 is NORMAL and 2 would be FULL."""
    with closing(Database(tmp_path / "file", "CREATE TABLE known (x)")) as database:
        with nullcontext() if table == "known" else pytest.raises(sqlite3.OperationalError):
            database.run_for_good(f"INSERT INTO {table} VALUES (1)")
        assert database.run("PRAGMA synchronous") == [(1,)]

"""What both stores of families promise."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from server.families import SQLiteFamilies
from server.policy import Session

ALICE = Session("alice", "course-client", "family-1")


@pytest.fixture
def started(families):
    families.start(ALICE, "first", 100)
    return families


def test_is_only_the_current_token_replaced(started):
    assert started.replace(ALICE.id, "first", "second", 100)
    assert not started.replace(ALICE.id, "first", "third", 100)
    assert started.is_current(ALICE.id, "second")
    assert not started.is_current(ALICE.id, "third")


def test_does_one_of_many_win(started):
    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(lambda n: started.replace(ALICE.id, "first", f"n{n}", 100), range(16)))
    assert won.count(True) == 1
    assert started.is_current(ALICE.id, f"n{won.index(True)}")


def test_does_an_ended_family_stay_ended(started):
    assert started.end(ALICE.id, "log-out")
    assert not started.end(ALICE.id, "reuse")
    assert not started.replace(ALICE.id, "first", "second", 100)
    assert not started.is_current(ALICE.id, "first")
    assert not started.is_live(ALICE.id)


def test_is_an_unknown_family_never_live(families):
    assert not families.is_live("nobody")
    assert not families.end("nobody", "log-out")
    assert not families.replace("nobody", "first", "second", 100)


@pytest.mark.parametrize(("now", "left"), [(99.9, 1), (100, 0), (101, 0)])
def test_is_a_family_forgotten_once_it_has_expired(started, now, left):
    started.sweep(now)
    assert len(started) == left
    assert started.is_live(ALICE.id) == bool(left)


def test_does_a_replacement_prolong_the_family(started):
    started.replace(ALICE.id, "first", "second", 200)
    started.sweep(150)
    assert started.is_live(ALICE.id)


def test_do_two_programs_share_one_file(tmp_path):
    with (
        closing(SQLiteFamilies(tmp_path / "both.sqlite")) as one,
        closing(SQLiteFamilies(tmp_path / "both.sqlite")) as other,
    ):
        one.start(ALICE, "first", 100)
        assert other.replace(ALICE.id, "first", "second", 100)
        assert not one.replace(ALICE.id, "first", "third", 100)


def test_is_another_programs_table_refused_at_once(tmp_path):
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as connection:
        connection.execute("CREATE TABLE families (a INTEGER, expires_at INTEGER)")
    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        SQLiteFamilies(tmp_path / "other.sqlite")

"""Both stores keep the same promises."""

import contextlib
import hashlib
import sqlite3
import threading

import pytest

from server import SQLiteStore


def test_does_a_store_know_what_was_added_and_nothing_else(refresh_tokens):
    refresh_tokens.add("head.body.signature", "alice")
    assert "head.body.signature" in refresh_tokens
    assert "head.other.signature" not in refresh_tokens
    assert "" not in refresh_tokens
    assert len(refresh_tokens) == 1


def test_does_discarding_forget_one_token(refresh_tokens):
    refresh_tokens.add("a.a.a", "alice")
    refresh_tokens.add("b.b.b", "bob")
    refresh_tokens.discard("a.a.a")
    refresh_tokens.discard("never.seen.before")
    assert "a.a.a" not in refresh_tokens
    assert [user for _, user in refresh_tokens.rows()] == ["bob"]


def test_does_discarding_all_forget_one_user(refresh_tokens):
    for name in ["alice", "bob", "alice"]:
        refresh_tokens.add(f"{name}.{len(refresh_tokens)}.x", name)
    refresh_tokens.discard_all("alice")
    refresh_tokens.discard_all("nobody")
    assert [user for _, user in refresh_tokens.rows()] == ["bob"]


def test_is_another_spelling_of_the_signature_the_same_token(refresh_tokens):
    refresh_tokens.add("head.body.signature", "alice")
    assert "head.body.signature=" in refresh_tokens
    refresh_tokens.discard("head.body.signature==")
    assert "head.body.signature" not in refresh_tokens


def test_are_opaque_tokens_told_apart(refresh_tokens):
    refresh_tokens.add("opaque-1", "alice")
    assert "opaque-2" not in refresh_tokens


def test_does_nothing_stored_open_the_door(refresh_tokens, issuer):
    token = issuer.new_refresh_token("alice")
    refresh_tokens.add(token, "alice")
    [(mark, _)] = refresh_tokens.rows()
    assert mark not in refresh_tokens
    assert not any(part in repr(refresh_tokens) for part in token.split("."))


def test_does_repr_show_who_is_logged_in(refresh_tokens):
    refresh_tokens.add("a.a.a", "alice")
    assert repr(refresh_tokens).endswith("…: alice)")


def test_do_threads_share_a_store(refresh_tokens):
    def work(name):
        for number in range(50):
            refresh_tokens.add(f"{name}.{number}.x", name)
            refresh_tokens.discard(f"{name}.{number - 1}.x")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(user for _, user in refresh_tokens.rows()) == list("abcdefgh")


def test_does_sqlite_remember_after_a_restart(tmp_path):
    first = SQLiteStore(tmp_path / "tokens.sqlite")
    first.add("a.a.a", "alice")
    first.close()
    second = SQLiteStore(tmp_path / "tokens.sqlite")
    assert "a.a.a" in second
    second.close()


def test_is_the_token_nowhere_in_the_file(tmp_path, issuer):
    store = SQLiteStore(tmp_path / "tokens.sqlite")
    token = issuer.new_refresh_token("alice")
    store.add(token, "alice")
    store.close()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not any(part.encode() in written for part in token.split("."))


def test_is_the_fingerprint_a_sha256(refresh_tokens):
    refresh_tokens.add("head.body.signature", "alice")
    assert refresh_tokens.rows() == [(hashlib.sha256(b"head.body").hexdigest(), "alice")]


def test_do_rows_come_oldest_first_and_stay_as_they_were(refresh_tokens):
    for number in range(20):
        refresh_tokens.add(f"{number}.x.x", f"user {number}")
    rows = refresh_tokens.rows()
    refresh_tokens.add("one.more.x", "user 20")
    assert [user for _, user in rows] == [f"user {number}" for number in range(20)]


def test_can_a_token_be_added_twice(refresh_tokens):
    refresh_tokens.add("a.a.a", "alice")
    refresh_tokens.add("a.a.a", "alice")
    assert len(refresh_tokens) == 1


def test_is_another_programs_table_refused(tmp_path):
    path = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE refresh_tokens (a INTEGER)")
    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        SQLiteStore(path)


def test_do_two_processes_read_while_one_writes(tmp_path):
    """Write-ahead logging: readers do not wait for a writer."""
    store = SQLiteStore(tmp_path / "tokens.sqlite")
    with contextlib.closing(sqlite3.connect(tmp_path / "tokens.sqlite")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert store.rows() == []
        assert writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()


def test_is_a_file_that_is_no_database_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("not a database, but long enough to be read as one" * 20)
    with pytest.raises(sqlite3.DatabaseError):
        SQLiteStore(tmp_path / "notes.txt")

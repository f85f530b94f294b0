"""The small parts: clocks, ids, keys, users, and the app that they make."""

import contextlib
import sqlite3
import stat
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from werkzeug.routing import Rule

import server.users
from server import (
    CountedIds,
    Keys,
    ManualClock,
    SQLiteStore,
    SystemClock,
    Users,
    create_app,
    random_id,
)


def test_does_the_system_clock_tell_the_time():
    before = time.time()
    assert before <= SystemClock().now() <= time.time()


def test_does_the_manual_clock_stand_still_until_moved():
    clock = ManualClock(start=1_900_000_000)
    assert clock.now() == clock.now() == 1_900_000_000
    clock.advance(seconds=1, minutes=1, hours=1, days=1)
    assert clock.now() == 1_900_000_000 + 90_061
    assert repr(clock) == "2030-03-18 18:47:41 UTC"


def test_does_the_manual_clock_refuse_to_go_back():
    with pytest.raises(ValueError, match="only moves forward"):
        ManualClock(start=0).advance(seconds=-1)


def test_are_random_ids_long_and_never_alike():
    ids = {random_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert min(map(len, ids)) >= 22  # 128 bits in base64


def test_are_counted_ids_the_same_every_time():
    first, second = CountedIds(), CountedIds()
    assert [first(), first()] == [second(), second()] == ["id-1", "id-2"]


def test_are_short_keys_refused():
    with pytest.raises(ValueError, match="at least 32 bytes"):
        Keys(access=b"a" * 31, refresh=b"r" * 32)


def test_is_one_key_for_both_kinds_refused():
    with pytest.raises(ValueError, match="different signing keys"):
        Keys(access=b"k" * 32, refresh=b"k" * 32)


def test_are_keys_never_printed():
    shown = repr(Keys(access=b"a" * 32, refresh=b"r" * 32))
    assert "aaaa" not in shown
    assert "rrrr" not in shown


def test_are_random_keys_new_each_time():
    assert Keys.random() != Keys.random()


def test_does_a_key_file_give_the_same_keys_again(tmp_path):
    path = tmp_path / "tokens.keys"
    assert Keys.from_file(path) == Keys.from_file(path)


def test_do_two_who_find_no_key_file_get_the_same_keys(tmp_path, monkeypatch):
    """Each looked before the other had written."""
    monkeypatch.setattr(Path, "exists", lambda path: False)
    path = tmp_path / "tokens.keys"
    assert Keys.from_file(path) == Keys.from_file(path)
    assert [found.name for found in tmp_path.iterdir()] == ["tokens.keys"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no permission bits")
def test_can_nobody_else_read_the_key_file(tmp_path):
    path = tmp_path / "tokens.keys"
    Keys.from_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"access": "zz", "refresh": "00"}', "null", "[" * 10_000]
)
def test_is_a_broken_key_file_named(tmp_path, text):
    path = tmp_path / "tokens.keys"
    path.write_text(text)
    with pytest.raises(ValueError, match="does not hold two signing keys") as caught:
        Keys.from_file(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("username", "password", "right"),
    [
        ("alice", "wonderland", True),
        ("bob", "builder", True),
        ("alice", "builder", False),
        ("eve", "", False),
    ],
)
def test_do_users_log_in_with_their_own_password(username, password, right):
    assert Users().verify(username, password) is right


def test_does_the_decoy_password_open_nothing():
    """The hash checked for an unknown name is alice's; her password must not let eve in."""
    assert not Users().verify("eve", "wonderland")


def test_does_an_unknown_name_take_a_hash_too(monkeypatch):
    """Else the time taken would tell which users exist."""
    calls = []
    monkeypatch.setattr(server.users, "check_password_hash", lambda *pair: calls.append(pair))
    for name in ["alice", "eve"]:
        Users().verify(name, "x")
    assert len(calls) == 2
    assert all(stored.startswith("scrypt:32768:8:1$") for stored, _ in calls)


def test_is_a_database_that_is_held_a_503(tmp_path):
    store = SQLiteStore(tmp_path / "tokens.sqlite")
    store._database.run("PRAGMA busy_timeout = 1")
    client = create_app(refresh_tokens=store).test_client()
    with contextlib.closing(sqlite3.connect(tmp_path / "tokens.sqlite")) as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = client.post("/login", json={"username": "alice", "password": "wonderland"})
    store.close()
    assert answer.status_code == 503
    assert "try again in a moment" in answer.get_json()["error"]


def test_is_an_app_without_arguments_real():
    first, second = create_app().test_client(), create_app().test_client()
    credentials = {"username": "alice", "password": "wonderland"}
    token = first.post("/login", json=credentials).get_json()["refreshToken"]
    assert first.post("/token", json={"token": token}).status_code == 200
    assert second.post("/token", json={"token": token}).status_code == 403


def test_does_a_crash_in_a_view_stay_json():
    app = create_app()
    app.add_url_rule("/crash", view_func=lambda: 1 / 0)
    answer = app.test_client().get("/crash")
    assert answer.status_code == 500
    assert answer.get_json()["error"].startswith("Something went wrong inside the server")


def test_are_routes_compiled_for_one_app_at_a_time(monkeypatch):
    """Python's parser fails at times where two threads use it at once."""
    compiling, taken, compiled = threading.Lock(), [], Rule.compile

    def watched(rule):
        if not compiling.acquire(blocking=False):
            taken.append(rule)
            return compiled(rule)
        try:
            time.sleep(0.001)  # for another thread to come
            return compiled(rule)
        finally:
            compiling.release()

    monkeypatch.setattr(Rule, "compile", watched)
    with ThreadPoolExecutor(4) as pool:
        apps = list(pool.map(lambda _: create_app(), range(4)))
    assert all(list(app.url_map.iter_rules()) for app in apps)
    assert not taken

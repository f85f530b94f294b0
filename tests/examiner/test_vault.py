"""The vault: a file that threads and processes share, whole at any moment, and a lock for it."""

import os
import subprocess
import sys
import threading

import pytest

from examiner import vault as module
from examiner.vault import LoggedOut, Vault

PAIR = ("a", "r")
# A process of its own that says when it is in, and stays there until it is told to go on.
HOLDER = """
import sys
from examiner.vault import Vault
with Vault(sys.argv[1]).lock():
    print("in", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def vault(tmp_path):
    vault = Vault(tmp_path / "vault.json")
    vault.save(*PAIR)
    return vault


@pytest.fixture
def same(tmp_path):
    """Another vault over the same file, as another process has."""
    return Vault(os.path.relpath(tmp_path / "vault.json"))


@pytest.fixture
def holder(tmp_path):
    """A process that is in the lock."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "vault.json")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        assert process.stdout.readline() == "in\n"
        yield process
        process.kill()


def started(*acts) -> list[threading.Thread]:
    threads = [threading.Thread(target=act, daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    return threads


def test_does_a_vault_keep_both_or_neither(vault):
    for pair in [("b", None), (None, "s"), (b"b", "s")]:
        with pytest.raises(TypeError, match="two texts"):
            vault.save(*pair)
        with pytest.raises(TypeError, match="two texts"):
            vault.replace(PAIR, pair)
    assert vault.load() == PAIR
    vault.clear()
    assert vault.load() == (None, None)
    assert issubclass(LoggedOut, Exception)


def test_do_all_see_what_one_has_written(vault, same):
    assert same.load() == PAIR
    same.save("b", "s")
    assert vault.load() == ("b", "s")
    vault.clear()
    assert same.load() == (None, None)


def test_is_a_file_that_is_missing_or_empty_an_ended_session(tmp_path):
    path = tmp_path / "vault.json"
    assert Vault(path).load() == (None, None)
    path.touch()
    assert Vault(path).load() == (None, None)
    assert Vault(path).replace((None, None), PAIR)
    assert Vault(path).load() == PAIR


def test_is_a_pair_replaced_only_where_it_is_the_one_that_is_held(vault, same):
    assert vault.replace(PAIR, ("b", "s"))
    assert not vault.replace(PAIR, ("c", "t"))
    assert same.load() == ("b", "s")
    assert not vault.replace(PAIR, (None, None))
    assert vault.replace(("b", "s"), (None, None))
    assert same.load() == (None, None)


def test_does_one_of_many_who_replace_the_same_pair_succeed(vault, same):
    done = []
    at_once = threading.Barrier(8)

    def replace(number: int) -> None:
        at_once.wait()
        done.append((vault, same)[number % 2].replace(PAIR, (f"a{number}", f"r{number}")))

    for thread in started(*(lambda n=n: replace(n) for n in range(8))):
        thread.join()
    assert sorted(done) == [False] * 7 + [True]


def test_is_the_old_pair_there_where_a_write_fails(vault, monkeypatch):
    def full(*paths: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(module.os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        vault.save("b", "s")
    monkeypatch.undo()
    assert vault.load() == PAIR
    vault.save("b", "s")
    assert vault.load() == ("b", "s")


def test_is_a_refusal_of_a_moment_tried_again(vault, monkeypatch):
    refusals, replace = [PermissionError("somebody reads it")] * 2, os.replace

    def busy(*paths: object) -> None:
        if refusals:
            raise refusals.pop()
        replace(*paths)

    monkeypatch.setattr(module.os, "replace", busy)
    monkeypatch.setattr(module, "TRIES", 3)
    vault.save("b", "s")
    assert vault.load() == ("b", "s")


def test_does_a_thread_wait_until_another_is_out(vault, same):
    order, inside = [], threading.Event()

    def later() -> None:
        inside.set()
        with same.lock():
            order.append("second")

    with vault.lock():
        [waiting] = started(later)
        inside.wait()
        waiting.join(0.05)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_may_who_is_in_come_in_again_and_is_out_only_at_the_end(vault, same):
    with vault.lock():
        with same.lock(), vault.lock():
            pass
        entered = threading.Event()

        def enter() -> None:
            with same.lock():
                entered.set()

        [thread] = started(enter)
        assert not entered.wait(0.05)
    thread.join()
    assert entered.is_set()


def test_is_the_lock_free_after_an_error(vault):
    with pytest.raises(KeyError, match="oh"), vault.lock():
        raise KeyError("oh")
    entered = []

    def enter() -> None:
        with vault.lock():
            entered.append(1)

    started(enter)[0].join()
    assert entered == [1]


def test_is_a_lock_that_cannot_be_had_left_to_the_next(vault, monkeypatch):
    def broken(file: int) -> None:
        raise OSError("No locks available")

    monkeypatch.setattr(module, "_lock", broken)
    with pytest.raises(OSError, match="No locks"), vault.lock():
        pass
    monkeypatch.undo()
    test_is_the_lock_free_after_an_error(vault)


def test_does_a_process_wait_until_another_is_out(vault, holder):
    entered = threading.Event()

    def enter() -> None:
        with vault.lock():
            entered.set()

    [thread] = started(enter)
    assert not entered.wait(0.05)
    holder.stdin.write("\n")
    holder.stdin.flush()
    thread.join()
    assert entered.is_set()


def test_is_the_lock_free_where_its_process_dies(vault, holder):
    holder.kill()
    with vault.lock():
        assert vault.load() == PAIR


def test_does_nobody_who_writes_wait_for_who_is_in(vault, holder):
    vault.save("b", "s")
    assert vault.replace(("b", "s"), PAIR)
    vault.clear()
    assert vault.load() == (None, None)

"""A held request is overtaken at every line: the same finding each time, and no false alarm."""

import os
import re
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
from flask import jsonify

from examiner.mistake import Mistake
from lesson.families import Families
from lesson.family_tree import family_tree
from lesson.overtake import overtake
from server.parts import refresh_tokens, tokens
from server.wire import refuse, text_member

NO = "This refresh token is not valid: log in again."
lock = threading.Lock()


def rotate():
    old = text_member("token")
    if old not in refresh_tokens:
        refresh_tokens.end_family(old)
        return refuse(403, NO)
    new = tokens.new_refresh_token("alice")
    refresh_tokens.follow(old, new)
    return jsonify(refreshToken=new)


def locked():
    with lock:
        return rotate()


def lock_of_ones_own():
    with threading.Lock():
        return rotate()


def lock_round_the_write():
    old = text_member("token")
    if old not in refresh_tokens:
        return refuse(403, NO)
    new = tokens.new_refresh_token("alice")
    with lock:
        refresh_tokens.follow(old, new)
    return jsonify(refreshToken=new)


def lock_given_back_early():
    old = text_member("token")
    with lock:
        live = old in refresh_tokens
    if not live:
        return refuse(403, NO)
    new = tokens.new_refresh_token("alice")
    refresh_tokens.follow(old, new)
    return jsonify(refreshToken=new)


def check_in_the_lock():
    old = text_member("token")
    new = tokens.new_refresh_token("alice")
    lock.acquire()
    live = old in refresh_tokens
    if live:
        refresh_tokens.follow(old, new)
    lock.release()
    return jsonify(refreshToken=new) if live else refuse(403, NO)


class Rows:
    """Live tokens in a table, changed by one statement."""

    def __init__(self):
        self.db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.db.execute("CREATE TABLE live (token)")

    def add(self, token, user):
        self.db.execute("INSERT INTO live VALUES (?)", [token])

    def swap(self, old, new):
        return self.db.execute("UPDATE live SET token=? WHERE token=?", [new, old]).rowcount

    def __len__(self):
        return self.db.execute("SELECT count(*) FROM live").fetchone()[0]


def swap():
    old = text_member("token")
    new = tokens.new_refresh_token("alice")
    if not refresh_tokens.swap(old, new):
        return refuse(403, NO)
    return jsonify(refreshToken=new)


def swap_and_never_ask():
    old = text_member("token")
    new = tokens.new_refresh_token("alice")
    refresh_tokens.swap(old, new)
    return jsonify(refreshToken=new)


def leave():
    refresh_tokens.end_family(text_member("token"))
    return "", 204


def locked_leave():
    with lock:
        return leave()


RIGHT = [(locked, Families), (check_in_the_lock, Families), (swap, Rows)]
WRONG = {
    rotate: [3, 4],
    lock_of_ones_own: [5, 6],
    lock_round_the_write: [3, 4, 5],
    lock_given_back_early: [5, 6, 7],
}


def findings(found) -> list[tuple]:
    return [(m.line, m.text, m.a, m.b, m.live, m.waited, m.order) for m in found.races]


@pytest.mark.parametrize(("view", "store"), RIGHT, ids=lambda value: value.__name__)
def test_does_a_right_view_never_let_both_in(view, store):
    found = overtake(view, store=store)
    assert found.faults == []
    assert all(sorted([m.a, m.b]) == [200, 403] for m in found.races)
    assert repr(found).endswith("No pause finds a fault.")


@pytest.mark.parametrize("view", WRONG, ids=lambda view: view.__name__)
def test_is_each_wrong_view_found_before_the_lines_between_check_and_change(view):
    found = overtake(view)
    assert set(WRONG[view]) <= set(found.faults)
    assert {found.races[line - 1].live for line in WRONG[view]} == {2}
    assert "A fault, both got tokens" in repr(found)


def test_is_an_update_found_that_never_asks_who_won():
    found = overtake(swap_and_never_ask, store=Rows)
    assert found.faults == [m.line for m in found.races]


@pytest.fixture
def busy():
    """Keep all processors busy, and this Python too."""
    burning = [sys.executable, "-c", "while True: pass"]
    others = [subprocess.Popen(burning) for _ in range(os.cpu_count() or 1)]
    stop = threading.Event()
    own = threading.Thread(target=lambda: [None for _ in iter(stop.is_set, True)])
    own.start()
    yield
    stop.set()
    own.join()
    for other in others:
        other.kill()
        other.wait()


@pytest.fixture(scope="module")
def calm():
    return {view: findings(overtake(view)) for view in (locked, lock_round_the_write)}


@pytest.mark.starts("so much that the machine is busy")
@pytest.mark.parametrize("view", [locked, lock_round_the_write])
def test_is_the_finding_the_same_on_a_busy_machine(calm, busy, view):
    assert findings(overtake(view)) == calm[view]


def test_does_b_wait_where_a_holds_the_lock_and_nowhere_else():
    found = overtake(locked)
    waited = [m.line for m in found.races if m.waited]
    assert waited == list(range(2, len(found.races)))
    assert not any(m.waited for m in overtake(rotate).races)


def test_is_waiting_noticed_where_the_system_does_not_tell(calm, monkeypatch, tmp_path):
    monkeypatch.setattr("lesson.races.waiting.TASKS", tmp_path)
    assert findings(overtake(locked)) == calm[locked]


def test_is_the_order_told_line_by_line_and_in_numbers():
    race = overtake(rotate, 4)
    assert race.text == "refresh_tokens.follow(old, new)"
    assert [event.who for event in race.order] == ["A"] * 4 + ["B"] * 6 + ["A"] * 3
    assert repr(race).splitlines() == [
        "A                                               B",
        "lines 1 to 3",
        "(held before: refresh_tokens.follow(old, new))",
        "                                                lines 1 to 5",
        "                                                answer 200",
        "lines 4 to 5",
        "answer 200",
        "Live tokens afterwards: 2, and that must not be: both got tokens.",
    ]
    assert race._repr_html_().count("<tr>") == 1 + len(race.order)


def test_does_a_waiting_request_go_on_when_the_other_one_has_ended():
    who = [(event.who, event.kind) for event in overtake(locked, 3).order]
    [waits] = [index for index, event in enumerate(who) if event[1] == "waits"]
    answered = who.index(("A", "answer"))
    assert waits < answered < who.index(("B", "answer"))
    assert ("B", "line") not in who[waits:answered]


def test_is_the_store_afterwards_there_to_look_at():
    assert repr(family_tree(overtake(rotate, 4).store)).splitlines() == [
        "family 1 of alice: alive",
        "  R1: spent",
        "    R2: live",
        "    R3: live",
    ]


def test_is_a_refresh_found_that_outlives_a_log_out():
    found = overtake(rotate, by=leave)
    assert found.faults == [3, 4]
    assert {found.races[line - 1].b for line in found.faults} == {204}
    assert overtake(locked, by=leave).faults != []
    assert overtake(locked, by=locked_leave).faults == []


def test_do_many_rows_with_one_outcome_become_one():
    found = overtake(sleeps_in_the_lock)
    text = repr(found).splitlines()
    assert len(found.races) == 11
    assert [line.split()[0] for line in text[1:-1]] == ["1", "2-10", "11"]
    assert found.as_html().count("<tr>") == 12


def spin():
    while True:
        pass


def raises():
    raise ValueError("a fault of the view's own")


def sleeps_in_the_lock():
    with lock:
        time.sleep(0.05)
        answer = rotate()
        return answer  # noqa: RET504  (one line more)


def test_is_an_error_of_the_view_a_status(capfd):
    assert {(m.a, m.b) for m in overtake(raises).races} == {(500, 500)}
    assert capfd.readouterr().err == ""


def test_is_a_view_that_sleeps_examined_all_the_same():
    assert overtake(sleeps_in_the_lock).faults == []


def test_does_a_view_that_never_ends_end():
    with pytest.raises(Mistake, match="never ends"):
        overtake(spin)


WRONG_CALLS = [
    (["rotate"], {}, "no view"),
    ([rotate, 0], {}, "from 1"),
    ([rotate, 99], {}, "A had ended before line 99"),
    ([rotate], {"store": Families()}, "store=Families"),
    ([rotate], {"by": "logout"}, "no view"),
]


@pytest.mark.parametrize(("given", "named", "says"), WRONG_CALLS, ids=lambda value: str(value)[:20])
def test_is_a_mistake_told_in_a_sentence(given, named, says):
    with pytest.raises(Mistake, match=re.escape(says)):
        overtake(*given, **named)


def test_is_the_widget_told_in_words_too():
    data, _ = overtake(rotate)._repr_mimebundle_()
    assert data["text/plain"].startswith("line  A is held before")
    assert "both got tokens" in data["text/html"]
    shown = overtake(rotate).shown
    assert [race["row"][0] for race in shown] == ["1", "2", "3", "4", "5", "6"]
    assert "both got tokens" in shown[3]["says"]
    assert shown[3]["order"][2:5] == [
        ('3: new = tokens.new_refresh_token("alice")', ""),
        ("(held before: refresh_tokens.follow(old, new))", ""),
        ("", '1: old = text_member("token")'),
    ]
    assert shown[3]["kinds"][2:5] == ["line", "paused", "line"]

"""The client of an app: what it takes along with a request, and over which connection."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from examiner.process import Gone, Late, Worker
from examiner.rotation import app_client
from examiner.rotation.hanging import Waits
from examiner.rotation.subject import RotationApp, open_app

CELL = """
import threading
from flask import jsonify, request
from examiner.workbench import clock, sent_token, users
meeting = threading.Barrier(3)
def start_session(user):
    return f"{user}, {users.role(user)}, {clock.now():.0f}"
def token():
    body = request.get_json(silent=True) or {}
    if body.get("token") == "crash":
        raise KeyError(body["token"])
    if body.get("token") == "meet":
        meeting.wait(20)
    if len(body.get("token", "")) > 1000:
        return body["token"] * 10, 403
    if body.get("token") == "hang":
        threading.Event().wait()
    return jsonify(refreshToken=f"{threading.get_ident()} {request.remote_addr}")
def end_session(refresh_token):
    pass
"""


@pytest.fixture(scope="module")
def worker():
    with Worker("examiner.rotation.worker") as worker:
        yield worker


@pytest.fixture
def app(worker):
    with open_app(worker, CELL) as app:
        yield app


def thread_of(app: RotationApp, token: str = "any") -> str:
    return app.refresh(token).refresh.split()[0]


def test_has_each_request_a_thread_of_its_own(app):
    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(partial(thread_of, app), ["meet"] * 3))) == 3


def test_have_requests_in_a_row_one_thread_and_others_another(app):
    app.keep_connection()
    mine = {thread_of(app) for _ in range(3)}
    with ThreadPoolExecutor(1) as pool:
        theirs = pool.submit(thread_of, app).result()
    assert len(mine) == 1
    assert theirs not in mine
    assert thread_of(app) in mine


def test_have_tokens_in_a_row_their_answers_in_order(app):
    app.keep_connection()
    answers = [*app.refresh_each(["any", "crash", "other"])]
    assert [answer.status for answer in answers] == [200, 500, 200]
    assert answers[0].refresh == answers[2].refresh == app.refresh("any").refresh
    assert [line.partition(" → ")[0] for line in app.exchange] == [
        f'POST /token {{"token": "{token}"}}' for token in ("any", "crash", "other", "any")
    ]


def test_do_tokens_go_ahead_of_their_answers_and_no_more_than_find_room(app):
    app.keep_connection()
    tokens = [letter * 6000 for letter in "abcdefghij"] * 10
    for token, answer in zip(tokens, app.refresh_each(tokens), strict=True):
        assert (answer.status, answer.text) == (403, token * 10)
    with pytest.raises(Late, match=r"POST /token got no answer within 0\.2 seconds"):
        _until_late(app)


def _until_late(app: RotationApp) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app_client, "PATIENCE", 0.2)
        app.keep_connection()
        for number, answer in enumerate(app.refresh_each(["any", "other", "hang", "more"])):
            assert (number < 2, answer.status) == (True, 200)


def test_is_a_kept_connection_let_go_with_its_app(app):
    app.keep_connection()
    thread_of(app)
    kept = app._kept
    app.restart()
    assert app._kept is None
    with pytest.raises(ValueError, match="closed"):
        kept._replies.readline()


def test_does_time_that_passes_come_with_the_next_request(app):
    began = float(app.log_in("alice").split()[-1])
    app.advance(days=2, seconds=3)
    assert float(app.log_in("alice", seconds=0).split()[-1]) == began + 2 * 24 * 60 * 60 + 3


def test_does_a_role_come_with_the_next_request_and_go_with_the_app(app):
    app.set_role("alice", "admin")
    assert ", admin, " in app.log_in("alice")
    assert ", reader, " in app.log_in("bob")
    app.set_role("bob", "admin")
    app.restart()
    assert ", reader, " in app.log_in("bob")


def test_does_a_request_come_from_where_it_is_said_to(app):
    assert app.refresh("any").refresh.endswith(" 127.0.0.1")
    assert app.refresh("any", "203.0.113.9").refresh.endswith(" 203.0.113.9")


def test_is_a_crash_told_with_its_line(app):
    assert str(app.refresh("crash")).startswith(
        "500 (KeyError: 'crash', at line 11: raise KeyError"
    )


def test_is_no_answer_in_time_late_and_the_end_of_the_process_gone(worker, app, monkeypatch):
    monkeypatch.setattr(app_client, "PATIENCE", 0.2)
    with pytest.raises(Late, match="POST /token got no answer"):
        app.refresh("hang")
    worker.stop()
    with pytest.raises(Gone, match="POST /token got no readable answer"):
        app.refresh("any")


HANGS = """
import threading
lock, flag, busy = threading.Lock(), threading.Event(), {1}
def start_session(user):
    return "any"
def take():
    lock.acquire()
def token():
    if sent_token() == "lock":
        take()
    if sent_token() == "flag":
        flag.wait()
    while sent_token() == "loop":
        busy.add(2)
    take()
    return refuse(403, "no")
def end_session(refresh_token):
    pass
from examiner.workbench import refuse, sent_token
"""
SAID = {
    "lock": r"it waits at line 7, 'lock\.acquire\(\)'\.\nA lock that one request has taken",
    "flag": r"it waits at line 12, 'flag\.wait\(\)'\.\nWhat it waits for never comes",
    "loop": r"it is still at line 1[34], '(busy\.add\(2\)|while sent_token\(\) == \"loop\":)'\.$",
}


@pytest.fixture
def hanging(monkeypatch):
    with Worker("examiner.rotation.worker") as worker, open_app(worker, HANGS) as app:
        app.refresh("any")
        monkeypatch.setattr(app_client, "PATIENCE", 0.3)
        yield app


@pytest.mark.parametrize("token", SAID)
def test_is_it_told_where_a_request_hangs_and_whether_it_waits(hanging, token):
    with pytest.raises(Late, match=rf"(?s)POST /token got no answer within 0\.3 .*: {SAID[token]}"):
        hanging.refresh(token)


def test_is_less_waited_for_once_a_request_has_waited_in_vain(hanging, monkeypatch):
    with pytest.raises(Waits):
        hanging.refresh("lock")
    monkeypatch.setattr(app_client, "PATIENCE", 20)
    with pytest.raises(Waits, match="POST /token got no answer: it waits at line 12"):
        hanging.refresh("flag")


def test_is_one_that_works_waited_for_all_the_same(hanging, monkeypatch):
    with pytest.raises(Waits):
        hanging.refresh("lock")
    monkeypatch.setattr(app_client, "PATIENCE", 1.5)
    with pytest.raises(Late, match=r"got no answer within 1\.5 seconds: it is still at"):
        hanging.refresh("loop")

"""An app is asked as a WSGI server asks it: over connections, each with a thread of its own."""

import json
import socket
import threading
from contextlib import closing
from functools import partial

import pytest
from flask import Flask, request
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from examiner.rotation.app_connection import AppConnection
from examiner.rotation.app_request import (
    HOST,
    NO_REPLY,
    AppReply,
    AppRequest,
    read_reply,
    to_line,
)
from examiner.rotation.app_server import MAX_ANSWER_BYTES, AppServer, answered

JSON = {"Content-Type": "application/json"}


def asked(path: str, body: str = "", headers: dict = JSON, sender: str = HOST) -> AppRequest:
    return AppRequest("POST", path, body, headers, sender, 0.0, {})


def build_app(closed: threading.Event) -> Flask:
    app = Flask(__name__)

    @app.post("/echo")
    def echo():
        return {
            "came": request.get_json(),
            "from": request.remote_addr,
            "by": request.headers["User-Agent"],
            "thread": threading.get_ident(),
        }

    @app.post("/late")
    def late():
        response = Response("here")
        response.call_on_close(closed.set)
        return response

    @app.post("/long")
    def endless():
        return (b"x" * 1000 for _ in iter(int, 1))

    @app.post("/odd")
    def odd():
        return b"\xff", 299

    return app


@pytest.fixture
def closed():
    return threading.Event()


@pytest.fixture
def connect(closed):
    """Return a function that gives another connection to the app."""
    server = AppServer(partial(answered, build_app(closed)))
    server.start()
    connections = []

    def connect() -> AppConnection:
        connections.append(AppConnection(socket.create_connection((HOST, server.port)), 20))
        return connections[-1]

    yield connect
    for connection in connections:
        connection.close()
    server.shutdown()
    server.server_close()


def ask(connection: AppConnection, *arguments: str, **named: str) -> AppReply:
    return connection.ask(asked(*arguments, **named), lambda: None)


def test_does_the_app_see_what_was_sent(connect):
    headers = JSON | {"User-Agent": "somebody"}
    body = '{"token": "Zürich"}'.encode().decode("latin-1")
    reply = ask(connect(), "/echo", body, headers=headers, sender="203.0.113.7")
    seen = json.loads(reply.text)
    assert reply.status == 200
    assert seen.pop("thread")
    assert seen == {"came": {"token": "Zürich"}, "from": "203.0.113.7", "by": "somebody"}


ASKED = [
    asked("/token", '{"token": "Z\xc3\xbcrich"}', JSON | {"User-Agent": "curl/8.14.1"}),
    asked("/token", "", {}),
    asked("/logout", "", JSON, sender="203.0.113.7"),
    asked("/me", headers={"Authorization": "Bearer a.b-c", "User-Agent": "Mozilla/5.0 (X11)"}),
]


@pytest.mark.parametrize("request_", ASKED, ids=repr)
def test_does_the_app_see_what_werkzeug_makes_of_a_request(request_):
    body = request_.body.encode("latin-1")
    builder = EnvironBuilder(
        *(request_.path, f"http://{HOST}"),
        method=request_.method,
        headers=request_.headers,
        data=body,
        environ_base={"REMOTE_ADDR": request_.sender},
        multithread=True,
    )
    seen = []

    def app(environ, start_response) -> list[bytes]:
        seen.append(environ | {"wsgi.input": environ["wsgi.input"].read()})
        start_response("200 OK", [])
        return []

    answered(app, request_)
    assert seen == [builder.get_environ() | {"wsgi.input": body}]


def test_has_each_connection_a_thread_of_its_own_for_all_its_requests(connect):
    one, other = connect(), connect()
    headers = JSON | {"User-Agent": "-"}
    threads = [
        json.loads(ask(connection, "/echo", "{}", headers=headers).text)["thread"]
        for connection in (one, one, other, one)
    ]
    assert threads == [threads[0], threads[0], threads[2], threads[0]]
    assert threads[0] != threads[2]


def test_is_what_an_app_does_on_closing_done_behind_its_answer(connect, closed):
    assert ask(connect(), "/late").text == "here"
    assert closed.wait(20)


def test_is_an_answer_cut_that_does_not_end(connect):
    assert len(ask(connect(), "/long").text) == MAX_ANSWER_BYTES


def test_is_an_answer_read_that_is_no_text(connect):
    assert ask(connect(), "/odd") == AppReply(299, "�", "")


def test_is_it_told_when_a_request_is_on_its_way(connect):
    sent = threading.Event()
    connect().ask(asked("/late"), sent.set)
    assert sent.is_set()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"no JSON\n",
        b"[1, 2, 3]\n",
        b'{"status": 200}\n',
        b'{"status": "200", "text": "", "crash": ""}\n',
        b'{"status": true, "text": "", "crash": ""}\n',
        b'{"status": 200, "text": null, "crash": ""}\n',
        b'{"status": 200, "text": "", "crash": "", "more": 1}\n',
        b"[" * 100_000,
    ],
    ids=repr,
)
def test_is_no_reply_what_a_cell_has_written_in_its_place(line):
    with pytest.raises(ValueError, match=NO_REPLY):
        read_reply(line[:200_000])


def test_is_a_reply_read_as_it_was_written():
    reply = AppReply(200, "a\nb ☃", "")
    assert read_reply(to_line(reply)) == reply


def test_does_a_connection_end_at_which_nothing_comes():
    ours, theirs = socket.socketpair()
    with theirs, closing(AppConnection(ours, 0.02)) as connection, pytest.raises(TimeoutError):
        ask(connection, "/echo")


def test_are_requests_sent_ahead_of_the_answers_as_far_as_they_find_room():
    ours, theirs = socket.socketpair()
    with theirs, closing(AppConnection(ours, 20)) as connection:
        theirs.sendall(to_line(AppReply(200, "", "")))
        replies = connection.ask_each([asked("/a"), asked("/b"), asked("/c", "x" * 8192)])
        assert next(replies).status == 200
        lines = theirs.recv(100_000).splitlines()
        assert [json.loads(line)["path"] for line in lines] == ["/a", "/b"]
        theirs.close()
        with pytest.raises((OSError, ValueError)):
            next(replies)

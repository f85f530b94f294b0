"""The tracer tells what really happened: beside other tracers, in threads, without secrets."""

import bdb
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import coverage
import httpx
import pytest
from flask import Flask, abort, jsonify, request

from examiner.mistake import Mistake
from lesson import record, start_course
from lesson.course import LESSON_KEYS
from lesson.scenarios import SCENARIOS, Stage, tamper
from lesson.tracing.shared_server import shared_server
from lesson.tracing.tracing import MOST_STEPS, Traced
from lesson.tracing.values import HIDDEN, Writer, is_secret
from server import EmbeddedServer, views
from server.views import token

LIVE = {"r-1"}
calls = 0


def refresh():
    old = request.get_json().get("token")
    if old not in LIVE:
        return jsonify(error="unknown"), 403
    return jsonify(accessToken="a-1")


@pytest.fixture
def stage():
    return Stage()


@pytest.fixture
def served(stage):
    """The course's server with /token traced: (traced app, client)."""
    traced = Traced(stage.app, token)
    with EmbeddedServer(traced, "traced") as server:
        yield traced, httpx.Client(base_url=server.url, trust_env=False)


def test_does_a_trace_hold_line_variables_error_and_answer(stage, served):
    traced, client = served
    answer = client.post("/token", json={"token": tamper(stage.token)})
    [trace] = traced.traces
    assert (trace.request, trace.status) == ("POST /token", answer.status_code)
    assert answer.json()["error"] in trace.body
    [step] = [step for step in trace.steps if step.raised]
    assert "open_refresh_token" in trace.flow.source.lines[step.line - 1]
    assert step.raised == "InvalidSignatureError: Signature verification failed"
    assert "user" not in step.variables
    assert "alice" in step.variables["refresh_tokens"]


def test_is_the_answer_the_one_the_client_saw(stage, served):
    """Also where the app changes it after the view, and where the view never runs."""
    traced, client = served

    @stage.app.after_request
    def change(response):
        response.status_code += 1
        return response

    assert client.post("/token", json={"token": stage.token}).status_code == 201
    assert client.get("/token").status_code == 406
    assert [trace.status for trace in traced.traces] == [201, 406]
    assert [trace.reached for trace in traced.traces] == [True, False]


def test_are_concurrent_requests_kept_apart(stage, served):
    traced, client = served
    stage.issuer.users._hashes |= {f"user-{number}": "" for number in range(40)}
    sent = [stage.issuer.new_refresh_token(f"user-{number}") for number in range(40)]
    for number, one in enumerate(sent):
        stage.store.add(one, f"user-{number}")
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda one: client.post("/token", json={"token": one}), sent))
    assert {answer.status_code for answer in answers} == {200}
    assert len(traced.traces) == 40
    users = {trace.steps[-1].variables["user"] for trace in traced.traces}
    assert users == {f"'user-{number}'" for number in range(40)}
    for trace in traced.traces:
        end = trace.sent.removesuffix('"}')[-8:]
        assert {step.variables["refresh_token"][-9:-1] for step in trace.steps} == {end}


def test_are_concurrent_recordings_kept_apart():
    """One server answers them all; each must get the trace of its own request."""
    names = list(SCENARIOS) * 5
    with ThreadPoolExecutor(10) as pool:
        traces = list(pool.map(lambda name: record(token, name), names))
    alone = {name: repr(record(token, name)) for name in SCENARIOS}
    assert [repr(trace) for trace in traces] == [alone[name] for name in names]


def countdown(left=2):
    here = left
    if left:
        countdown(left - 1)
    return str(here)


def test_is_a_view_that_calls_itself_traced_once():
    trace = record(countdown, {})
    assert [step.line for step in trace.steps] == [2, 3, 4, 5]
    assert trace.steps[-1].variables["here"] == "2"


CRASHES = """
from lesson import record
print(record(lambda: 1 / 0, {}).status)
"""


def test_is_a_crash_no_line_on_stderr():
    """In a process of its own: under pytest Flask's logger finds another handler."""
    command = [sys.executable, "-c", CRASHES]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("500\n", "")


def test_is_the_tracer_gone_after_the_request(stage):
    traced, before = Traced(stage.app, token), sys.gettrace()
    with_client = stage.app.test_client()
    stage.app.wsgi_app, plain = traced_app(traced, stage.app.wsgi_app), stage.app.wsgi_app
    with_client.post("/token", json={})
    assert sys.gettrace() is before
    assert len(traced.traces) == 1
    stage.app.wsgi_app = plain


def traced_app(traced, plain):
    """Call the traced app in this thread, from where the test client calls the app."""

    def app(environ, start_response):
        traced.app = plain
        return traced(environ, start_response)

    return app


def test_does_coverage_see_the_view_while_it_is_traced():
    """The C tracer of coverage puts itself first at each call; both must get every line."""
    measured = coverage.Coverage(data_file=None, include=[__file__])
    measured.set_option("run:core", "ctrace")
    measured.start()
    try:
        trace = in_thread(lambda: record(refresh, {"token": "r-1"}))
    finally:
        measured.stop()
    lines = set(measured.get_data().lines(__file__) or ())
    first = refresh.__code__.co_firstlineno
    assert {first + 1, first + 2, first + 4} <= lines
    assert first + 3 not in lines
    assert [step.line for step in trace.steps] == [2, 3, 5]


class Debugger(bdb.Bdb):
    """A debugger that notes each line of this file it is shown."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def user_line(self, frame):
        if frame.f_code is refresh.__code__:
            self.lines.append(frame.f_lineno - refresh.__code__.co_firstlineno + 1)


def test_does_a_debugger_see_the_view_while_it_is_traced():
    debugger = Debugger()
    app = Flask("debugged")
    app.add_url_rule("/token", view_func=refresh, methods=["POST"])
    traced = Traced(app, refresh)
    app.wsgi_app = traced_app(traced, app.wsgi_app)
    client = app.test_client()
    debugger.runcall(client.post, "/token", json={"token": "r-1"})
    assert debugger.lines == [2, 3, 5]
    assert [step.line for step in traced.traces[0].steps] == [2, 3, 5]


def in_thread(work):
    """Run in a new thread, where threading.settrace takes hold; return the result."""
    found = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def test_is_the_valid_run_the_one_the_lesson_teaches():
    """Row by row: what is done, what is checked, and how it ends."""
    rows = [(row.step, row.action, row.check, row.result) for row in record(token).table]
    sent, made = "'eyJhbGci…PcrtW0Yg'", "'eyJhbGci…DgF-XccM'"
    assert rows == [
        (
            "1",
            "the request arrives",
            "is a token present?",
            f"yes: refresh_token = {sent}",
        ),
        ("2", "look it up in the store", "is it there?", "yes, go on"),
        ("3", "verify it", "is it valid?", "yes: user = 'alice'"),
        ("4", "make a new access token", "", f"access_token = {made}"),
        ("5", "send the response", "", '200 {"accessToken": "eyJhbGci…DgF-XccM"}'),
        ("6", "any check fails", "", "not reached: 401 (step 1), 403 (steps 2, 3)"),
    ]


def test_does_the_tracker_show_when_each_variable_lives():
    tracker = record(token).tracker
    assert tracker.names == ["refresh_token", "refresh_tokens", "user", "access_token"]
    lives = {
        name: [state.when for state in tracker.states if name in state.variables]
        for name in tracker.names
    }
    every = [state.when for state in tracker.states]
    assert every == ["start", "after 1", "after 2", "after 3", "after 4", "after 5", "end"]
    assert lives["refresh_tokens"] == every
    assert lives["refresh_token"] == every[1:-1]
    assert lives["user"] == every[3:-1]
    assert lives["access_token"] == every[4:-1]
    assert len({state.variables["refresh_tokens"] for state in tracker.states}) == 1
    assert tracker.states[3].variables["user"] == "'alice'"


REFUSED_AT = {"missing": "1", "unknown": "2", "revoked": "2", "expired": "3", "tampered": "3"}


@pytest.mark.parametrize("name", REFUSED_AT)
def test_does_each_scenario_turn_off_where_it_should(name):
    trace = record(token, name)
    rows = {row.step: row.result for row in trace.table}
    at = REFUSED_AT[name]
    assert rows[at].startswith("no")
    assert all(rows[str(step)].startswith("yes") for step in range(1, int(at)))
    assert all(rows[str(step)] == "not reached" for step in range(int(at) + 1, 6))
    assert rows["6"] == f"{trace.status} {trace.body}"
    assert trace.status == (401 if name == "missing" else 403)


def test_are_expired_and_tampered_told_apart_inside():
    errors = {name: record(token, name).table[2].result for name in ("expired", "tampered")}
    assert errors["expired"] == "no: ExpiredSignatureError: The token has expired."
    assert errors["tampered"] == "no: InvalidSignatureError: Signature verification failed"


def test_is_a_trace_a_text_table():
    text = repr(record(token, "missing")).splitlines()
    assert text[0].startswith("POST /token {} → 401")
    assert text[1].split() == ["step", "action", "input", "check", "result"]
    assert len(text) == 8
    assert "refresh_token = None" in text[2]


def test_is_a_request_of_ones_own_sent_to_the_running_course():
    course = start_course()
    login = {"username": "alice", "password": "wonderland"}
    own = course.client.post("/login", json=login).json()["refreshToken"]
    assert record(token, {"token": own}).status == 200
    course.clock.advance(days=30)
    assert record(token, {"token": own}).status == 403
    course.server.stop()


def test_is_a_registered_view_run_in_its_own_app():
    app = Flask("own")

    @app.put("/refresh")
    def refresh():
        return {"method": request.method, "path": request.path}

    globals()["own_app"] = app  # where a notebook has it
    trace = record(refresh, {})
    del globals()["own_app"]
    assert trace.request == "PUT /refresh"
    assert "refresh" in trace.body


def test_is_a_view_with_several_paths_reached(monkeypatch):
    app = Flask("several")

    @app.get("/users/<name>")
    @app.get("/users", endpoint="all users")
    def users(name="everybody"):
        return {"name": name}

    monkeypatch.setitem(globals(), "several_app", app)
    assert record(users, {}).body == '{"name": "everybody"}'
    bob = httpx.Request("GET", "http://any/users/bob?wide=yes")
    assert record(users, bob).body == '{"name": "bob"}'


def test_is_a_path_with_a_gap_told(monkeypatch):
    app = Flask("gap")
    user = app.get("/users/<name>")(lambda name: name)
    monkeypatch.setitem(globals(), "gap_app", app)
    with pytest.raises(Mistake, match="has a part for you to fill in"):
        record(user, {})


def test_does_the_recording_server_answer_nobody_else():
    record(token)
    answer = httpx.post(f"{shared_server().url}/token", json={}, trust_env=False)
    assert answer.status_code == 404


SENT = {"username": "alice", "password": "wonderland", "deep": {"api_key": "sesame-123"}}


def shows_secrets():
    signing_key, payload = LESSON_KEYS.refresh, request.get_json()
    raw = request.get_data()
    hello = f"the password is {payload['password']}"
    copy = [payload["deep"]["api_key"]]
    raise ValueError(f"{signing_key} {raw} {hello} {copy}")


def test_is_no_secret_in_a_trace():
    trace = record(shows_secrets, SENT)
    held = repr((trace.sent, trace.start, trace.steps, trace.end, trace.body))
    assert trace.status == 500
    assert "ValueError" in held
    for secret in ["wonderland", "sesame-123", "lesson key", "not a secret"]:
        assert secret not in held
    assert held.count(HIDDEN) > 5
    login = record(views.login, {"username": "alice", "password": "wonderland"})
    assert login.status == 200
    assert "wonderland" not in repr((login.sent, login.steps))


def test_is_no_secret_of_the_app_in_a_trace():
    app = Flask("configured")
    app.secret_key = "very-secret-thing"
    app.config["JWT_SECRET"] = "another-secret"

    def leak():
        found, other = app.secret_key, app.config["JWT_SECRET"]
        return f"{len(found)} {len(other)}"

    app.add_url_rule("/leak", view_func=leak)
    traced = Traced(app, leak)
    app.wsgi_app = traced_app(traced, app.wsgi_app)
    app.test_client().get("/leak")
    assert "secret" not in repr(traced.traces[0].steps)


@pytest.mark.parametrize(
    "name", ["password", "userPassword", "SECRET_KEY", "jwtSecret", "key", "passwd", "privateKey"]
)
def test_is_a_name_known_for_a_secret(name):
    assert is_secret(name)


@pytest.mark.parametrize("name", ["refresh_token", "user", "passed", "monkey", "keyboard", "x"])
def test_is_a_harmless_name_left_alone(name):
    assert not is_secret(name)


class Broken:
    def __repr__(self):
        raise RuntimeError("no repr today")


VALUES = {
    "a" * 300: "'aaaaaaaa…aaaaaaaa'",
    b"\xff" * 300: "b'ÿÿÿÿÿÿÿÿ…ÿÿÿÿÿÿÿÿ'",
    None: "None",
    "half \ud800": "'half \\ud800'",
    10**5000: None,
    (1, (2, (3, (4, (5, 6))))): None,
}


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_is_a_value_one_short_line(value):
    text = Writer().text(value)
    assert len(text) < 200
    assert "\n" not in text
    assert text.encode()
    assert text == (VALUES[value] or text)


def test_is_a_value_that_cannot_be_written_no_error():
    assert Writer().text(Broken()) == "Broken()"
    cyclic = []
    cyclic.append(cyclic)
    assert len(Writer().text(cyclic)) < 100
    assert " at 0x" not in Writer().text(object())


def holds_itself():
    root = {"name": "root"}
    child = {"parent": root}
    root["child"] = child
    odd = Odd()
    return f"{len(root)} {bool(odd)}"


class Odd(dict):
    """A dict that cannot be looked into."""

    def items(self):
        raise RuntimeError("not today")

    def __repr__(self):
        raise SystemExit


def test_does_no_value_fail_the_view_it_lives_in():
    trace = record(holds_itself, {})
    assert (trace.status, trace.body) == (200, "2 False")


def one_line(kind=None):
    kind = request.get_json().get("kind")
    if kind == "a": return "one"  # noqa: E701  # fmt: skip
    if kind == "b": kind = "c"  # noqa: E701  # fmt: skip
    return str(kind), 202


def labelled_one_line():
    kind = request.get_json().get("kind")
    if not kind: return "none", 401  # step 1: read it; is there a kind?  # noqa: E701  # fmt: skip
    return "some"  # step 2: send it


def results(view, sent) -> list[tuple[str, str]]:
    return [(row.step, row.result) for row in record(view, sent).table]


def test_are_condition_and_body_on_one_line_told_apart():
    assert results(one_line, {"kind": "a"})[1:3] == [
        ("line 3", "yes, go on"),
        ("line 3", "200 one"),
    ]
    taken = results(one_line, {"kind": "b"})
    assert taken[1] == ("line 3", "no")
    assert taken[2:4] == [("line 4", "yes, go on"), ("line 4", "kind = 'c'")]
    assert taken[4] == ("line 5", "202 c")
    assert [r for r in results(one_line, {"kind": "x"}) if r[1] == "200 one"] == []


def test_is_a_label_on_a_shared_line_the_conditions():
    assert results(labelled_one_line, {"kind": "x"})[0] == ("1", "yes: kind = 'x'")
    refused = results(labelled_one_line, {})
    assert refused[0] == ("1", "no: kind = None")
    assert refused[-1] == ("3", "401 none")


def asks_before_the_if():
    user = request.get_json().get("user")  # step 1: read it; is there a user?
    if user is None:
        abort(401)
    flag = user == "alice"  # step 2: compare; is it Alice?
    if user == "bob":  # step 3: look again; is it Bob?
        flag = None
    return str(flag)  # step 4: tell


def test_is_a_question_answered_by_the_if_behind_it_or_not_at_all():
    rows = {row.step: row for row in record(asks_before_the_if, {}).table}
    assert rows["1"].result == "no: user = None"
    rows = {row.step: row for row in record(asks_before_the_if, {"user": "bob"}).table}
    assert rows["1"].result == "yes: user = 'bob'"
    assert (rows["2"].check, rows["2"].result) == ("", "flag = False")
    assert (rows["3"].check, rows["3"].result) == ('user == "bob"', "yes, go on")


def locked():
    with threading.Lock():
        for number in [1, 2, 3]:
            if number == 2:
                continue
        return jsonify(ok=True)


def test_is_a_return_inside_with_the_answer():
    rows = record(locked, {}).table
    assert rows[-1].result.startswith("200")
    assert "fails" not in repr(rows)
    assert [row.result for row in rows if row.check == "number == 2"] == ["no", "yes, go on", "no"]


def test_is_an_answer_from_elsewhere_called_that():
    last = record(token, b"[").table[-1]
    assert (last.action, last.result[:3]) == ("answered elsewhere", "400")
    last = record(token, httpx.Request("GET", "http://any/token")).table[-1]
    assert (last.action, last.result[:3]) == ("answered elsewhere", "405")


def exits():
    raise SystemExit(3)


def no_status():
    return "x", "teapot"


def wide_answer():
    return b"x" * 3_000_000


def test_does_no_view_leave_the_recorder_without_an_answer(capfd):
    app = Flask("testing")
    app.testing = True
    broken = app.get("/broken")(lambda: 1 / 0)
    traced = Traced(app, broken)
    with EmbeddedServer(traced, "testing") as server:
        assert httpx.get(f"{server.url}/broken", trust_env=False).status_code == 500
    assert "SystemExit" in record(exits, {}).body
    assert record(no_status, {}).status in (None, 0, 200, 500)
    assert record(wide_answer, {}).status == 200
    assert capfd.readouterr().err == ""


def on_one_line():
    while True: pass  # noqa: E701  # fmt: skip


def without_end():
    def parts():
        while True:
            yield b"x" * 1_000_000

    return app_free_response(parts())


def app_free_response(parts):
    from flask import Response

    return Response(parts)


@pytest.mark.parametrize("view", [on_one_line, without_end])
def test_is_a_view_that_hangs_stopped_and_its_thread_free(view, monkeypatch):
    monkeypatch.setattr(shared_server().client, "timeout", 0.5)
    before = threading.active_count()
    assert record(view, {}).status == 500
    deadline = time.monotonic() + 10
    while threading.active_count() > before + 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= before + 1


def test_is_an_error_handler_told_and_its_answer_shown(monkeypatch):
    app = Flask("handled")
    app.register_error_handler(ZeroDivisionError, lambda error: ("caught", 418))
    divide = app.post("/divide")(lambda: 1 / 0)
    monkeypatch.setitem(globals(), "handled_app", app)
    trace = record(divide, {})
    assert (trace.status, trace.body) == (418, "caught")
    assert "error handlers" in trace.flow.notes[-1]
    assert "error handlers" not in repr(record(token).flow.notes)


SECRETS = {
    "a dict of keys": b'{"keys": {"access": "sesame-123"}, "copy": "sesame-123"}',
    "in a list": b'{"users": [{"password": "sesame-123"}], "copy": "sesame-123"}',
    "overlapping": b'{"password": "sesame-123", "secret": "sesame", "copy": "sesame-123"}',
    "broken JSON": b'{"password": "sesame-123"',
    "a form": b"password=sesame-123&copy=sesame-123",
    "quoted": b'{"password": "sesame-\\"123", "copy": "a sesame-\\"123"}',
}


def copies():
    early = request.get_json(silent=True) or {}
    early = early.get("copy")
    raw = request.get_data()
    url, headers = request.url, dict(request.headers)
    late_password = early
    return f"{raw} {url} {headers} {late_password}"


@pytest.mark.parametrize("name", SECRETS)
def test_is_a_secret_found_wherever_it_came_in(name):
    trace = record(copies, SECRETS[name])
    held = repr((trace.sent, trace.steps, trace.body))
    assert "123" not in held.replace("3:", "").replace("127.0.0.1", "")
    assert HIDDEN in held


def test_is_a_secret_in_query_cookie_and_credentials_hidden():
    headers = {"Cookie": "session=sesame-123", "Authorization": "Basic sesame-456"}
    asked = httpx.Request("POST", "http://any/token?password=sesame-789", headers=headers)
    trace = record(copies, asked)
    assert "sesame" not in repr((trace.sent, trace.steps, trace.body))


def counts_up():
    total = 0
    for _ in range(100_000_000):
        total += 1
    return str(total)


def never_ends():
    while True:
        try:
            calls  # noqa: B018
        except Exception:
            continue


@pytest.mark.parametrize("view", [counts_up, never_ends])
def test_is_a_view_that_never_ends_stopped(view, monkeypatch):
    """By counting its lines, before anybody loses patience."""
    monkeypatch.setattr(Traced, "stop", lambda traced: pytest.fail("not by then"))
    trace = record(view, {})
    assert (trace.status, trace.cut) == (500, True)
    assert "stopped" in trace.body
    assert len(trace.steps) == MOST_STEPS
    assert len(trace.table) > 3


def counted():
    global calls
    calls += 1
    return str(calls)


def test_is_a_global_that_the_view_changes_tracked():
    states = record(counted, {}).tracker.states
    assert int(states[-1].variables["calls"]) == int(states[0].variables["calls"]) + 1
    assert "calls" in states[1].changed


def test_is_a_wrong_request_told_in_one_sentence():
    with pytest.raises(Mistake, match="choose one of valid, missing"):
        record(token, "nonsense")
    with pytest.raises(Mistake, match="made for /token"):
        record(refresh, "valid")
    with pytest.raises(Mistake, match="cannot be written as JSON"):
        record(token, {"token": {1, 2}})


def test_are_there_six_scenarios():
    assert list(SCENARIOS) == ["valid", "missing", "unknown", "expired", "tampered", "revoked"]

"""What fails in a learner's view is told with type, text and line, as Flask would tell it."""

import json

import pytest
from flask import Flask, Response, jsonify

from lesson import record, step
from lesson.tracing import tracing


def ends_without_return():
    name = "alice"
    name.upper()


def returns_a_number():
    return 42


def calls_itself():
    return calls_itself()


async def is_async():
    return "x"


def asks_for_input():
    return input()


def generates():
    yield "a"
    raise ValueError("half of it is sent")


def streams():
    def parts():
        yield "a"
        raise ValueError("half of it is sent")

    return Response(parts())


def wants_more(token):
    return token


def divides():
    one = 1
    return str(one / 0)


def helped():
    return {}["token"]


def has_help():
    return helped()


def leaves():
    raise SystemExit(3)


def sends_a_set():
    return jsonify({1, 2})


def bad_header():
    return "x", 200, {"X-Name": "a\nb"}


VALID = "did not return a valid response"
TOLD = {
    ends_without_return: f"Line 3: TypeError: The view function for 'ends_without_return' {VALID}. "
    "The function either returned None or ended without a return statement.",
    returns_a_number: f"Line 2: TypeError: The view function {VALID}. The return type must be a "
    "string, dict, list, tuple with headers or status, Response instance, or WSGI callable, but it "
    "was a int.",
    calls_itself: "Line 2: RecursionError: maximum recursion depth exceeded",
    is_async: "Line 1: RuntimeError: Install Flask with the 'async' extra",
    asks_for_input: "Line 2: OSError: pytest: reading from stdin",
    generates: "Line 3: ValueError: half of it is sent",
    streams: "Line 4: ValueError: half of it is sent",
    wants_more: "Line 1: TypeError: wants_more() missing 1 required positional argument: 'token'",
    divides: "Line 3: ZeroDivisionError: division by zero",
    has_help: "Line 2: KeyError: 'token'",
    leaves: "Line 2: SystemExit: 3",
    sends_a_set: "Line 2: TypeError: Object of type set is not JSON serializable",
    bad_header: "Line 2: ValueError: Header values must not contain newline characters.",
}


@pytest.mark.parametrize("view", TOLD, ids=lambda view: view.__name__)
def test_is_what_fails_in_a_view_told_with_its_line(view, capfd):
    trace = record(view, {})
    assert trace.status == 500
    assert json.loads(trace.body)["error"].startswith(TOLD[view])
    assert capfd.readouterr().err == ""


def test_does_the_stepper_tell_it_at_its_last_place():
    last = step(divides, {}).shown["runs"][0]["positions"][-1]["says"]
    assert "Line 3: ZeroDivisionError: division by zero" in last


@pytest.mark.parametrize(("view", "line"), [(calls_itself, 2), (divides, 3)])
def test_has_a_run_that_fails_its_last_line(view, line):
    """Also where the recursion has no room left for the tracer."""
    trace = record(view, {})
    assert trace.steps[-1].line == line
    assert trace.steps[-1].raised in trace.body


def test_is_an_error_outside_the_view_told_without_a_line(monkeypatch):
    app = Flask("after")
    app.post("/late")(late := lambda: "x")
    app.after_request(lambda response: 1 / 0)
    monkeypatch.setitem(globals(), "after_app", app)
    assert json.loads(record(late, {}).body) == {"error": "ZeroDivisionError: division by zero"}


def test_is_the_apps_own_answer_to_an_error_kept(monkeypatch):
    app = Flask("handled")
    app.register_error_handler(500, lambda error: ("sorry", 500))
    app.post("/divides")(divides)
    monkeypatch.setitem(globals(), "handled_app", app)
    assert record(divides, {}).body == "sorry"


def test_is_a_secret_not_told():
    def tells():
        password = "sesame-123"
        raise ValueError(f"not {password}")

    assert json.loads(record(tells, {}).body)["error"] == "Line 3: ValueError: not (hidden)"


def test_is_a_line_told_without_a_source():
    scope = {}
    exec(compile("def view():\n    one = 1\n    return one / 0\n", "nowhere.py", "exec"), scope)
    assert json.loads(record(scope["view"], {}).body)["error"].startswith("Line 3: ZeroDivision")


def test_is_an_endless_sentence_cut():
    def tells():
        raise ValueError("x" * 10_000)

    assert len(record(tells, {}).body) < tracing.LONGEST_ERROR + 50

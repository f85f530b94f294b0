"""The chart of a view: its exits are the answers that requests can produce, for odd views too."""

import linecache
from contextlib import suppress
from http import HTTPStatus

import flask
import httpx
import pytest
from flask import abort, jsonify, make_response, redirect, request
from flask.views import MethodView
from werkzeug.exceptions import Forbidden, Gone

from examiner.mistake import Mistake
from lesson import record
from lesson.charting.chart import chart
from lesson.charting.picture import in_words
from server import views

LIVE = {"r-1", "r-2"}
TEAPOT = 418


def body() -> dict:
    return request.get_json(silent=True) or {}


def refuse(status: int, sentence: str):
    """A helper like the server's own: the status is its parameter."""
    response = jsonify(error=sentence)
    response.status_code = status
    return response


def must_be_admin() -> None:
    if body().get("user") != "admin":
        abort(403)


def nested():
    token = body().get("token")
    if token:
        if token in LIVE:
            if body().get("wide"):
                return jsonify(scope="wide"), 201
            return jsonify(scope="narrow")
        return jsonify(error="unknown"), 403
    return jsonify(error="missing"), 401


def elif_chain():
    kind = body().get("kind")
    if kind == "a":
        status = 200
    elif kind == "b":
        status = 202
    else:
        status = 406
    return jsonify(kind=kind), status


def for_loop():
    for token in sorted(LIVE):
        if token == body().get("token"):
            return jsonify(found=token)
    return jsonify(error="none"), 404


def while_else():
    count = body().get("count", 0)
    while count > 0:
        count -= 1
        if count == 5:
            return jsonify(count=count), 409
    else:
        return jsonify(count=count), 200


def break_and_continue():
    for token in ["x", "y", *sorted(LIVE)]:
        if token in ("x", "y"):
            continue
        if token == body().get("token"):
            break
    else:
        return "", 404
    return "", 204


def match_kind():  # noqa: RET503
    match body().get("kind"):
        case "admin":
            return jsonify(ok=True)
        case "guest" | "friend":
            return jsonify(ok=False), 403
        case None:
            abort(401)
        case _:
            return jsonify(error="what?"), 400


def match_falls_through():
    match body().get("kind"):
        case {"deep": deep} if deep > 1:
            return str(deep), 202
        case [_, *_]:
            return "a list", 413
    return "neither"


def early_return():
    return jsonify(ok=True)
    return jsonify(never=True), 500


def finally_wins():
    try:
        if body().get("token") in LIVE:
            return jsonify(ok=True), 200
        raise ValueError("no such token")
    finally:
        return jsonify(ok=None), 207  # noqa: B012  (that is the oddity)


def try_else_finally():
    seen = []
    try:
        number = int(body().get("n"))
    except TypeError:
        return jsonify(error="missing"), 401
    except ValueError:
        return jsonify(error="no number"), 400
    else:
        seen.append(number)
    finally:
        seen.append("done")
    return jsonify(seen=seen)


def raises_http():
    if "token" not in body():
        raise Forbidden
    if body()["token"] == "old":
        raise Gone("It is gone.")
    if body()["token"] == "broken":
        raise RuntimeError("nobody catches this")
    return "fine"


def aborts():
    token = body().get("token") or abort(401)
    if token not in LIVE:
        abort(HTTPStatus.FORBIDDEN)
    return {"token": token}


def helper_aborts():
    must_be_admin()
    return "welcome", {"X-ListeningSocket": "open"}


def own_refuse():
    if not body():
        return refuse(401, "nothing")
    if "token" not in body():
        return refuse(status=422, sentence="no token")
    return make_response(jsonify(ok=True), 200)


def made_responses():
    kind = body().get("kind")
    if kind == "away":
        return redirect("/elsewhere")
    if kind == "moved":
        return redirect("/elsewhere", code=301)
    if kind == "tea":
        return flask.Response("short and stout", status=TEAPOT)
    return make_response("text")


def one_liners():
    token = body().get("token")
    if not token: return "none", 401  # noqa: E701  # fmt: skip
    return ("yes", 200) if token in LIVE else ("no", 403)


def falls_off_the_end():  # noqa: RET503  (that is the oddity)
    if body().get("token"):
        return jsonify(ok=True)


def set_later():
    response = jsonify(ok=True)
    if body().get("late"):
        response.status_code = 203
    return response


def asserts():
    assert body().get("token"), "a token is needed"
    with flask.current_app.app_context():
        return jsonify(ok=True)


def dropped_return():
    if body().get("token") not in LIVE:  # step 1: look it up; is it there?
        refuse(403, "unknown")
    return jsonify(ok=True)  # step 2: send it


def labelled_above():
    # step 1: read it; is there a token?
    if not body().get("token"):
        return refuse(401, "missing")
    answer = jsonify(ok=True)
    return answer, 200  # step 2: send it


def twice(view):
    """A decorator that keeps no trace of what it wraps."""

    def wrapper():
        if body().get("twice"):
            view()
        return view()

    return wrapper


@flask.copy_current_request_context if False else (lambda view: view)
def decorated():
    return jsonify(ok=True), 202


def caught_by_its_own_try():
    try:
        if not body().get("token"):
            raise Forbidden
        if body()["token"] == "old":
            abort(410)
        assert body()["token"] in LIVE
    except AssertionError:
        return "unknown", 422
    except (Forbidden, Gone):
        return "refused", 407
    return "good"


def raised_again():
    try:
        return str(body()["token"])
    except KeyError:
        if body():
            raise
        return "empty", 400


def raises_a_variable():
    refusal = Forbidden("no")
    if not body():
        raise refusal
    raise Gone("a") if body().get("old") else RuntimeError("b")


def statuses_through_names():
    error, status = None, 200
    if not body():
        error, status = "nothing", 401
    return jsonify(error=error), status


def the_last_one_counts():
    status = 500
    status = 403
    response = jsonify(ok=False)
    response.status_code = 404
    response = jsonify(ok=True)
    response.status = "202 ACCEPTED"
    return response if body() else ("no", status)


def counts_a_status_up():
    status = 200
    if body():
        status += 1
        return "more", status
    return "less", status


def suppresses():
    with suppress(KeyError):
        return str(body()["token"]), 201
    return "nothing", 404


def streams():
    yield "one"
    yield "two"


def inner_helper():
    def must(condition):
        if not condition:
            abort(403)

    must(body())
    return "in"


def always_refuses():
    def deny(status=401):
        abort(status)

    if body():
        deny(409)
    deny()


def imports_inside():
    from flask import abort as stop

    if not body():
        stop(404)
    return ("text", {"X-Kind": "text"})


def with_headers():
    headers = {"X-Kind": "text"}
    if body():
        return "text", 202, headers
    return "text", headers


def one_word_conditions():
    for kind in ["a", "b"]:
        if kind == body().get("kind"): break  # noqa: E701  # fmt: skip
    else:
        return "other", 404
    if True:
        return kind, 200
    return "never", 500


def default_status(sentence, status=410, *, code=None):
    return jsonify(error=sentence), status


def helpers_with_defaults():
    if body().get("a"):
        return default_status("a", 411)
    if body().get("b"):
        return default_status("b", status=412)
    return default_status("c")


class Items(MethodView):
    def post(self):
        if not body():
            return "nothing", 422
        return "made", 201


def reads_json():
    data = request.get_json()
    if not isinstance(data, dict):
        return "no object", 422
    return "an object"


T = {"token": "r-1"}
NO = {"token": "other"}
VIEWS = {
    nested: [{}, T, NO, T | {"wide": 1}],
    elif_chain: [{"kind": "a"}, {"kind": "b"}, {}],
    for_loop: [T, NO],
    while_else: [{}, {"count": 2}, {"count": 9}],
    break_and_continue: [T, NO],
    match_kind: [{"kind": "admin"}, {"kind": "guest"}, {}, {"kind": 5}],
    match_falls_through: [{"kind": {"deep": 2}}, {"kind": [1]}, {}],
    early_return: [{}],
    finally_wins: [T, NO],
    try_else_finally: [{}, {"n": "x"}, {"n": "5"}],
    raises_http: [{}, {"token": "old"}, {"token": "broken"}, T],
    aborts: [{}, T, NO],
    helper_aborts: [{}, {"user": "admin"}],
    own_refuse: [{}, {"x": 1}, T],
    made_responses: [{"kind": "away"}, {"kind": "moved"}, {"kind": "tea"}, {}],
    one_liners: [{}, T, NO],
    falls_off_the_end: [{}, T],
    set_later: [{}, {"late": 1}],
    asserts: [{}, T],
    dropped_return: [{}, T],
    labelled_above: [{}, T],
    decorated: [{}],
    caught_by_its_own_try: [{}, {"token": "old"}, NO, T],
    raised_again: [{}, {"x": 1}, T],
    raises_a_variable: [{}, {"old": 1}, {"x": 1}],
    statuses_through_names: [{}, T],
    the_last_one_counts: [{}, T],
    suppresses: [{}, T],
    streams: [{}],
    inner_helper: [{}, T],
    always_refuses: [{}, T],
    imports_inside: [{}, T],
    with_headers: [{}, T],
    one_word_conditions: [{}, {"kind": "a"}],
    helpers_with_defaults: [{}, {"a": 1}, {"b": 1}],
    Items.as_view("items"): [{}, T],
    reads_json: [{}, b"[]", b"{", httpx.Request("POST", "http://x/token", content=b"{}")],
}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_are_the_exits_the_answers_that_requests_produce(view):
    answers = {record(view, sent).status for sent in VIEWS[view]}
    assert chart(view).exits == answers


def test_are_there_twenty_odd_views():
    assert len(VIEWS) >= 20


def test_is_a_status_that_the_source_does_not_tell_left_open():
    """Unknown is drawn as unknown, and never as a wrong number."""
    assert chart(counts_a_status_up).exits == {200, None}


def test_is_a_view_nested_without_end_no_error():
    branches = "".join(f"    elif n == {n}:\n        return 'x', 201\n" for n in range(2000))
    text = f"def deep():\n    n = 5\n    if n == -1:\n        return 'y'\n{branches}"
    linecache.cache["deep.py"] = (len(text), None, text.splitlines(keepends=True), "deep.py")
    scope = {}
    exec(compile(text, "deep.py", "exec"), scope)
    assert "too deeply" in chart(scope["deep"]).notes[-1]


def calls_itself(number=0):
    return calls_itself(1) or calls_itself(2) or calls_itself(3) or calls_itself(4) or "end"


def test_is_a_helper_that_calls_itself_charted_soon():
    """The work for one chart is limited; nothing here asserts how long it takes."""
    assert None in chart(calls_itself).exits


AUTHORIZED = httpx.Request("GET", "http://x/me", headers={"Authorization": "Bearer a.b.c"})
EMPTY_HEADER = httpx.Request("GET", "http://x/me", headers={"Authorization": "Bearer ?"})
PLAIN = httpx.Request("POST", "http://x/token", content=b"{}")


def test_are_the_exits_of_the_servers_own_token_view_complete():
    scenarios = ["valid", "missing", "unknown", "expired", "tampered", "revoked"]
    answers = {record(views.token, name).status for name in scenarios}
    answers |= {record(views.token, sent).status for sent in [{"token": 5}, b"[", PLAIN]}
    assert chart(views.token).exits == answers == {200, 400, 401, 403, 415}


def test_does_a_changed_view_get_another_chart():
    assert len(chart(views.token).boxes) > len(chart(dropped_return).boxes)
    assert list(in_words(chart(labelled_above)).values()) == [
        "a request arrives → step 1, is there a token?",
        "step 1, is there a token? → no: 401 Unauthorized; yes: 200 OK, send it",
    ]


def test_is_the_token_view_charted_as_its_comments_say():
    assert list(in_words(chart(views.token)).values()) == [
        "a request arrives → step 1, is a token present?",
        "step 1, is a token present? → no: 401 Unauthorized; yes: step 2, is it there?",
        "step 2, is it there? → no: 403 Forbidden; yes: step 3, is it valid?",
        "step 3, is it valid? → no: 403 Forbidden; yes: step 4, make a new access token",
        "step 4, make a new access token → 200 OK, send the response",
    ]


NOTES = {
    dropped_return: "Line 3 makes an answer and does not return it: the view goes on.",
    early_return: "Line 3 is never reached.",
    finally_wins: "The finally of line 7 runs on every way out; the chart shows it once.",
    helper_aborts: "must_be_admin, which this view calls, may refuse by itself: 403.",
    decorated: "@flask.copy_current_request_context if False else (lambda view: view) runs "
    "around this view; what it does is not charted.",
}


@pytest.mark.parametrize("view", NOTES, ids=lambda view: view.__name__)
def test_does_a_sentence_tell_what_the_chart_cannot(view):
    assert NOTES[view] in chart(view).notes


def test_is_a_wrapper_without_its_view_charted_as_what_it_is():
    flow = chart(twice(nested))
    assert flow.source.name == "wrapper"
    assert record(twice(nested), T).status == 200


def test_does_a_view_without_source_get_a_sentence():
    scope = {}
    exec("def made(): return 'text'", scope)
    [note] = chart(scope["made"]).notes
    assert "no chart" in note
    assert record(scope["made"], {}).body == "text"
    assert "no chart" in chart(lambda: "text").notes[0]


@pytest.mark.parametrize("thing", [5, "token", None, object(), {}])
def test_is_what_is_no_view_refused_in_one_sentence(thing):
    with pytest.raises(Mistake, match="without brackets"):
        chart(thing)

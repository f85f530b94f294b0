"""A request of one's own goes as it is given, and a page can send it again with another body."""

import json

import httpx
import pytest
from flask import Flask, request

from examiner.mistake import Mistake
from lesson import record, step
from lesson.tracing.own_request import OwnRequest

FORGED = httpx.Request(
    "POST",
    "http://site/token?wide=yes",
    headers={"Cookie": "a=b", "Origin": "https://mallory.example", "Accept": "text/plain"},
    data={"any": "thing"},
)
HALF_A_PAIR = '{"token": "\\ud800"}'


def echo():
    return {
        "asked": f"{request.method} {request.full_path} for {request.headers.get('Accept')}",
        "from": request.headers.get("Origin"),
        "cookies": len(request.cookies),
        "sent": request.get_data(as_text=True),
    }


def reads():
    return {"read": request.get_json()}


def chosen(stepper, body: str) -> dict:
    """Return what the view answers to one's own request with this body."""
    stepper.choice = {"name": "own", "beside": None, "body": body}
    return json.loads(stepper.runs["own"].body)


def test_does_a_request_sent_again_keep_method_path_and_headers():
    first = {
        "asked": "POST /token?wide=yes for text/plain",
        "from": "https://mallory.example",
        "cookies": 1,
        "sent": "any=thing",
    }
    stepper = step(echo, FORGED)
    assert json.loads(stepper.runs["own"].body) == first
    assert chosen(stepper, "any=thing") == first
    assert chosen(stepper, "any=other&more=ü") == first | {"sent": "any=other&more=ü"}
    assert chosen(stepper, "") == first | {"sent": ""}


def test_are_method_path_headers_and_body_of_a_request_there_for_the_page():
    view = step(echo, FORGED).view
    assert view["path"] == "POST /token?wide=yes"
    assert (view["body"], view["open"]) == ("any=thing", True)
    assert view["headers"] == [
        ["Cookie", "a=b"],
        ["Origin", "https://mallory.example"],
        ["Accept", "text/plain"],
        ["Content-Type", "application/x-www-form-urlencoded"],
    ]


def test_are_the_headers_that_httpx_adds_not_for_the_page():
    with httpx.Client(trust_env=False) as client:
        built = client.build_request("GET", "http://site/token", headers={"Cookie": "a=b"})
    assert OwnRequest(echo, built).shown["headers"] == [["Cookie", "a=b"]]
    assert OwnRequest(echo, built).shown["open"] is False
    assert OwnRequest(echo, {}).shown["headers"] == []


def test_are_bytes_of_another_encoding_kept_until_the_body_is_edited():
    sent = httpx.Request("POST", "http://site/token", content=b"\xff")
    own = OwnRequest(echo, sent)
    assert own.edited(own.shown["body"]).read() == b"\xff"
    assert own.edited("new").read() == b"new"


def test_does_a_view_for_get_get_no_body(monkeypatch):
    app = Flask("getting")

    @app.get("/page")
    def page():
        return {"sent": request.get_data(as_text=True), "kind": request.content_type}

    monkeypatch.setitem(globals(), "getting_app", app)
    empty = {"sent": "", "kind": None}
    assert record(page, {}).sent == "(nothing)"
    stepper = step(page, {})
    assert stepper.view["body"] == ""
    assert chosen(stepper, '{"token": "r-123"}') == empty
    with pytest.raises(Mistake, match=r"GET /page takes no body: pass \{\}, or an httpx.Request"):
        record(page, {"name": "value"})


def test_is_half_a_surrogate_pair_answered():
    """From Python and from the page's text; what is shown has to go to the page as UTF-8."""
    stepper = step(reads, {"token": "\ud800"})
    assert stepper.runs["own"].body == '{"read": {"token": "\\ud800"}}'
    assert chosen(stepper, HALF_A_PAIR) == {"read": {"token": "\ud800"}}
    assert chosen(step(reads, {}), HALF_A_PAIR) == {"read": {"token": "\ud800"}}
    json.dumps([stepper.view, stepper.shown], ensure_ascii=False).encode()
    assert repr(stepper).encode()


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_is_a_number_that_json_has_not_refused_with_a_sentence(number):
    with pytest.raises(Mistake, match="cannot be written as JSON"):
        record(reads, {"number": number})

"""What the notebooks import: shown answers, opened tokens, expected errors, choices."""

import httpx
import jwt
import pytest
from IPython.core.interactiveshell import InteractiveShell

from examiner.choice import letter
from examiner.mistake import Mistake
from lesson import expect, read_token, short, show, start_course

ALICE = {"username": "alice", "password": "wonderland"}


@pytest.fixture
def course():
    course = start_course()
    yield course
    course.server.stop()


def test_are_the_tokens_the_same_every_time(course):
    first = course.client.post("/login", json=ALICE).json()
    assert start_course().client.post("/login", json=ALICE).json() == first


def test_does_starting_again_stop_the_server_before(course):
    again = start_course()
    assert repr(course.server) == "<course: stopped>"
    assert again.client.get("/me").status_code == 401
    again.server.stop()


def test_does_the_client_ignore_a_proxy(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert start_course().client.get("/me").status_code == 401


def test_does_show_name_request_status_and_body(course):
    assert repr(show(course.client.get("/me"))) == (
        "GET /me → 401 Unauthorized\n"
        "  error: Send an access token: Authorization: Bearer <access token>."
    )


def test_does_show_shorten_tokens(course):
    shown = repr(show(course.client.post("/login", json=ALICE)))
    assert len(max(shown.splitlines(), key=len)) < 40
    assert shown.count("…") == 2


def test_does_show_say_when_there_is_no_body(course):
    answer = course.client.request("DELETE", "/logout", json={"token": "x"})
    assert repr(show(answer)) == "DELETE /logout → 204 No Content\n(no body)"


def test_does_show_print_other_values_as_json():
    request = httpx.Request("GET", "http://127.0.0.1/")
    answer = httpx.Response(200, json={"active": False, "ids": [1]}, request=request)
    assert repr(show(answer)) == "GET / → 200 OK\n  active: false\n  ids: [1]"


@pytest.mark.parametrize(
    ("text", "shown"), [("alice", "alice"), ("x" * 20 + "y" * 20, "xxxxxxxx…yyyyyyyy")]
)
def test_does_short_keep_both_ends(text, shown):
    assert short(text) == shown


def test_does_read_token_tell_header_and_claims(course):
    token = course.client.post("/login", json=ALICE).json()["accessToken"]
    opened = read_token(token)
    assert [name for _, name, _, _ in opened.rows()] == [*opened.header, *opened.claims]
    assert set(opened.claims) == {
        "iss",
        "sub",
        "aud",
        "client_id",
        "role",
        "iat",
        "exp",
        "jti",
    }
    assert all(meaning for *_, meaning in opened.rows())
    assert "2030-01-01 09:05:00" in repr(opened)
    assert opened._repr_markdown_().count("\n") == 11


@pytest.mark.parametrize("token", ["", "x", "a.b", "a.b.c", "eyJhbGci…x9Qw", None, 7])
def test_is_a_text_that_is_no_token_told_in_one_sentence(token):
    with pytest.raises(Mistake, match="not a JWT"):
        read_token(token)


def test_does_a_mistake_show_no_traceback(capsys):
    shell = InteractiveShell.instance()
    shell.run_cell("from lesson import read_token\nread_token('x')")
    assert capsys.readouterr().out.strip() == (
        "This is not a JWT: pass the whole token, three parts joined by two dots."
    )


def test_does_expect_print_one_line(capsys):
    with expect(ValueError):
        int("x")
    assert capsys.readouterr().out == "ValueError: invalid literal for int() with base 10: 'x'\n"


def test_does_expect_notice_that_nothing_went_wrong():
    with pytest.raises(Mistake, match="no error came"), expect(ValueError):
        int("7")


def test_does_expect_let_another_error_through():
    with pytest.raises(ZeroDivisionError), expect(ValueError):
        _ = 1 / 0


@pytest.mark.parametrize("answer", ["A", "a", " a ", "A\n"])
def test_is_a_letter_read_in_either_case(answer):
    assert letter(1, answer) == "A"


@pytest.mark.parametrize("answer", [None, "", " "])
def test_is_a_blank_told_apart(answer):
    with pytest.raises(Mistake, match=r"Question 3 has no answer yet: .* the quotes of answer_3"):
        letter(3, answer)


@pytest.mark.parametrize(
    "answer", ["E", "AB", "A or B", 1, ["A"], {}, True, ..., "\u0410", "x" * 10_000]
)
def test_is_anything_else_refused_in_one_short_sentence(answer):
    with pytest.raises(Mistake, match='answer_2 must be "A", "B", "C" or "D"') as caught:
        letter(2, answer)
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize("thing", [None, {}, "GET /me", 200])
def test_does_show_say_what_it_takes(thing):
    with pytest.raises(Mistake, match="takes what the client got back"):
        show(thing)


@pytest.mark.parametrize("body", ["<h1>Hello</h1>", "[1, 2]", "7"])
def test_does_show_show_what_is_no_json_object(body):
    request = httpx.Request("GET", "http://127.0.0.1/")
    shown = repr(show(httpx.Response(299, text=body, request=request)))
    assert shown == f"GET / → 299 (no standard status)\n  {body}"


@pytest.mark.parametrize("thing", [None, 5, b"bytes", ["x"]])
def test_does_short_say_what_it_takes(thing):
    with pytest.raises(Mistake, match="takes a text"):
        short(thing)


@pytest.mark.parametrize("value", ["soon", [1], 10**20, -1, 1e300, True])
def test_does_an_opened_token_show_odd_times_as_they_are(value):
    token = jwt.encode({"iss": "x"}, "k" * 32)
    opened = read_token(token)
    opened.claims["exp"] = value
    assert str(value) in repr(opened)


@pytest.mark.parametrize("thing", ["ValueError", None, 5, (ValueError, KeyError), int])
def test_does_expect_say_what_it_takes(thing):
    with pytest.raises(Mistake, match="takes the type of an error"), expect(thing):
        pass

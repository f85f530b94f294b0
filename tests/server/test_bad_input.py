"""Whatever is sent, over a real socket: JSON of one sentence and the right 4xx, never a 500."""

import http.client
import json
import socket

import pytest

from server import EmbeddedServer, create_app

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def server():
    with EmbeddedServer(create_app(), name="bad input") as server:
        yield server


@pytest.fixture
def send(server):
    """Send one request and return (status, headers, error sentence)."""

    def send(method, path, body=None, headers=()):
        connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
        connection.putrequest(method, path)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        for name, value in dict(headers).items() if isinstance(headers, dict) else headers:
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.headers, error_of(answer)

    return send


def error_of(answer) -> str:
    text = answer.read().decode()
    assert answer.headers["Content-Type"] == "application/json"
    error = json.loads(text)["error"]
    assert isinstance(error, str)
    assert error.endswith(".")
    assert ". " not in error, "one sentence"
    assert "Traceback" not in text
    assert "<" not in text.replace("<access token>", "")
    return error


BODIES = {
    "not JSON": (b"{token: 1}", 400),
    "cut off": (b'{"token": "x', 400),
    "an array": (b'["x"]', 400),
    "a number": (b"7", 400),
    "null": (b"null", 400),
    "a string": (b'"x"', 400),
    "a member that is a number": (b'{"token": 7, "username": 7}', 400),
    "a member that is an array": (b'{"token": ["x"], "username": ["x"]}', 400),
    "a member that is an object": (b'{"token": {}, "username": {}}', 400),
    "a member that is true": (b'{"token": true, "username": true}', 400),
    "half a surrogate pair": (b'{"token": "\\ud800", "username": "\\ud800"}', 400),
    "not UTF-8": (b'{"token": "\xff\xfe"}', 400),
    "deeply nested": (b"[" * 16_000, 400),
    "a number of 5,000 digits": (b'{"token": ' + b"9" * 5_000 + b"}", 400),
    "1 MB": (b'{"token": "' + b"x" * 1_000_000 + b'"}', 413),
}


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/login"), ("POST", "/token"), ("DELETE", "/logout")]
)
@pytest.mark.parametrize("case", BODIES)
def test_is_a_bad_body_refused_with_one_sentence(send, method, path, case):
    body, status = BODIES[case]
    assert send(method, path, body, JSON)[0] == status


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "nonsense", ""]
)
def test_is_another_content_type_refused(send, content_type):
    status, _, error = send("POST", "/token", b'{"token": "x"}', {"Content-Type": content_type})
    assert status == 415
    assert "application/json" in error


@pytest.mark.parametrize("headers", [{}, JSON])
def test_does_no_body_count_as_no_token(send, headers):
    assert send("POST", "/token", None, headers)[0] == 401
    assert send("POST", "/token", b"", headers)[0] == 401
    assert send("DELETE", "/logout", None, headers)[0] == 401
    assert send("POST", "/login", None, headers)[0] == 400


def test_is_a_token_of_other_alphabets_unknown(send):
    body = json.dumps({"token": "токен 🔑"}, ensure_ascii=False).encode()
    assert send("POST", "/token", body, JSON)[0] == 403


def test_is_a_name_of_other_alphabets_a_wrong_name(send):
    body = json.dumps({"username": "Алиса", "password": "🔑"}, ensure_ascii=False).encode()
    assert send("POST", "/login", body, JSON)[0] == 401


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/token", "POST"),
        ("PUT", "/login", "POST"),
        ("POST", "/logout", "DELETE"),
        ("BREW", "/me", "GET"),
    ],
)
def test_does_a_wrong_method_name_the_right_one(send, method, path, allowed):
    status, headers, error = send(method, path)
    assert status == 405
    assert allowed in headers["Allow"]
    assert "Allow header" in error


@pytest.mark.parametrize("path", ["/", "/tokens", "/token/", "/me/..", "/%00", "/%ff", "/static/x"])
def test_is_an_unknown_path_a_404(send, path):
    assert send("GET", path)[0] == 404


def test_are_two_authorization_headers_refused(send):
    status, _, error = send(
        "GET", "/me", None, [("Authorization", "Bearer a"), ("Authorization", "Bearer b")]
    )
    assert status == 400
    assert "one Authorization header" in error


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer a b", "Bearer é", "Bearer a=b"])
def test_is_a_malformed_authorization_header_a_bad_request(send, header):
    assert send("GET", "/me", None, {"Authorization": header})[0] == 400


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Token abc", "bearertoken"])
def test_does_another_scheme_count_as_no_token(send, header):
    status, headers, _ = send("GET", "/me", None, {"Authorization": header})
    assert status == 401
    assert headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("scheme", ["bearer", "Bearer"])
@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "." * 50, "eyJhbGciOiJub25lIn0.e30."])
def test_is_a_junk_access_token_refused(send, scheme, token):
    status, headers, _ = send("GET", "/me", None, {"Authorization": f"{scheme} {token}"})
    assert status == 401
    assert "invalid_token" in headers["WWW-Authenticate"]


def raw(server, request: bytes) -> tuple[int, str]:
    """Send bytes that no HTTP client would send."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, error_of(answer)


CHUNKED = (
    b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
RAW = {
    "no HTTP at all": (b'hello "there" \\x00 friend\r\n\r\n', 400),
    "an unknown version": (b"GET /me HTTP/9.9\r\n\r\n", 505),
    "a broken chunk": (CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n", 400),
    "a body shorter than it says": (
        b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{}",
        400,
    ),
    "a length that is no number": (
        b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n",
        401,
    ),
    "a strange host": (b"GET /me HTTP/1.1\r\nHost: a b\r\n\r\n", 401),
    "a target that is no URL": (b"GET http://[/me HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "too many headers": (b"GET /me HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
}


@pytest.mark.parametrize("case", RAW)
def test_is_broken_http_answered_in_json_too(server, case):
    request, status = RAW[case]
    assert raw(server, request)[0] == status
    assert "browser" not in raw(server, request)[1]


@pytest.mark.parametrize(("size", "status"), [(16 * 1024, 403), (16 * 1024 + 1, 413)])
def test_is_the_limit_exactly_16_kib(send, size, status):
    body = b'{"token": "' + b"x" * (size - 13) + b'"}'
    assert len(body) == size
    assert send("POST", "/token", body, JSON)[0] == status

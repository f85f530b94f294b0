"""The server keeps what /openapi.yaml says, whatever schemathesis sends, good tokens included."""

import sqlite3
from functools import partial
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.datastructures import Authorization
from werkzeug.security import generate_password_hash

import server
from server import Users, create_app
from server.families import MemoryFamilies
from server.rotation import Rotation

ALICE = {"username": "alice", "password": "wonderland"}
APP = {"client_id": "course-client"}
SECRET = {"username": "resource-server", "password": "introspect-me-not-a-secret"}
BASIC = {"Authorization": str(Authorization("basic", SECRET))}
CONFORMS = [
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
SOURCES = ["made up well", "made up badly", "meant"]


def log_ins(live, spent):
    return [{"body": ALICE}, {"body": ALICE | {"password": "builder"}}]


def members(live, spent):
    tokens = [live["refreshToken"], spent["refreshToken"], live["accessToken"], "x" * 17_000]
    return [{"body": {"token": token}} for token in tokens]


def bearers(live, spent):
    return [{"headers": {"Authorization": f"Bearer {token}"}} for token in live.values()]


def grants(live, spent):
    password = {"grant_type": "password", **ALICE, **APP}
    refresh = {"grant_type": "refresh_token", **APP}
    refreshes = [refresh | {"refresh_token": one["refreshToken"]} for one in [live, spent]]
    return [{"body": body} for body in [password, password | {"scope": "all"}, *refreshes]]


def of_clients(live, spent):
    bodies = [{"token": token} for token in [*live.values(), spent["refreshToken"]]]
    in_header = [{"body": body, "headers": BASIC} for body in [*bodies, {"token": ""}]]
    return [*in_header, *({"body": body | APP} for body in bodies)]


# What takes the place of a made-up request, so that not all is garbage, and the statuses that these
# bring. Which others chance brings differs from run to run.
MEANT = {
    "/login": (log_ins, {200, 401}),
    "/token": (members, {200, 403, 413}),
    "/logout": (members, {204, 413}),
    "/me": (bearers, {200, 401}),
    "/oauth/token": (grants, {200, 400}),
    "/oauth/revoke": (of_clients, {200, 400}),
    "/oauth/introspect": (of_clients, {200, 400, 401}),
}


@pytest.fixture(params=["plain", "rotating"])
def app(request):
    """An app whose passwords take no time to check."""
    users = Users({"alice": generate_password_hash("wonderland", "pbkdf2:sha256:1")})
    rotation = partial(Rotation, families=MemoryFamilies())
    return create_app(users=users, policy=rotation if request.param == "rotating" else None)


def operation_of(app, path):
    schema = schemathesis.openapi.from_wsgi("/openapi.yaml", app)
    [found] = schema.include(path=path).get_all_operations()
    return found.ok()


def sessions(http) -> tuple[dict, dict]:
    """Log in twice; return the tokens of a live session, and those of one that was refreshed."""
    live, spent = (http.post("/login", json=ALICE).json for _ in range(2))
    http.post("/token", json={"token": spent["refreshToken"]})
    return live, spent


def replace(case, body=None, headers=None) -> None:
    case.headers.pop("Authorization", None)
    case.headers.update(headers or {})
    if body:
        case.body = body


def statuses(operation, changes, *checks) -> set[int]:
    """Send each request that is meant, check its answer, and return the statuses."""
    media_types = operation.get_request_payload_content_types()
    cases = [operation.Case(media_type=next(iter(media_types), None), headers={}) for _ in changes]
    for case, change in zip(cases, changes, strict=True):
        replace(case, **change)
    return {case.call_and_validate(checks=list(checks)).status_code for case in cases}


@pytest.mark.parametrize("path", MEANT)
def test_does_every_answer_keep_to_the_description(app, path, repeats):
    operation, (meant, wanted) = operation_of(app, path), MEANT[path]
    well = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    badly = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @settings(
        max_examples=repeats(70, 700),
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def send(data) -> None:
        source = data.draw(st.sampled_from(SOURCES))
        case = data.draw(badly if source == "made up badly" else well)
        if source == "meant":
            replace(case, **data.draw(st.sampled_from(meant(*sessions(app.test_client())))))
        case.call_and_validate(checks=[not_a_server_error, *CONFORMS])

    send()
    changes = meant(*sessions(app.test_client()))
    assert statuses(operation, changes, not_a_server_error, *CONFORMS) == wanted


@pytest.mark.parametrize("path", ["/login", "/token", "/logout"])
def test_does_another_content_type_keep_to_the_description(app, path):
    case = operation_of(app, path).Case(body={"token": "x"}, media_type="application/json")
    answer = case.call(headers={"Content-Type": "text/plain"})
    case.validate_response(answer, checks=[not_a_server_error, *CONFORMS])
    assert answer.status_code == 415


@pytest.mark.parametrize("app", ["rotating"], indirect=True)
@pytest.mark.parametrize("path", [path for path in MEANT if path != "/me"])
def test_does_a_busy_store_keep_to_the_description(app, path, monkeypatch):
    def locked(*arguments):
        raise sqlite3.OperationalError("database is locked")

    changes, operation = MEANT[path][0](*sessions(app.test_client())), operation_of(app, path)
    for name in ["sweep", "replace", "end", "is_current", "is_live"]:
        monkeypatch.setattr(MemoryFamilies, name, locked)
    assert 503 in statuses(operation, changes, *CONFORMS)


def test_is_the_metadata_as_described(app):
    case = operation_of(app, "/.well-known/oauth-authorization-server").Case()
    case.call_and_validate(checks=[not_a_server_error, *CONFORMS])


def test_is_the_description_sent_whole(app):
    """Never in part or "not modified", which no cache could ask for anyhow."""
    http = app.test_client()
    whole = http.get("/openapi.yaml")
    again = {"If-None-Match": whole.headers.get("ETag", "x"), "Range": "bytes=0-9"}
    assert whole.data == Path(server.__file__).with_name("openapi.yaml").read_bytes()
    assert http.get("/openapi.yaml", headers=again).data == whole.data
    assert whole.content_type == "application/yaml"


def test_does_the_description_know_every_route(app):
    known = schemathesis.openapi.from_wsgi("/openapi.yaml", app).raw_schema["paths"]
    rules = {rule.rule: rule.methods - {"HEAD", "OPTIONS"} for rule in app.url_map.iter_rules()}
    assert rules == {path: {method.upper() for method in item} for path, item in known.items()}

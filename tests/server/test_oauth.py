"""What the standard wire promises, under the plain policy and under rotation."""

from functools import partial

import pytest

from server import create_app
from server.families import MemoryFamilies
from server.rotation import Rotation

BASIC = ("resource-server", "introspect-me-not-a-secret")


class OAuthClient:
    """Say what an OAuth client does; every verb returns the server's answer."""

    def __init__(self, http):
        self.http = http

    def token(self, client_id="course-client", **form):
        form = {"client_id": client_id, **form}
        return self.http.post("/oauth/token", data={k: v for k, v in form.items() if v})

    def login(self, **more):
        return self.token(
            grant_type="password", username="alice", password="wonderland", **more
        ).get_json()

    def refresh(self, token, **more):
        return self.token(grant_type="refresh_token", refresh_token=token, **more)

    def revoke(self, token, client_id="course-client"):
        return self.http.post("/oauth/revoke", data={"token": token, "client_id": client_id})

    def introspect(self, token, auth=BASIC):
        return self.http.post("/oauth/introspect", data={"token": token}, auth=auth).get_json()


@pytest.fixture(params=["plain", "rotating"])
def policy(request):
    return partial(Rotation, families=MemoryFamilies()) if request.param == "rotating" else None


@pytest.fixture
def oauth(clock, keys, policy):
    return OAuthClient(create_app(clock=clock, keys=keys, policy=policy).test_client())


def error(answer) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]


INVALID_GRANT = (400, "invalid_grant")


def test_does_a_grant_bring_what_the_standard_names(oauth):
    answer = oauth.token(grant_type="password", username="alice", password="wonderland")
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.get_json()
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 300, "profile")
    refreshed = oauth.refresh(body["refresh_token"]).get_json()
    assert set(refreshed) == set(body)
    header = {"Authorization": f"Bearer {refreshed['access_token']}"}
    assert oauth.http.get("/me", headers=header).get_json()["user"] == "alice"


def test_is_a_token_of_the_lessons_wire_good_here_too(oauth):
    alice = {"username": "alice", "password": "wonderland"}
    token = oauth.http.post("/login", json=alice).get_json()["refreshToken"]
    assert oauth.refresh(token).status_code == 200


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({}, (400, "invalid_request")),
        ({"grant_type": "refresh_token"}, (400, "invalid_request")),
        ({"grant_type": "password", "username": "alice"}, (400, "invalid_request")),
        ({"grant_type": "authorization_code"}, (400, "unsupported_grant_type")),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, INVALID_GRANT),
        ({"grant_type": "password", "username": "alice", "password": "x"}, INVALID_GRANT),
        ({"grant_type": "password", "client_id": "nobody"}, (401, "invalid_client")),
        ({"grant_type": "password", "client_id": None}, (401, "invalid_client")),
        ({"client_id": "resource-server"}, (401, "invalid_client")),
        ({"client_id": "resource-server", "client_secret": "x"}, (401, "invalid_client")),
        ({"client_id": "course-client", "client_secret": "x"}, (401, "invalid_client")),
    ],
)
def test_is_each_fault_named_by_its_code(oauth, form, expected):
    assert error(oauth.token(**form)) == expected


def test_does_an_unknown_client_get_a_challenge(oauth):
    answer = oauth.http.post("/oauth/token", data={"token": "x"}, auth=("resource-server", "wrong"))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_is_a_parameter_that_is_repeated_a_bad_request(oauth):
    body = "client_id=course-client&grant_type=password&grant_type=password"
    answer = oauth.http.post(
        "/oauth/token", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert error(answer) == (400, "invalid_request")


def test_does_a_token_in_the_address_not_count(oauth):
    token = oauth.login()["refresh_token"]
    form = {"client_id": "course-client", "grant_type": "refresh_token"}
    answer = oauth.http.post("/oauth/token", query_string={"refresh_token": token}, data=form)
    assert error(answer) == (400, "invalid_request")


def test_is_json_refused_where_a_form_is_due(oauth):
    assert error(oauth.http.post("/oauth/token", json={})) == (400, "invalid_request")


def test_does_a_refused_scope_spend_no_token(oauth):
    token = oauth.login()["refresh_token"]
    assert error(oauth.refresh(token, scope="profile admin")) == (400, "invalid_scope")
    assert oauth.refresh(token, scope="profile").status_code == 200


def test_is_a_token_bound_to_its_client(oauth):
    token = oauth.login()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token}
    assert error(oauth.http.post("/oauth/token", data=form, auth=BASIC)) == INVALID_GRANT
    answer = oauth.http.post("/oauth/revoke", data={"token": token}, auth=BASIC)
    assert error(answer) == INVALID_GRANT
    assert oauth.refresh(token).status_code == 200


def test_does_revocation_end_the_session_and_never_complain(oauth):
    token = oauth.login()["refresh_token"]
    assert [oauth.revoke(t).status_code for t in (token, token, "made up")] == [200] * 3
    assert error(oauth.refresh(token)) == INVALID_GRANT


def test_does_revoking_an_access_token_say_that_it_cannot(oauth):
    assert error(oauth.revoke(oauth.login()["access_token"])) == (400, "unsupported_token_type")


def test_does_introspection_describe_live_tokens(oauth, clock):
    body = oauth.login()
    access = oauth.introspect(body["access_token"])
    assert access["active"] is True
    assert (access["sub"], access["client_id"]) == ("alice", "course-client")
    assert access["exp"] == clock.now() + 300
    assert oauth.introspect(body["refresh_token"])["sub"] == "alice"


def test_does_introspection_say_nothing_of_a_dead_token(oauth, clock):
    body = oauth.login()
    oauth.revoke(body["refresh_token"])
    clock.advance(minutes=5)
    dead = [body["refresh_token"], body["access_token"], "made up"]
    assert [oauth.introspect(token) for token in dead] == [{"active": False}] * 3


def test_is_introspection_for_clients_with_a_secret_only(oauth):
    form = {"token": oauth.login()["access_token"], "client_id": "course-client"}
    assert error(oauth.http.post("/oauth/introspect", data=form)) == (401, "invalid_client")


@pytest.mark.parametrize("policy", ["rotating"], indirect=True)
class TestUnderRotation:
    """Where the session of an access token is known, its end is known as well."""

    def test_is_an_access_token_inactive_once_its_session_has_ended(self, oauth):
        body = oauth.login()
        assert oauth.introspect(body["access_token"])["active"]
        oauth.revoke(body["refresh_token"])
        assert oauth.introspect(body["access_token"]) == {"active": False}

    def test_is_a_spent_token_an_invalid_grant_that_ends_the_session(self, oauth):
        first = oauth.login()["refresh_token"]
        second = oauth.refresh(first).get_json()["refresh_token"]
        assert oauth.introspect(first) == {"active": False}
        assert error(oauth.refresh(first)) == INVALID_GRANT
        assert error(oauth.refresh(second)) == INVALID_GRANT


def test_does_the_metadata_lead_to_routes_that_are_there(oauth):
    body = oauth.http.get("/.well-known/oauth-authorization-server").get_json()
    assert body["issuer"] == "https://tokens.example"
    for name in ["token_endpoint", "revocation_endpoint", "introspection_endpoint"]:
        path = body[name].removeprefix("http://localhost")
        assert "POST" in oauth.http.options(path).headers["Allow"]
    assert oauth.http.get("/openapi.yaml").status_code == 200

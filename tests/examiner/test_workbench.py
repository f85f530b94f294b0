"""The app that is given around a student's three functions."""

import inspect
import re
import textwrap

import pytest

from examiner import workbench
from examiner.workbench import build_app, new_access_token, refuse, users

ALICE = {"username": "alice", "password": "wonderland"}


@pytest.fixture
def ended():
    return []


@pytest.fixture
def client(ended):
    users.reset()
    cell = {
        "start_session": lambda user: f"first token of {user}",
        "token": lambda: refuse(403, "No."),
        "end_session": ended.append,
    }
    return build_app(cell).test_client()


def test_does_log_in_hand_out_what_the_cell_returns(client):
    answer = client.post("/login", json=ALICE)
    assert answer.get_json()["refreshToken"] == "first token of alice"


def test_has_an_app_its_own_cell_though_routes_are_shared(client):
    other = build_app({"start_session": lambda user: "another", "token": lambda: ("", 418)})
    users.reset()
    assert other.test_client().post("/login", json=ALICE).get_json()["refreshToken"] == "another"
    assert other.test_client().post("/token").status_code == 418
    assert client.post("/login", json=ALICE).get_json()["refreshToken"] == "first token of alice"
    assert client.post("/token", json={}).status_code == 403
    assert set(client.options("/token").allow) == {"OPTIONS", "POST"}


@pytest.mark.parametrize(
    "sent", [{}, {"username": "alice"}, ALICE | {"password": "no"}, ALICE | {"username": "eve"}]
)
def test_is_a_wrong_password_refused(client, sent):
    assert client.post("/login", json=sent).status_code == 401


def test_is_a_disabled_user_shut_out_until_the_reset(client):
    users.disable("alice")
    assert client.post("/login", json=ALICE).status_code == 401
    users.reset()
    assert client.post("/login", json=ALICE).status_code == 200


def test_does_log_out_reach_the_cell(client, ended):
    assert client.delete("/logout", json={"token": "r"}).status_code == 204
    assert client.delete("/logout").status_code == 401
    assert ended == ["r"]


def test_does_the_page_tell_user_and_role_of_an_access_token(client):
    bearer = {"Authorization": f"Bearer {new_access_token('bob', 'editor')}"}
    assert client.get("/me", headers=bearer).get_json() == {"user": "bob", "role": "editor"}
    for headers in [{}, {"Authorization": "Bearer a.b.c"}]:
        assert client.get("/me", headers=headers).status_code == 401


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"token": 5}'])
def test_does_a_malformed_body_get_its_400(body):
    cell = dict.fromkeys(["start_session", "end_session"]) | {"token": workbench.sent_token}
    answer = (
        build_app(cell).test_client().post("/token", data=body, content_type="application/json")
    )
    assert answer.status_code == 400


def test_is_it_short_enough_to_read():
    assert len(inspect.getsource(workbench).splitlines()) <= 120


@pytest.mark.parametrize("assignment", ["rotation"])
def test_does_the_exercise_show_its_views_as_they_are(source):
    [cell] = [cell for cell in source.cells if cell.id == "given-views"]
    app = textwrap.dedent(inspect.getsource(build_app).partition("register_errors(app)")[2])
    shown = re.search(r"```python\n(.+)\n```", cell.source, re.DOTALL)[1].split("\n\n\n")
    assert len(shown) == 2
    for view in shown:
        assert view in app

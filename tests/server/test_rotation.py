"""What rotation promises: one use per token, and the end of the family on a second one."""

import logging
from functools import partial

import pytest

from server import create_app
from server.families import SQLiteFamilies
from server.rotation import Rotation
from server.tokens import DAY
from server.users import Users
from tests.server.conftest import Client


@pytest.fixture
def app(clock, keys, families):
    return create_app(clock=clock, keys=keys, policy=partial(Rotation, families=families))


@pytest.fixture
def users(app):
    return app.extensions["token_server"].users


@pytest.fixture
def refreshed(client):
    """Refresh a session that must live, and return its next refresh token."""

    def refreshed(token, times=1):
        for _ in range(times):
            answer = client.refresh(token)
            assert answer.status_code == 200
            token = answer.get_json()["refreshToken"]
        return token

    return refreshed


def refused(client, *tokens) -> bool:
    answers = [client.refresh(token) for token in tokens]
    assert len({answer.data for answer in answers}) == 1
    return {answer.status_code for answer in answers} == {403}


def test_does_each_refresh_bring_both_tokens_anew(client):
    access, first = client.tokens()
    answer = client.refresh(first).get_json()
    assert list(answer) == ["accessToken", "refreshToken"]
    assert answer["refreshToken"] != first
    assert answer["accessToken"] != access
    assert client.me(answer["accessToken"]).status_code == 200


@pytest.mark.parametrize("ahead", [1, 2, 5])
def test_does_a_spent_token_end_the_family_however_far_it_has_come(client, refreshed, ahead):
    _, first = client.tokens()
    newest = refreshed(first, ahead)
    assert refused(client, first, newest)


def test_does_reuse_end_no_other_session(client, refreshed):
    _, stolen = client.tokens()
    others = [client.tokens("alice")[1], client.tokens("bob")[1]]
    refreshed(stolen)
    assert refused(client, stolen)
    assert all(refreshed(other) for other in others)


@pytest.mark.parametrize("stale", [False, True])
def test_does_log_out_end_the_family_and_no_other(client, refreshed, stale):
    """Also from a tab that still holds a spent token."""
    _, phone = client.tokens()
    _, laptop = client.tokens()
    newest = refreshed(laptop)
    client.logout(laptop if stale else newest)
    assert refused(client, newest)
    assert refreshed(phone)


def test_does_an_unused_token_expire(client, clock, refreshed):
    (_, early), (_, late) = client.tokens(), client.tokens()
    clock.advance(seconds=7 * DAY - 1)
    assert refreshed(early)
    clock.advance(seconds=1)
    assert refused(client, late)


def test_does_a_session_end_at_last_however_often_it_is_used(client, clock, refreshed):
    _, token = client.tokens()
    for _ in range(5):
        clock.advance(days=5)
        token = refreshed(token)
    clock.advance(days=4, hours=23, minutes=59)
    token = refreshed(token)
    clock.advance(minutes=1)
    assert refused(client, token)


def test_is_a_disabled_user_refused_at_the_next_refresh(client, users):
    _, token = client.tokens()
    users.disable("alice")
    assert refused(client, token)
    assert client.login().status_code == 401
    assert client.login("bob").status_code == 200


@pytest.mark.parametrize("refreshed_meanwhile", [False, True])
def test_are_sessions_over_once_their_user_was_disabled(client, users, refreshed_meanwhile):
    (_, token), (_, other) = client.tokens(), client.tokens("bob")
    users.disable("alice")
    assert not refreshed_meanwhile or refused(client, token)
    users.enable("alice")
    assert refused(client, token)
    (_, new) = client.tokens()
    assert client.refresh(new).status_code == client.refresh(other).status_code == 200


def test_does_a_user_who_is_found_inactive_start_anew(clock, keys, families):
    """As where the users are kept elsewhere, and nobody tells this server who is disabled."""

    class Elsewhere(Users):
        shut = False

        def is_active(self, username):
            return not self.shut and super().is_active(username)

    kept = Elsewhere()
    policy = partial(Rotation, families=families)
    client = Client(create_app(clock=clock, keys=keys, users=kept, policy=policy).test_client())
    _, token = client.tokens()
    for kept.shut in [True, False]:
        assert refused(client, token)


def test_does_a_new_role_come_with_the_next_access_token(client, users):
    access, token = client.tokens()
    users.set_role("alice", "admin")
    assert client.me(access).get_json()["role"] == "reader"
    answer = client.refresh(token).get_json()
    assert client.me(answer["accessToken"]).get_json()["role"] == "admin"


def test_is_reuse_told_to_the_log_without_the_token(client, refreshed, caplog):
    caplog.set_level(logging.WARNING, logger="server.rotation")
    _, first = client.tokens()
    second = refreshed(first)
    client.refresh(first)
    client.refresh(first)
    [line] = caplog.messages
    assert "spent refresh token" in line
    assert first not in line
    assert second not in line


def test_does_the_store_forget_families_that_have_expired(client, clock, families):
    client.tokens()
    client.tokens("bob")
    assert len(families) == 2
    clock.advance(days=7, minutes=5)
    client.tokens()
    assert len(families) == 1


def test_does_the_database_hold_no_token(client, keys, clock, tmp_path, refreshed):
    store = SQLiteFamilies(tmp_path / "read.sqlite")
    app = create_app(clock=clock, keys=keys, policy=partial(Rotation, families=store))
    client.http = app.test_client()
    _, first = client.tokens()
    second = refreshed(first)
    store.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("read.sqlite*"))
    assert b"families" in stored
    assert first.encode() not in stored
    assert second.encode() not in stored


def test_is_a_token_from_before_rotation_refused(client, app):
    token = app.extensions["token_server"].tokens.new_refresh_token("alice")
    assert refused(client, token)


def test_does_a_signature_cut_or_lengthened_change_nothing(client, refreshed):
    """Base64 has several spellings of one signature; a spent token stays spent in each."""
    _, first = client.tokens()
    second = refreshed(first)
    assert refused(client, first + "=")
    assert refused(client, second)

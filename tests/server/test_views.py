"""What the four routes promise, over both stores."""

import jwt
import pytest

MINUTE, DAY = 60, 24 * 60 * 60


def tampered(token: str) -> str:
    """Change the first character of the signature; a last character may change nothing."""
    signed, _, signature = token.rpartition(".")
    return f"{signed}.{'B' if signature[0] != 'B' else 'C'}{signature[1:]}"


def test_does_a_log_in_hand_out_both_tokens(client, issuer):
    access_token, refresh_token = client.tokens()
    assert issuer.open_access_token(access_token)["sub"] == "alice"
    assert issuer.open_refresh_token(refresh_token)["sub"] == "alice"


@pytest.mark.parametrize(
    ("username", "password"),
    [("alice", "builder"), ("carol", "wonderland"), ("Alice", "wonderland")],
)
def test_is_a_wrong_name_or_password_refused(client, username, password):
    answer = client.login(username, password)
    assert answer.status_code == 401
    assert answer.get_json() == {"error": "The user name or the password is wrong."}


@pytest.mark.parametrize("member", ["username", "password"])
def test_is_a_log_in_without_name_or_password_a_bad_request(client, member):
    answer = client.http.post("/login", json={member: "alice"})
    assert answer.status_code == 400
    assert "password" in answer.get_json()["error"]


def test_are_two_log_ins_in_one_second_two_sessions(client):
    (_, first), (_, second) = client.tokens(), client.tokens()
    assert first != second
    client.logout(first)
    assert client.refresh(second).status_code == 200


def test_does_a_refresh_token_refresh_the_access_token(client, clock):
    old, refresh_token = client.tokens()
    clock.advance(minutes=5)
    assert client.me(old).status_code == 401
    answer = client.refresh(refresh_token)
    assert answer.status_code == 200
    assert list(answer.get_json()) == ["accessToken"]
    assert client.me(answer.get_json()["accessToken"]).get_json() == {
        "user": "alice",
        "role": "reader",
    }


def test_does_each_token_speak_for_its_own_user(client):
    sessions = {name: client.tokens(name)[1] for name in ["alice", "bob", "alice"]}
    for name, refresh_token in sessions.items():
        access_token = client.refresh(refresh_token).get_json()["accessToken"]
        assert client.me(access_token).get_json() == {"user": name, "role": "reader"}


def test_does_a_refresh_token_stay_good_without_rotation(client, refresh_tokens):
    _, refresh_token = client.tokens()
    before = refresh_tokens.rows()
    assert [client.refresh(refresh_token).status_code for _ in range(3)] == [200] * 3
    assert refresh_tokens.rows() == before


@pytest.mark.parametrize("body", [{}, {"token": None}, {"token": ""}, {"refresh": "x"}])
def test_is_a_missing_refresh_token_a_401(client, body):
    assert client.http.post("/token", json=body).status_code == 401
    assert client.http.delete("/logout", json=body).status_code == 401


def test_do_all_refusals_read_alike(client, clock, issuer):
    """A text that told expired from unknown would help whoever guesses."""
    access_token, revoked = client.tokens()
    client.logout(revoked)
    _, expired = client.tokens()
    _, live = client.tokens("bob")
    clock.advance(days=29)
    late = [tampered(client.tokens()[1]), access_token, issuer.new_refresh_token("alice"), "junk"]
    clock.advance(days=1)
    answers = [client.refresh(token) for token in [revoked, expired, live, *late]]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.data for answer in answers}) == 1


def test_does_a_refresh_token_end_exactly_at_exp(client, clock):
    _, refresh_token = client.tokens()
    clock.advance(seconds=30 * DAY - 1)
    assert client.refresh(refresh_token).status_code == 200
    clock.advance(seconds=1)
    assert client.refresh(refresh_token).status_code == 403


def test_does_an_access_token_end_exactly_at_exp(client, clock):
    access_token, _ = client.tokens()
    clock.advance(seconds=5 * MINUTE - 1)
    assert client.me(access_token).status_code == 200
    clock.advance(seconds=1)
    assert client.me(access_token).status_code == 401


def test_does_a_log_out_end_one_session_and_no_other(client):
    _, laptop = client.tokens()
    _, phone = client.tokens()
    assert client.logout(laptop).status_code == 204
    assert client.refresh(laptop).status_code == 403
    assert client.refresh(phone).status_code == 200


def test_does_a_log_out_work_with_another_spelling_of_the_token(client):
    _, refresh_token = client.tokens()
    client.logout(refresh_token + "=")
    assert client.refresh(refresh_token).status_code == 403


def test_does_a_made_up_signature_log_nobody_out(client):
    _, refresh_token = client.tokens()
    assert client.logout(tampered(refresh_token)).status_code == 204
    assert client.refresh(refresh_token).status_code == 200


def test_does_every_401_carry_a_challenge(client):
    """RFC 9110 §15.5.2 asks for one."""
    answers = [client.login("alice", "wrong"), client.refresh(None), client.logout(None)]
    assert [answer.status_code for answer in answers] == [401] * 3
    assert all(answer.headers["WWW-Authenticate"] == "Bearer" for answer in answers)


def test_is_a_second_log_out_fine(client):
    _, refresh_token = client.tokens()
    assert [client.logout(refresh_token).status_code for _ in range(2)] == [204, 204]


def test_does_an_access_token_outlive_the_log_out(client):
    """The price of a token that nobody looks up; the lesson shows it, so it must be so."""
    access_token, refresh_token = client.tokens()
    client.logout(refresh_token)
    assert client.me(access_token).status_code == 200


def test_does_neither_token_do_the_work_of_the_other(client):
    access_token, refresh_token = client.tokens()
    assert client.refresh(access_token).status_code == 403
    assert client.me(refresh_token).status_code == 401


def test_is_a_token_signed_with_another_key_refused(client, issuer):
    access_token, _ = client.tokens()
    claims = issuer.open_access_token(access_token)
    forged = jwt.encode(claims, b"m" * 32, algorithm="HS256", headers={"typ": "at+jwt"})
    assert client.me(forged).status_code == 401


def test_does_me_challenge_whoever_sends_no_token(client):
    answer = client.http.get("/me")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_does_me_say_that_a_token_is_invalid(client):
    answer = client.me("junk")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer  "])
def test_does_the_spelling_of_bearer_not_matter(client, scheme):
    access_token, _ = client.tokens()
    assert client.me(access_token, scheme).status_code == 200
    assert client.me(access_token + "  ", scheme).status_code == 200


def test_is_no_answer_with_a_token_cached(client):
    answers = [client.login(), client.refresh(client.tokens()[1])]
    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store"] * 2

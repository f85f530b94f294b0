"""The scripted server: strict where nothing is scripted, and held by events where asked to."""

import ssl
import threading

import httpx
import jwt
import pytest

from examiner.client.recording_transport import RecordingTransport
from examiner.client.request import DROPPED, LATE, PORTAL, refusal
from examiner.client.scripted_server import FLOOD, ScriptedServer
from examiner.vault import Vault


@pytest.fixture
def server():
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def vault(server, tmp_path):
    vault = Vault(tmp_path / "vault.json")
    vault.save(*server.issued[0])
    return vault


@pytest.fixture
def http(server, vault):
    with httpx.Client(base_url=server.url, transport=RecordingTransport(vault)) as http:
        yield http


def page(http, access, path="/me"):
    return http.get(path, headers={"Authorization": f"Bearer {access}"})


def send_refresh(http, token):
    return http.post("/token", json={"token": token})


def test_does_a_page_want_the_live_access_token(server, http):
    access = server.issued[0][0]
    assert page(http, access).json() == {"user": "alice", "page": "/me"}
    assert page(http, "made up").status_code == 401
    assert http.get("/me").status_code == 401
    server.expire()
    assert page(http, access).status_code == 401


def test_does_a_refresh_bring_a_pair_and_spend_the_old_one(server, http):
    (access, refresh), answer = server.issued[0], send_refresh(http, server.issued[0][1])
    new = answer.json()["accessToken"], answer.json()["refreshToken"]
    assert server.issued == [(access, refresh), new]
    assert [page(http, token).status_code for token in (access, new[0])] == [401, 200]
    assert [send_refresh(http, token).status_code for token in (refresh, new[1])] == [403, 200]


@pytest.mark.parametrize(
    "sent", [{"json": {}}, {"json": {"token": 5}}, {"json": []}, {"content": b"{"}, {}]
)
def test_is_a_refresh_without_a_token_answered_401(server, http, sent):
    assert http.post("/token", **sent).status_code == 401


def test_does_exp_say_what_it_was_told_to():
    for first, later in [(-60, 3600), (3600, -60)]:
        with ScriptedServer(first, later) as server:
            server.issue()
            options = {"verify_signature": False}
            claims = [jwt.decode(access, options=options) for access, _ in server.issued]
            assert (claims[1]["exp"] - claims[0]["exp"]) // 100 == (later - first) // 100


def test_does_a_script_come_first_and_in_order(server, http):
    server.token_script.extend([refusal(503), PORTAL])
    refresh = server.issued[0][1]
    answers = [send_refresh(http, refresh) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 200, 200]
    assert "Wi-Fi" in answers[1].text
    assert "refreshToken" in answers[2].json()


def test_does_a_dropped_answer_break_the_line_and_a_late_one_time_out(server, http):
    server.page_script.extend([DROPPED, LATE])
    with pytest.raises(httpx.RemoteProtocolError):
        http.get("/me")
    with pytest.raises(httpx.ReadTimeout):
        http.get("/me")
    assert len(server.seen) == 2


def test_is_a_late_answer_an_error_for_a_client_of_another_make(server):
    server.page_script.append(LATE)
    assert httpx.get(f"{server.url}/me", trust_env=False).status_code == 504
    assert server.seen[0].vault is None


def test_does_a_gate_hold_its_kind_until_its_event(server, http):
    gate = server.hold(refreshes=False)
    answers = []
    ask = threading.Thread(target=lambda: answers.append(page(http, server.issued[0][0])))
    ask.start()
    while not server.holding:
        pass
    server.let_pass(refreshes=False)
    assert page(http, "made up").status_code == 401
    assert send_refresh(http, "made up").status_code == 403
    assert (answers, server.seen[0].answer) == ([], None)
    gate.set()
    ask.join()
    assert (answers[0].status_code, server.holding) == (200, 0)


def test_does_closing_let_go_what_it_holds(vault):
    with ScriptedServer() as server:
        http = httpx.Client(base_url=server.url, transport=RecordingTransport(vault))
        server.hold(refreshes=True)
        ask = threading.Thread(target=send_refresh, args=(http, "made up"))
        ask.start()
        while not server.holding:
            pass
    ask.join()
    with pytest.raises(httpx.ConnectError):
        http.get("/me")


def test_does_a_flood_end_in_silence(server, http):
    for _ in range(FLOOD):
        http.get("/me")
    with pytest.raises(httpx.RemoteProtocolError):
        http.get("/me")
    assert len(server.seen) == FLOOD


def test_does_each_request_tell_what_the_vault_held(server, http, vault):
    http.get("/me")
    vault.save("next access", "next refresh")
    http.get("/me")
    vault.clear()
    http.get("/me")
    expected = [server.issued[0], ("next access", "next refresh"), (None, None)]
    assert [request.vault for request in server.seen] == expected


def test_are_requests_told_with_names_for_tokens(server, http):
    access, refresh = server.issued[0]
    page(http, access, f"/me?leak={refresh}")
    send_refresh(http, refresh)
    http.post("/token")
    server.page_script.append(DROPPED)
    with pytest.raises(httpx.RemoteProtocolError):
        http.put("/me")
    assert server.told() == [
        "GET /me?leak=R1, A1 → 200",
        "POST /token, R1 → 200",
        "POST /token, no refresh token → 401",
        "PUT /me, no access token → the connection closes",
    ]


def test_is_another_user_told_from_the_first(server, http):
    access, refresh = server.log_in_another()
    assert page(http, access).json()["user"] == "bob"
    assert page(http, refresh).status_code == 401
    assert page(http, server.issued[0][0]).json()["user"] == "alice"
    told = "\n".join(server.told())
    assert "A-of-bob" in told
    assert access not in told
    assert server.named(refresh) == "R-of-bob"


def test_is_a_token_found_wherever_it_stands(server, http):
    _, refresh = server.issued[0]
    http.get("/me", headers={"X-Spare": refresh})
    http.get("/me", headers={"Cookie": f"refresh={refresh}"})
    http.get("/me", params={"refresh": refresh})
    http.get("/me")
    send_refresh(http, refresh)
    assert [request.shows(refresh) for request in server.seen] == [True, True, True, False, True]
    assert not server.seen[-1].shows(refresh, body=False)


def test_do_transports_share_what_httpx_wants_for_tls(monkeypatch, vault):
    """Each scene has a transport of its own, and none of them any TLS."""
    RecordingTransport(vault)
    monkeypatch.setattr(ssl, "SSLContext", None)  # to make another one would raise TypeError
    RecordingTransport(vault)

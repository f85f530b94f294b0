"""What the lessons on clients and on browsers say, where no cell of theirs runs it."""

import subprocess
import sys
from pathlib import Path

import httpx
import nbformat
import pytest
from oauthlib.oauth2 import LegacyApplicationClient
from requests_oauthlib import OAuth2Session, TokenUpdated

from lesson import start_course
from server import EmbeddedServer, MemoryStore, create_app
from server.policy import Plain

LESSON = Path(__file__).parents[2] / "notebooks/12_clients.ipynb"
COUNT = """
file = Path(sys.argv[1])
for _ in range(40):
    with lock():
        save(read() + 1)
"""
ALICE = {"username": "alice", "password": "wonderland"}


class Rotating(Plain):
    """Rotate as the lesson's server does."""

    def refresh(self, refresh_token, client):
        session, spent = super().refresh(refresh_token, client)
        self.end(spent, client)
        return self.start(session.user, client)


@pytest.fixture
def course():
    course = start_course()
    yield course
    course.server.stop()


@pytest.fixture
def rotating():
    app = create_app(policy=lambda made: Rotating(made, MemoryStore()))
    with EmbeddedServer(app, name="rotating") as server:
        yield server


def other_library(server, monkeypatch) -> OAuth2Session:
    """Return a client of requests-oauthlib that is logged in and told to refresh."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    address = f"{server.url}/oauth/token"
    session = OAuth2Session(
        client=LegacyApplicationClient("course-client"),
        auto_refresh_url=address,
        auto_refresh_kwargs={"client_id": "course-client"},
    )
    session.trust_env = False
    session.fetch_token(address, include_client_id=True, **ALICE)
    return session


def test_does_the_other_library_send_a_parameter_too_many(course, monkeypatch):
    session, sent = other_library(course.server, monkeypatch), []
    session.token_updater = lambda token: None
    session.hooks["response"] = [lambda answer, **_: sent.append(answer.request)]
    session.token = {**session.token, "expires_at": 1}
    assert session.get(f"{course.server.url}/me").status_code == 200
    assert "allow_redirects=" in sent[0].body


def test_does_the_other_library_leave_a_new_token_to_who_catches_it(rotating, monkeypatch):
    session = other_library(rotating, monkeypatch)
    session.token = {**session.token, "expires_at": 1}
    with pytest.raises(TokenUpdated) as raised:
        session.get(f"{rotating.url}/me")
    assert raised.value.token["refresh_token"]


def test_does_the_other_library_pass_over_a_401_too(course, monkeypatch):
    session = other_library(course.server, monkeypatch)
    course.clock.advance(minutes=6)
    assert session.get(f"{course.server.url}/me").status_code == 401


def test_does_a_form_from_another_site_get_nothing_from_the_lessons_own_route(course):
    answer = course.client.post(
        "/token", data={"token": "x"}, headers={"Origin": "https://mallory.example"}
    )
    assert answer.status_code == 415


def test_is_the_second_of_two_programs_with_one_token_refused(rotating):
    with httpx.Client(base_url=rotating.url, trust_env=False) as client:
        token = client.post("/login", json=ALICE).json()["refreshToken"]
        answers = [client.post("/token", json={"token": token}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 403]


def test_does_the_lessons_lock_hold_between_processes(tmp_path):
    cells = {cell.id: cell.source for cell in nbformat.read(LESSON, as_version=4).cells}
    program = "\n".join(["import sys", cells["file"], cells["lock"], COUNT])
    count = tmp_path / "count.json"
    count.write_text("0")
    command = [sys.executable, "-c", program, str(count)]
    programs = [subprocess.Popen(command) for _ in range(3)]
    assert [one.wait() for one in programs] == [0, 0, 0]
    assert count.read_text() == "120"


def test_does_the_store_know_a_token_whose_signature_was_changed(course):
    token = course.client.post("/login", json=ALICE).json()["refreshToken"]
    signed, signature = token.rsplit(".", 1)
    changed = f"{signed}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    assert changed in course.refresh_tokens
    assert course.client.post("/token", json={"token": changed}).status_code == 403

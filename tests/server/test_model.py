"""Whatever happens in whatever order, the server agrees with a model of a few lines."""

import json
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from werkzeug.security import generate_password_hash

from server import (
    Keys,
    ManualClock,
    MemoryStore,
    SQLiteStore,
    SystemClock,
    TokenIssuer,
    Users,
    create_app,
)
from server.families import MemoryFamilies, SQLiteFamilies
from server.rotation import Rotation

DAY = 24 * 60 * 60
ACCESS, IDLE, SESSION = 300, 7 * DAY, 30 * DAY  # lifetimes, in seconds
START = 1_000_000_000
PASSWORDS = {"alice": "wonderland", "bob": "builder"}
HASHES = {name: generate_password_hash(word, "pbkdf2:sha256:1") for name, word in PASSWORDS.items()}
KEYS = Keys(access=b"a" * 32, refresh=b"r" * 32)
MALLORYS_KEYS = Keys(access=b"m" * 32, refresh=b"y" * 32)
RESOURCE_SERVER = ("resource-server", "introspect-me-not-a-secret")


@dataclass(eq=False)
class Session:
    """What should be known of one log-in: refresh tokens with their expiry, the current one last;
    access tokens with theirs and their role."""

    user: str
    began: float
    refresh: list[tuple[str, float]] = field(default_factory=list)
    access: list[tuple[str, float, str]] = field(default_factory=list)
    over: bool = False


class LessonWire:
    """Speak the lesson's JSON; None stands for a refusal, and anything else is a failure."""

    def __init__(self, http) -> None:
        self.http = http

    def log_in(self, user):
        body = {"username": user, "password": PASSWORDS[user]}
        return self._tokens(self.http.post("/login", json=body), 401)

    def refresh(self, token):
        return self._tokens(self.http.post("/token", json={"token": token}), 403)

    def log_out(self, token):
        assert self.http.delete("/logout", json={"token": token}).status_code == 204

    def _tokens(self, answer, refusal):
        assert answer.status_code in {200, refusal}
        body = json.loads(answer.text)
        return None if "error" in body else (body["accessToken"], body.get("refreshToken"))


class StandardWire:
    """Speak OAuth's forms, the same way."""

    def __init__(self, http) -> None:
        self.http = http

    def log_in(self, user):
        return self._grant(grant_type="password", username=user, password=PASSWORDS[user])

    def refresh(self, token):
        return self._grant(grant_type="refresh_token", refresh_token=token)

    def log_out(self, token):
        form = {"token": token, "client_id": "course-client"}
        assert self.http.post("/oauth/revoke", data=form).status_code == 200

    def _grant(self, **form):
        answer = self.http.post("/oauth/token", data=form | {"client_id": "course-client"})
        body = json.loads(answer.text)
        if answer.status_code == 400 and body["error"] == "invalid_grant":
            return None
        assert answer.status_code == 200
        return body["access_token"], body["refresh_token"]


WIRES = st.sampled_from([LessonWire, StandardWire])
USERS = st.sampled_from(sorted(PASSWORDS))
PLACES = st.integers(0, 20)


class Machine(RuleBasedStateMachine):
    """Do anything in any order, to one server; a subclass says which."""

    rotating: bool
    kept: bool  # in SQLite, so that a restart forgets nothing
    inside = True  # this process, so that we move its clock and change its users
    sessions = Bundle("sessions")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock, self.users = ManualClock(START), Users(HASHES)
        self.known: list[Session] = []
        self.open()

    def open(self) -> None:
        file = Path(self.folder.name) / "tokens.sqlite"
        if self.rotating:
            self.store = SQLiteFamilies(file) if self.kept else MemoryFamilies()
            parts = {"policy": partial(Rotation, families=self.store)}
        else:
            self.store = SQLiteStore(file) if self.kept else MemoryStore()
            parts = {"refresh_tokens": self.store}
        app = create_app(clock=self.clock, keys=KEYS, users=self.users, **parts)
        self.http = app.test_client()

    def stop(self) -> None:
        if self.kept:
            self.store.close()
        before, self.users = self.users, Users(HASHES)  # the app that has gone is told no more
        for user in PASSWORDS:
            self.users.set_role(user, before.role(user))
            if not before.is_active(user):
                self.users.disable(user)

    def teardown(self) -> None:
        self.stop()
        self.folder.cleanup()

    # The model -------------------------------------------------------------------------------

    def opens(self, session: Session, expires_at: float) -> bool:
        """Return whether a token of the session means anything to the server."""
        return self.users.is_active(session.user) and self.clock.now() < expires_at

    def is_live(self, session: Session, place: int) -> bool:
        is_current = place == len(session.refresh) - 1
        return self.opens(session, session.refresh[place][1]) and is_current and not session.over

    def gained(self, session: Session, tokens: tuple[str, str | None]) -> None:
        now, (access, refresh) = self.clock.now(), tokens
        session.access.append((access, now + ACCESS, self.users.role(session.user)))
        if self.rotating or not session.refresh:
            idle = IDLE if self.rotating else SESSION
            session.refresh.append((refresh, min(now + idle, session.began + SESSION)))

    # What happens ----------------------------------------------------------------------------

    @rule(target=sessions, user=USERS, wire=WIRES)
    def log_in(self, user, wire):
        tokens = wire(self.http).log_in(user)
        assert (tokens is not None) == self.users.is_active(user)
        if tokens is None:
            return multiple()
        session = Session(user, self.clock.now())
        self.gained(session, tokens)
        self.known.append(session)
        return session

    @rule(session=sessions, wire=WIRES)
    def refresh(self, session, wire):
        self.use(session, len(session.refresh) - 1, wire)

    @rule(session=sessions, place=PLACES, wire=WIRES)
    def use_any_token(self, session, place, wire):
        self.use(session, place % len(session.refresh), wire)

    def use(self, session, place, wire) -> None:
        token, expires_at = session.refresh[place]
        wanted = self.is_live(session, place)
        tokens = wire(self.http).refresh(token)
        assert (tokens is not None) == wanted
        if tokens:
            assert (tokens[1] in {None, token}) != self.rotating
            self.gained(session, tokens)
        elif self.opens(session, expires_at):  # spent: somebody holds a copy
            session.over = True

    @rule(session=sessions, place=PLACES, wire=WIRES)
    def log_out(self, session, place, wire):
        token, expires_at = session.refresh[place % len(session.refresh)]
        wire(self.http).log_out(token)
        session.over |= self.opens(session, expires_at)

    @rule(session=sessions, wire=WIRES, text=st.text(min_size=1))
    def send_what_is_no_refresh_token(self, session, wire, text):
        issuer = TokenIssuer(MALLORYS_KEYS, self.clock)
        more = {"sid": "guessed", "auth_time": START}
        forged = issuer.new_refresh_token(session.user, more=more)
        signed, _, signature = session.refresh[-1][0].rpartition(".")
        for junk in [text, session.access[-1][0], forged, f"{signed}.{signature[::-1]}"]:
            assert wire(self.http).refresh(junk) is None
        wire(self.http).log_out(forged)

    @rule(session=sessions, place=PLACES)
    def send_it_from_another_client(self, session, place):
        form = {"refresh_token": session.refresh[place % len(session.refresh)][0]}
        form |= {"grant_type": "refresh_token", "token": form["refresh_token"]}
        for path in ["/oauth/token", "/oauth/revoke"]:
            answer = self.http.post(path, data=form, auth=RESOURCE_SERVER)
            assert answer.status_code in {200, 400}
            assert "access_token" not in answer.text

    @precondition(lambda self: self.inside)
    @rule(seconds=st.sampled_from([1, ACCESS - 1, ACCESS, DAY, IDLE - 1, IDLE]))
    def wait(self, seconds):
        self.clock.advance(seconds)

    @precondition(lambda self: self.inside)
    @rule(session=sessions, wire=WIRES)
    def use_it_for_weeks(self, session, wire):
        for _ in range(4):
            self.clock.advance(seconds=IDLE - 1)
            self.refresh(session, wire)

    @precondition(lambda self: self.inside)
    @rule(session=sessions, place=PLACES, before=st.sampled_from([0, 1]))
    def wait_for_the_edge(self, session, place, before):
        edges = [session.began + SESSION, session.refresh[-1][1], session.access[-1][1]]
        left = edges[place % len(edges)] - before - self.clock.now()
        self.clock.advance(max(left, 0))

    @precondition(lambda self: self.inside)
    @rule(user=USERS, role=st.sampled_from(["reader", "author"]))
    def change_role(self, user, role):
        self.users.set_role(user, role)

    @precondition(lambda self: self.inside and len(self.known) > 2)
    @rule(session=consumes(sessions))
    def disable(self, session):
        self.users.disable(session.user)
        for known in self.known:
            known.over |= known.user == session.user

    @precondition(lambda self: self.inside)
    @rule(user=USERS)
    def enable(self, user):
        self.users.enable(user)

    @precondition(lambda self: self.kept)
    @rule()
    def restart(self):
        self.stop()
        self.open()

    # What always holds -----------------------------------------------------------------------

    def introspect(self, token) -> dict:
        answer = self.http.post("/oauth/introspect", data={"token": token}, auth=RESOURCE_SERVER)
        assert answer.status_code == 200
        return json.loads(answer.text)

    @invariant()
    def does_introspection_agree(self):
        for session in self.known:
            for place, (token, _) in enumerate(session.refresh):
                assert self.introspect(token)["active"] == self.is_live(session, place)
            for token, expires_at, role in session.access[-3:]:
                over = session.over and self.rotating
                told = self.introspect(token)
                assert told["active"] == (self.opens(session, expires_at) and not over)
                assert told.get("role") == (role if told["active"] else None)

    @invariant()
    def does_the_api_agree(self):
        for session in self.known:
            token, expires_at, role = session.access[-1]
            answer = self.http.get("/me", headers={"Authorization": f"Bearer {token}"})
            if self.clock.now() < expires_at:
                assert json.loads(answer.text) == {"user": session.user, "role": role}
            else:
                assert answer.status_code == 401


class Http(httpx.Client):
    """Send what the test client sends, over a socket."""

    def delete(self, path, json):
        return self.request("DELETE", path, json=json)


class Killed(Machine):
    """Do what can be done from outside to the stand-alone server; a restart is a kill -9."""

    rotating = kept = True
    inside = False

    def open(self) -> None:
        self.clock, self.users, self.running = SystemClock(), Users(), ExitStack()
        file = Path(self.folder.name) / "tokens.sqlite"
        command = ["-m", "server", "--port", "0", "--rotate", "--database", file]
        address, self.process = self.running.enter_context(type(self).serving(*command))
        self.http = self.running.enter_context(Http(base_url=f"http://{address}", trust_env=False))

    def stop(self) -> None:
        self.process.kill()
        self.running.close()


def test_does_somebody_elses_log_in_change_nothing():
    """It lets the store forget what has expired; chance does not get there: it takes 30 days."""
    machine = type("Server", (Machine,), {"rotating": True, "kept": False})()
    session = machine.log_in("alice", LessonWire)
    for _ in range(5):
        machine.clock.advance(days=6, seconds=-1)
        machine.refresh(session, LessonWire)
    machine.wait_for_the_edge(session, place=0, before=0)
    for _ in range(2):
        machine.does_introspection_agree()
        machine.log_in("bob", LessonWire)
    machine.teardown()


def drive(machine: type[Machine], examples: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("kept", [False, True], ids=["memory", "sqlite"])
@pytest.mark.parametrize("rotating", [False, True], ids=["plain", "rotating"])
def test_does_the_server_agree_with_the_model(rotating, kept, repeats):
    machine = type("Server", (Machine,), {"rotating": rotating, "kept": kept})
    drive(machine, examples=repeats(20, 100), steps=repeats(25, 50))


def test_does_a_server_that_is_killed_agree_with_the_model(serving, repeats):
    machine = type("Server", (Killed,), {"serving": staticmethod(serving)})
    drive(machine, examples=repeats(2, 20), steps=20)

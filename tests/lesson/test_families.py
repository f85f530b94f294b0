"""The lessons' store stands in for the server's own, and remembers what came from what."""

import pytest
from flask import jsonify

from examiner.mistake import Mistake
from lesson import record, start_course
from lesson.families import Families
from lesson.scenarios import tamper
from server.parts import refresh_tokens, tokens
from server.store import MemoryStore
from server.wire import refuse, text_member

MINE = Families()
ALICE = {"username": "alice", "password": "wonderland"}


def rotate():
    old = text_member("token")
    user = tokens.open_refresh_token(old)["sub"]
    if old not in refresh_tokens:  # step 1: look it up; is it live?
        refresh_tokens.end_family(old)  # step 2: end its family
        return refuse(403, "No.")
    new = tokens.new_refresh_token(user)
    refresh_tokens.follow(old, new)  # step 3: swap
    return jsonify(accessToken=tokens.new_access_token(user), refreshToken=new)


def ends():
    MINE.end_family("a1")
    return "done"


@pytest.fixture
def store():
    """Alice's family of three, and Bob's of one."""
    store = Families()
    store.add("a1", "alice")
    store.add("b1", "bob")
    store.follow("a1", "a2")
    store.follow("a2", "a3")
    return store


@pytest.fixture
def course():
    course = start_course(Families())
    course.mount(rotate)
    yield course
    course.server.stop()
    start_course().server.stop()  # a later test's scenarios run on a store of the usual kind


def states(store) -> dict[str, str]:
    return {node.name: node.state for node in store.nodes}


def log_in(course) -> str:
    return course.client.post("/login", json=ALICE).json()["refreshToken"]


def refresh(course, token: str) -> tuple[int, str | None]:
    answer = course.client.post("/token", json={"token": token})
    return answer.status_code, answer.json().get("refreshToken")


def test_does_every_token_know_where_it_came_from(store):
    found = [(node.name, node.user, node.family, node.parent) for node in store.nodes]
    assert found == [
        ("R1", "alice", 1, None),
        ("R2", "bob", 2, None),
        ("R3", "alice", 1, "R1"),
        ("R4", "alice", 1, "R3"),
    ]


def test_is_only_the_newest_token_live(store):
    assert states(store) == {"R1": "spent", "R2": "live", "R3": "spent", "R4": "live"}
    assert [token in store for token in ("a1", "a2", "a3", "b1")] == [False, False, True, True]


def test_does_the_end_of_a_family_reach_its_live_tokens_and_nobody_else(store):
    store.end_family("a1")
    assert states(store) == {"R1": "spent", "R2": "live", "R3": "spent", "R4": "revoked"}


def test_does_the_end_reach_both_sides_of_a_fork(store):
    store.follow("a1", "a4")
    store.end_family("a2")
    assert {node.state for node in store.nodes if node.user == "alice"} == {"spent", "revoked"}


def test_does_an_unknown_token_end_nothing(store):
    before = states(store)
    store.end_family("made up")
    store.discard("made up")
    assert states(store) == before


def test_does_following_an_ended_token_bring_its_family_back(store):
    """The hole that the lesson on races shows: whoever looked before the end may act after it."""
    store.end_family("a1")
    store.follow("a3", "a4")
    assert [node.name for node in store.nodes if node.state == "live"] == ["R2", "R5"]


def test_does_a_changed_signature_find_the_same_node(course):
    """Which is why a view has to verify before it acts."""
    token = log_in(course)
    assert course.refresh_tokens.node(tamper(token)) is course.refresh_tokens.node(token)


def test_does_it_refuse_to_follow_a_token_it_does_not_know(store):
    with pytest.raises(Mistake, match="this store knows"):
        store.follow("made up", "a4")
    assert len(store.nodes) == 4


def test_does_it_say_of_live_tokens_what_the_servers_store_says(store):
    own = MemoryStore()
    own.add("b1", "bob")
    own.add("a3", "alice")
    assert store.rows() == own.rows()
    assert len(store) == len(own) == 2


def test_does_it_keep_no_token(store):
    store.add("eyJ.secret-text", "bob")
    assert "secret-text" not in str(vars(store))


def test_does_its_text_name_every_token_on_one_line(store):
    assert repr(store) == "Families(R1 spent, R2 live, R3 spent, R4 live)"
    assert repr(Families()) == "Families()"


def test_does_a_log_in_begin_a_family_and_a_mounted_view_let_it_grow(course):
    status, _ = refresh(course, log_in(course))
    log_in(course)
    assert status == 200
    assert [node.parent for node in course.refresh_tokens.nodes] == [None, "R1", None]


@pytest.mark.parametrize("first", ["alice", "mallory"])
def test_are_thief_and_owner_both_out_whoever_comes_first(course, first):
    stolen = log_in(course)
    hands = {"alice": stolen, "mallory": stolen}
    second = ({*hands} - {first}).pop()
    _, hands[first] = refresh(course, stolen)
    assert refresh(course, hands[second])[0] == 403
    assert refresh(course, hands[first])[0] == 403


@pytest.mark.parametrize("which", [0, 1])
def test_does_a_log_out_with_any_token_end_the_family(course, which):
    first = log_in(course)
    other = log_in(course)
    _, second = refresh(course, first)
    sent = {"token": (first, second)[which]}
    assert course.client.request("DELETE", "/logout", json=sent).status_code == 204
    assert refresh(course, second)[0] == 403
    assert refresh(course, other)[0] == 200


def test_does_a_recorded_request_reach_the_same_store(course):
    token = log_in(course)
    trace = record(rotate, {"token": token})
    assert trace.end["refresh_tokens"] == "{R1 spent, R2 live}"
    assert refresh(course, token)[0] == 403


@pytest.mark.parametrize(("sent", "missed"), [("valid", "2"), ("revoked", "3")])
def test_does_a_step_that_did_not_run_stand_in_its_place(course, sent, missed):
    rows = [(row.step, row.result) for row in record(rotate, sent).table if row.step.isdigit()]
    assert [step for step, _ in rows] == ["1", "2", "3", "4"]
    assert [step for step, result in rows if result == "not reached"] == [missed]


def test_do_scenarios_run_on_a_store_of_the_courses_kind(course):
    assert record(rotate, "valid").end["refresh_tokens"] == "{R1 spent, R2 live}"
    assert record(rotate, "revoked").status == 403
    assert repr(course.refresh_tokens) == "Families()"


def test_does_the_tracker_follow_such_a_store_under_any_name():
    MINE.add("a1", "alice")
    trace = record(ends, {})
    assert trace.start["MINE"] == "{R1 live}"
    assert trace.end["MINE"] == "{R1 revoked}"


@pytest.mark.parametrize("wrong", [None, "rotate", rotate.__name__.encode()])
def test_is_what_is_no_view_refused_with_a_sentence(course, wrong):
    with pytest.raises(Mistake, match="This is no view"):
        course.mount(wrong)
    assert refresh(course, log_in(course))[0] == 200

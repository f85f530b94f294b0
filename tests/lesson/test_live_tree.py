"""The live tree: each button sends a real request, and the tree is the store's afterwards."""

import pytest
from flask import jsonify

from examiner.mistake import Mistake
from lesson.live_tree import live_tree
from lesson.widgets.live_tree import MOVES, Scene
from server.parts import refresh_tokens, tokens
from server.wire import refuse, text_member

COPY = "Mallory copies Alice's token"


def rotate():
    old = text_member("token")
    user = tokens.open_refresh_token(old)["sub"]
    if old not in refresh_tokens:
        refresh_tokens.end_family(old)
        return refuse(403, "No.")
    new = tokens.new_refresh_token(user)
    refresh_tokens.follow(old, new)
    return jsonify(accessToken=tokens.new_access_token(user), refreshToken=new)


@pytest.fixture
def scene():
    scene = Scene(rotate)
    yield scene
    scene.course.server.stop()


def play(scene, *moves: str) -> list[str]:
    """Return what the scene says after each move."""
    said = []
    for move in moves:
        scene.do(move)
        said.append(scene.says)
    return said


def test_does_it_begin_with_two_sessions_and_a_thief_who_holds_nothing(scene):
    assert repr(scene.tree()).splitlines() == [
        *("family 1 of alice: alive", "  R1: live, held by Alice"),
        *("family 2 of bob: alive", "  R2: live, held by Bob"),
    ]
    assert play(scene, "Mallory refreshes") == [
        "Mallory has nothing to send: let her copy Alice's token first."
    ]


@pytest.mark.parametrize("first", ["Alice", "Mallory"])
def test_does_a_theft_end_for_both_and_not_for_bob(scene, first):
    second = {"Alice": "Mallory", "Mallory": "Alice"}[first]
    said = play(
        scene,
        COPY,
        f"{first} refreshes",
        f"{second} refreshes",
        f"{first} refreshes",
        "Bob refreshes",
    )
    assert said == [
        "Mallory has a copy of R1. The server does not notice.",
        f"{first} sends R1: 200. {first} holds R3 now.",
        f"{second} sends R1: 403. Still live: R2 of Bob.",
        f"{first} sends R3: 403. Still live: R2 of Bob.",
        "Bob sends R2: 200. Bob holds R4 now.",
    ]


def test_does_a_thief_stay_whose_victim_never_comes_back_with_the_copied_token(scene):
    """What the lesson on who is logged out answers to its second puzzle."""
    play(scene, COPY, "Mallory refreshes", "Alice logs in")
    for _ in range(3):
        said = play(scene, "Alice refreshes", "Mallory refreshes")
        assert [": 200." in sentence for sentence in said] == [True, True]


def test_does_the_thief_stay_where_no_family_ends():
    """What the lesson on who is logged out answers to its first puzzle."""

    def lenient():
        old = text_member("token")
        user = tokens.open_refresh_token(old)["sub"]
        if old not in refresh_tokens:
            return refuse(403, "No.")
        new = tokens.new_refresh_token(user)
        refresh_tokens.follow(old, new)
        return jsonify(refreshToken=new)

    scene = Scene(lenient)
    said = play(scene, COPY, "Mallory refreshes", "Alice refreshes", "Mallory refreshes")
    assert [": 200." in sentence for sentence in said[1:]] == [True, False, True]
    scene.course.server.stop()


def test_does_a_log_in_begin_a_family_and_a_log_out_end_one(scene):
    said = play(scene, "Alice logs out", "Alice logs in", "Alice refreshes")
    assert said == [
        "Alice logs out with R1. Still live: R2 of Bob.",
        "Alice logs in: a new family begins with R3.",
        "Alice sends R3: 200. Alice holds R4 now.",
    ]


def test_does_start_again_forget_everything(scene):
    first = scene.state()
    play(scene, COPY, *MOVES)
    assert scene.state() == first


def test_is_an_unknown_move_passed_over(scene):
    before = scene.state()
    play(scene, "Mallory takes over the world")
    assert scene.state() == before


@pytest.mark.parametrize("answer", ["no JSON", "[]", '{"refreshToken": 7}', "{}"])
def test_does_an_odd_answer_leave_every_hand_as_it_is(answer):
    def odd():
        return answer

    scene = Scene(odd)
    assert play(scene, "Alice refreshes") == [
        "Alice sends R1: 200. Still live: R1 of Alice, R2 of Bob."
    ]
    assert "held by Alice" in repr(scene.tree())
    scene.course.server.stop()


def test_does_a_token_that_the_store_does_not_know_have_words():
    def forgetful():
        return jsonify(refreshToken="r-2")

    scene = Scene(forgetful)
    assert play(scene, "Bob refreshes") == [
        "Bob sends R2: 200. Bob holds a token that the store does not know now."
    ]
    scene.course.server.stop()


def test_does_a_button_in_the_browser_reach_the_server_each_time():
    tree = live_tree(rotate)
    states = []
    tree.observe(lambda change: states.append(change["new"]), "state")
    tree.action = {"do": "Alice refreshes", "asked": 1}
    tree.action = {"do": "Mallory refreshes", "asked": 2}
    tree.action = {"do": "Mallory refreshes", "asked": 3}
    assert [state["asked"] for state in states] == [1, 2, 3]
    assert states[0]["words"][:3] == [
        *([0, "family 1 of alice: alive"], [1, "R1: spent"], [2, "R3: live, held by Alice"]),
    ]
    assert repr(tree).splitlines()[1] == "  R1: spent"


def test_is_there_a_picture_and_a_text_without_a_kernel():
    data, _ = live_tree(rotate)._repr_mimebundle_()
    assert data["text/plain"].startswith("family 1 of alice: alive")
    assert "<img " in data["text/html"]
    assert "<ul><li>family 1 of alice: alive" in data["text/html"]


def test_is_what_is_no_view_refused_with_a_sentence():
    with pytest.raises(Mistake, match="This is no view"):
        live_tree("rotate")

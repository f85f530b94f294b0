"""The tree says as picture, list and text what the store holds at that moment."""

import base64
import re
from xml.etree import ElementTree as Xml

import pytest

from examiner.mistake import Mistake
from lesson.families import Families
from lesson.family_tree import family_tree
from server import MemoryStore

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def store():
    """A family with a fork, ended; and one of Bob's, alive."""
    store = Families()
    store.add("a1", "alice")
    store.follow("a1", "a2")
    store.follow("a1", "a3")
    store.end_family("a1")
    store.add("b1", "bob")
    return store


@pytest.fixture
def tree(store):
    return family_tree(store, {"Alice": "a1", "Mallory": "a3", "Bob": "b1", "nobody": "x"})


def texts(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in Xml.fromstring(svg).iter(f"{SVG}text")]


def test_is_the_text_indented_by_descent(tree):
    assert repr(tree).splitlines() == [
        "family 1 of alice: ended",
        "  R1: spent, held by Alice",
        "    R2: revoked",
        "    R3: revoked, held by Mallory",
        "family 2 of bob: alive",
        "  R4: live, held by Bob",
    ]


def test_does_the_picture_tell_every_state_in_words(tree):
    assert texts(tree.svg()) == [
        *("family 1 of alice", "ended", "○ R1: spent", "held by Alice"),
        *("✕ R2: revoked", "✕ R3: revoked", "⚠ held by Mallory"),
        *("family 2 of bob", "alive", "● R4: live", "held by Bob"),
    ]


def test_has_every_state_a_shape_of_its_own(tree):
    kinds = [group.get("class") for group in Xml.fromstring(tree.svg()).iter(f"{SVG}g")]
    boxes = [kind for kind in kinds if kind.startswith("box")]
    assert boxes[1:3] + boxes[-1:] == ["box spent", "box revoked", "box live"]


def test_do_arrows_lead_from_each_token_to_its_successors(tree):
    groups = Xml.fromstring(tree.svg()).iter(f"{SVG}g")
    assert [g.get("data-arrow") for g in groups if g.get("data-arrow")] == [
        *("0-1", "1-2", "1-3", "4-5"),
    ]


def test_do_no_two_boxes_overlap(store):
    for number in range(2, 6):
        store.follow("b1", f"b{number}")
    places = [
        (int(box.get("x")), int(box.get("y")))
        for box in Xml.fromstring(family_tree(store).svg()).iter(f"{SVG}rect")
        if box.get("class") == "outline"
    ]
    assert len(places) == len(set(places)) == 10


def test_has_the_picture_a_description_and_a_list_with_the_same_in_it(tree):
    page = tree._repr_html_()
    image, rest = re.fullmatch(r"(<img .*?/>)\n(.*)", page, re.DOTALL).groups()
    lines = [line.strip() for line in repr(tree).splitlines()]
    said = re.search(r'alt="([^"]*)"', image)[1]
    assert said == "Family tree of refresh tokens. " + "; ".join(lines)
    assert [item.text for item in Xml.fromstring(f"<p>{rest}</p>").iter("li")] == lines
    data = re.search(r'src="data:image/svg\+xml;base64,([^"]*)"', image)[1]
    assert base64.b64decode(data).decode() == tree.svg(alone=True)


def test_does_a_tree_stay_as_it_was_drawn(store, tree):
    before = repr(tree)
    store.end_family("b1")
    assert repr(tree) == before
    assert "R4: revoked" in repr(family_tree(store))


def test_are_names_that_look_like_html_written_as_text():
    store = Families()
    store.add("a1", "<b>alice</b>")
    page = family_tree(store, {"<i>": "a1"})._repr_html_()
    assert "<b>" not in page
    assert "<i>" not in page


def test_does_an_empty_store_say_so():
    tree = family_tree(Families())
    assert repr(tree) == "no family yet: nobody has logged in"
    assert tree._repr_html_() == f"<p>{tree!r}</p>"


@pytest.mark.parametrize("other", [MemoryStore(), None, {}])
def test_is_a_store_without_families_refused_with_a_sentence(other):
    with pytest.raises(Mistake, match="store with families"):
        family_tree(other)

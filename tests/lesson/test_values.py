"""Values in tables: an object by its fields, a store by what it holds."""

import functools
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

import pytest
from flask import request

from lesson import record
from lesson.families import Families
from lesson.tracing import values
from lesson.tracing.stores import STORES
from lesson.tracing.values import HIDDEN, Writer
from lesson.tracing.watched import names_read, watched
from server import MemoryStore
from server.store import SQLiteStore


@dataclass
class Session:
    user: str
    password: str = "wonderland"
    spent: bool = False
    others: list = field(default_factory=list)


class Plain:
    def __init__(self):
        self.user = "alice"
        self.action = print


class Slotted:
    __slots__ = ("empty", "user")

    def __init__(self):
        self.user = "alice"


class Point(NamedTuple):
    x: int
    key: str


def refuse(*_):
    pytest.fail("its own code ran")


class Hostile:
    """Own code for each way in which Python would look into it."""

    user = property(refuse)
    __repr__ = __getattr__ = __eq__ = __hash__ = __len__ = __bool__ = __iter__ = __str__ = refuse

    def __init__(self):
        object.__setattr__(self, "name", "alice")

    __getattribute__ = refuse
    __class__ = property(refuse)


class HostileDict(dict):
    items = keys = __iter__ = __len__ = __getitem__ = refuse


class HostileList(list):
    __iter__ = __len__ = __getitem__ = refuse


class deque:
    """What bears the name of a type that reprlib knows."""

    __iter__ = __len__ = refuse


WRITTEN = {
    "a dataclass": (
        Session("bob"),
        f"Session(user='bob', password={HIDDEN}, spent=False, others=[])",
    ),
    "an object": (Plain(), "Plain(user='alice')"),
    "slots": (Slotted(), "Slotted(user='alice')"),
    "a named tuple": (Point(1, "k-1"), f"Point(x=1, key={HIDDEN})"),
    "a hostile object": (Hostile(), "Hostile(name='alice')"),
    "a hostile dict": (HostileDict(a=1), "{'a': 1}"),
    "a hostile list": (HostileList([1, 2]), "[1, 2]"),
    "a borrowed name": (deque(), "deque()"),
    "in a dict": ({"s-1": Slotted()}, "{'s-1': Slotted(user='alice')}"),
    "a library's own": (OrderedDict(a=1), repr(OrderedDict(a=1))),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_is_an_object_shown_by_its_fields(name):
    value, text = WRITTEN[name]
    writer = Writer()
    writer.learn("value", value)
    assert writer.text(value) == text


def test_is_a_secret_in_a_field_hidden_everywhere():
    writer = Writer()
    writer.learn("session", {"s-1": Session("bob")})
    assert "wonderland" not in writer.text("the password is wonderland")


def test_is_an_object_that_holds_itself_one_short_line():
    plain = Plain()
    plain.user = [plain, plain]
    assert len(Writer().text(plain)) < 150


def test_is_a_huge_object_looked_at_for_a_moment(monkeypatch):
    """Fifty members in each of fifty, four times over, are six million."""
    huge = functools.reduce(lambda inner, _: [inner] * 50, range(4), {"password": "wonderland"})
    plain = Plain()
    vars(plain).update({f"name_{number}": huge for number in range(1000)})
    seen = []
    monkeypatch.setattr(values, "is_secret", lambda name: seen.append(name))
    Writer().learn("plain", plain)
    text = Writer().text(plain)
    assert text.endswith("…")
    assert len(text) < 150
    assert 50 < len(seen) < 2 * values.MOST_SEARCHED


@pytest.fixture(params=STORES, ids=lambda kind: kind.__name__)
def store(request, tmp_path):
    return request.param(*[tmp_path / "tokens"] * (request.param is SQLiteStore))


def test_is_a_store_shown_as_what_it_holds(store):
    assert Writer().text(store) == "{}"
    store.add("a-1", "alice")
    first = "{R1 live}" if isinstance(store, Families) else "{alice's 2f8f…}"
    assert Writer().text(store) == first
    store.add("b-1", "bob")
    both = "{R1 to R2 live}" if isinstance(store, Families) else "{alice's 2f8f…, bob's 3e49…}"
    assert Writer().text(store) == both


def test_is_a_full_store_counted_and_its_newest_token_shown():
    store = MemoryStore()
    for number in range(40):
        store.add(f"token-{number}", f"user-{number}")
    assert Writer().text(store).startswith("{40 tokens, the newest user-39's ")


def test_are_states_of_families_told_together():
    store = Families()
    for old in ["a1", "b1", "c1"]:
        store.add(old, "alice")
    store.follow("b1", "b2")
    store.follow("b2", "b3")
    assert Writer().text(store) == "{R1 live, R2 spent, R3 live, R4 spent, R5 live}"
    store.end_family("c1")
    assert Writer().text(store) == "{R1 live, R2 spent, R3 revoked, R4 spent, R5 live}"
    store.follow("a1", "a2")
    assert Writer().text(store) == "{R1 to R2 spent, R3 revoked, R4 spent, R5 to R6 live}"


class Grace(Families):
    """As the lesson on races has it; what it adds is not what it holds."""

    def __init__(self):
        super().__init__()
        self.spent_at = {}

    rows = __iter__ = refuse
    nodes = property(refuse)


def test_is_a_store_of_ones_own_kind_asked_as_the_course_would():
    store = Grace()
    assert Writer().text(store) == "{}"


items, other, unread = {"items": 1}, ["other"], {1}
session = Session("bob")


def reads():
    found = request.form.items()
    return {"found": list(found), "other": [one for one in other if session.user]}


def test_are_names_outside_listed_that_the_view_reads_and_no_others():
    assert watched(reads) == ["other", "session"]
    assert set(names_read(reads.__code__)) == {"request", "list", "other", "session"}
    trace = record(reads, {})
    assert trace.tracker.names[-2:] == ["other", "session"]
    assert trace.start["session"].startswith("Session(user='bob', password=(hidden)")

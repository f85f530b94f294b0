"""Say in words where an object is kept: the names that lead to it, such as tokens[0].value."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import _lru_cache_wrapper
from types import (
    AsyncGeneratorType,
    CoroutineType,
    FunctionType,
    GeneratorType,
    GetSetDescriptorType,
    MemberDescriptorType,
)
from typing import Any, NamedTuple

FARTHEST = 3  # objects from a function to what it closes over: a tuple and a cell are in between
LONGEST = 24  # characters of a name; what is longer may be a hash
NAMESPACE = vars(type)["__dict__"]
RUNNING = {GeneratorType: "gi_frame", CoroutineType: "cr_frame", AsyncGeneratorType: "ag_frame"}


class NamedPlace(NamedTuple):
    """Hold names as they are written in Python, and in words whose they are."""

    names: str
    whose: str = ""

    def __str__(self) -> str:
        variable = "the variable " if self.names.isidentifier() else ""
        return f"{variable}{self.names}{self.whose}"


Member = tuple[Any, Callable[[NamedPlace, Any], NamedPlace], Any]


def place_at_end(place: NamedPlace, way: Sequence[Any]) -> NamedPlace:
    """Return where the last object of a way is, each of which refers to the next one.

    The first is at `place`. An object's own methods are not asked.
    """
    while len(way) > 1:
        place, way = _next(place, way)
    return place


def shown(name: Any) -> str:
    """Return a name if it is one, and not whatever text."""
    return name if type(name) is str and name.isidentifier() and len(name) <= LONGEST else "…"


def _next(place: NamedPlace, way: Sequence[Any]) -> tuple[NamedPlace, Sequence[Any]]:
    """Return a place that is nearer to the end of a way, and what is left of that."""
    members = [*_members(way[0])]
    for number, item in enumerate(way[1 : 1 + FARTHEST], 1):
        for value, step, name in members:
            if value is item:
                return step(place, name), () if step is _key else way[number:]
    if issubclass(type(way[0]), _lru_cache_wrapper):
        return NamedPlace(f"the cache of {place.names}()", place.whose), ()
    return place, way[1:]


def _members(owner: Any) -> Iterator[Member]:
    """Yield what an object refers to by a name, how a place is told from its owner's, and the name.

    Some stands in a dictionary or a cell of the owner's own, which has no name.
    """
    kind = type(owner)
    if issubclass(kind, dict):
        yield from ((value, _item, key) for key, value in dict.items(owner))
        yield from ((key, _key, None) for key in dict.__iter__(owner))
    elif base := next((base for base in (list, tuple, deque) if issubclass(kind, base)), None):
        yield from ((value, _item, index) for index, value in enumerate(base.__iter__(owner)))
    elif kind in RUNNING:
        frame = getattr(owner, RUNNING[kind])
        yield from _named(frame.f_locals if frame else {}, _variable)
    elif kind is FunctionType:
        yield from ((value, _closed_over, name) for name, value in _closure(owner))
    yield from _named(_attributes(owner), _attribute)
    if not issubclass(kind, type | FunctionType):
        yield from ((value, _attribute, name) for name, value in _slots(owner))


def _named(
    names: Mapping[str, Any], step: Callable[[NamedPlace, Any], NamedPlace]
) -> Iterable[Member]:
    return [(value, step, name) for name, value in list(names.items())]


def _closure(function: FunctionType) -> Iterator[tuple[str, Any]]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        with suppress(ValueError):  # it is empty
            yield name, cell.cell_contents


def _attributes(owner: Any) -> Mapping[str, Any]:
    for base in type(owner).__mro__:
        getter = NAMESPACE.__get__(base).get("__dict__")
        if type(getter) in (GetSetDescriptorType, MemberDescriptorType):
            return getter.__get__(owner) or {}
    return {}


def _slots(owner: Any) -> Iterator[tuple[str, Any]]:
    for base in type(owner).__mro__:
        for name, slot in list(NAMESPACE.__get__(base).items()):
            if type(slot) is MemberDescriptorType:
                with suppress(AttributeError):  # nothing is in it
                    yield name, slot.__get__(owner)


def _item(place: NamedPlace, key: Any) -> NamedPlace:
    name = shown(key)
    told = key if type(key) is int else name if name == "…" else repr(name)
    return place._replace(names=f"{place.names}[{told}]")


def _key(place: NamedPlace, _: None) -> NamedPlace:
    return place._replace(names=f"a key of {place.names}")


def _attribute(place: NamedPlace, name: Any) -> NamedPlace:
    return place._replace(names=f"{place.names}.{shown(name)}")


def _closed_over(place: NamedPlace, name: str) -> NamedPlace:
    return NamedPlace(shown(name), f", which {place.names}() closes over{place.whose}")


def _variable(place: NamedPlace, name: str) -> NamedPlace:
    return NamedPlace(shown(name), f", a variable of the generator {place.names}{place.whose}")

"""Collect what a cell keeps: the text in its objects, databases and files, and in its pipes."""

import builtins
import io
import json
import logging
import os
import re
import stat
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from gc import get_referents
from itertools import chain, repeat
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

from examiner.cell import FILENAME
from examiner.rotation.retained_files import in_files, in_open_files
from examiner.rotation.retained_places import NamedPlace, place_at_end, shown
from examiner.rotation.retained_rows import OutOfReach, rows
from examiner.rotation.retained_values import reader
from examiner.rotation.sqlite_connections import PlainConnection

PLACES = 4  # objects, databases, files, channels
MAX_CHARACTERS = 800_000 // PLACES  # of JSON, in each: together less than a reply may have
CHUNK = 100_000  # characters that are searched at a time
# Whatever these libraries hold is theirs, and not what the cell keeps.
FOREIGN = {
    *("__main__", "_thread", "examiner", "flask", "jwt", "logging", "server", "threading"),
    *("time_machine", "werkzeug"),
}
CARRYING = {"jwt", "logging", "threading"}  # what is on objects of these, a cell may have put there
# But for what these make: containers, and requests and answers, if the cell keeps them.
STORES = (
    *("werkzeug.datastructures.", "werkzeug.wrappers.", "flask.sessions.", "flask.wrappers."),
    "flask.ctx._AppCtxGlobals",
)
GIVEN_NAMES = {"__builtins__", "__doc__", "__loader__", "__name__", "__package__", "__spec__"}
WRITERS = (io.BufferedWriter, io.BufferedRandom)
DATABASE_OUT_OF_REACH = (
    "Your code keeps a database in memory that only a thread of its own can read: the examiner "
    "does not look there."
)
Found = tuple[str, str | Callable[[], str]]  # a text, and its place in words


@dataclass
class Retained:
    """Hold the texts that a cell keeps, and in a sentence each what nobody has looked into."""

    texts: list[str]
    unseen: list[str]


class Kept:
    """Be what is within reach of a module's names, or of others, in files and pipes, each once.

    `others` have names of their own. Files are those below the folders, and those that are open and
    have no name. `elsewhere` is what libraries hold, and `waiting` the text in pipes.
    """

    def __init__(
        self,
        module: ModuleType,
        folders: Iterable[Path],
        others: Mapping[str, Any] | None = None,
        waiting: Iterable[str] = (),
        elsewhere: Iterable[Any] = (),
    ) -> None:
        self._objects = _Objects(module)
        own = [(name, one) for name, one in vars(module).items() if name not in GIVEN_NAMES]
        named = [(NamedPlace(shown(name)), one) for name, one in own]
        named += [(NamedPlace(name), one) for name, one in (others or {}).items()]
        self._own = self._objects.texts([*named, *_in_threads(module)])
        self._elsewhere = self._objects.texts((NamedPlace(_called(one)), one) for one in elsewhere)
        self._rows = self._objects.rows()
        self._files = chain(in_open_files(), *map(in_files, folders))
        self._waiting = ((text, "a pipe or a socket") for text in waiting)

    def told(self, sought: Collection[str] = ()) -> Retained:
        """Return each text, and in sentences what nobody has looked into.

        Where all of a place would be too long for a reply, those are told that hold something
        `sought`, however much stands before them. What is elsewhere is searched and not told.
        Raises OSError where a file cannot be looked into.
        """
        found = [
            *_limited(_texts(self._own), sought),
            *_searched(_texts(self._elsewhere), sought),
            *_limited(_texts(self._rows), sought),
            *_limited(_texts(self._files), sought),
            *_limited(_texts(self._waiting), sought),
        ]
        return Retained(found, [DATABASE_OUT_OF_REACH] * self._objects.out_of_reach)

    def places(self, sought: Collection[str]) -> dict[str, str]:
        """Return in words where each text stands that is sought and found, without these texts.

        Raises as `told` does.
        """
        places: dict[str, str] = {}
        found = chain(self._own, self._elsewhere, self._rows, self._files, self._waiting)
        for text, where in found:
            for one in [one for one in sought if one not in places and one in text]:
                places[one] = _without(sought, where if isinstance(where, str) else where())
            if len(places) == len(sought):
                break
        return places


def _without(secrets: Iterable[str], text: str) -> str:
    for one in secrets:
        text = text.replace(one, "…")
    return re.sub("…+", "…", text).replace("['…']", "[…]")


def _texts(found: Iterable[Found]) -> Iterator[str]:
    return (text for text, _ in found)


def _called(item: Any) -> str:
    """Return what is said of something that a library holds."""
    return "a logger" if issubclass(type(item), logging.Logger) else "what a library holds"


def _limited(found: Iterable[str], sought: Collection[str]) -> Iterator[str]:
    """Yield what is sought where it is found, and of all texts as many as fit into a reply.

    What comes twice is left out.
    """
    left, told = MAX_CHARACTERS, set()

    def passing() -> Iterator[str]:
        nonlocal left
        for text in found:
            yield text
            if text not in told and (length := _length(text, left)) <= left:
                left -= length
                told.add(text)

    yield from _searched(passing(), sought)
    yield from told


def _length(text: str, at_most: int) -> int:
    """Return how long a text is in a list in JSON; a lower bound where that is too long anyway."""
    return len(text) if len(text) > at_most else len(json.dumps(text)) + len(", ")


def _searched(found: Iterable[str], sought: Collection[str]) -> Iterator[str]:
    """Yield what is sought, once, where it is found: many short texts are searched as one."""
    missing = set(sought)
    for chunk in _chunks(found):
        here = {one for one in missing if one in chunk}
        missing -= here
        yield from here


def _chunks(found: Iterable[str]) -> Iterator[str]:
    pieces: list[str] = []
    length = 0
    for text in found:
        pieces.append(text)
        length += len(text)
        if length > CHUNK:
            yield "\n".join(pieces)
            pieces, length = [], 0
    yield "\n".join(pieces)


class _Objects:
    """Walk from object to object, once over each, and note the databases on the way."""

    def __init__(self, module: ModuleType) -> None:
        self.out_of_reach = False
        self._module = module
        self._libraries = {id(one) for one in list(sys.modules.values())}
        self._ways_out = {id(vars(module)), id(vars(builtins))}
        self._before: dict[int, Any] = {}  # who refers to what was seen
        self._alive: list[Any] = []  # what was seen: else another could come in its place
        self._kinds: dict[int, tuple[bool, Callable | None]] = {}
        self._connections: list[PlainConnection] = []

    def texts(self, roots: Iterable[tuple[NamedPlace, Any]]) -> Iterator[Found]:
        """Yield the text of all that these refer to, and of what that refers to, nearest first."""
        pairs = [*roots]
        waiting, before = deque(one for _, one in pairs), deque(place for place, _ in pairs)
        while waiting:
            item, referrer = waiting.popleft(), before.popleft()
            if id(item) in self._before or id(item) in self._ways_out:
                continue
            self._before[id(item)] = referrer
            self._alive.append(item)
            foreign, read = self._kind(type(item))
            if id(item) in self._libraries or foreign or _is_others(item, self._module):
                inside = _added(item)
            else:
                place = partial(self._place, item)
                yield from ((text, place) for text in (read and read(item)) or ())
                inside = _inside(item)
            waiting += inside
            before += repeat(item, len(inside))

    def _place(self, item: Any) -> str:
        """Return in words where an object is; of those in libraries only that it is there."""
        way = [item]
        while type(place := self._before[id(way[0])]) is not NamedPlace:
            way.insert(0, place)
        return str(place if " " in place.names else place_at_end(place, way))

    def _kind(self, kind: type) -> tuple[bool, Callable | None]:
        """Return whether objects of a class are libraries' own, and what reads them as text."""
        if id(kind) not in self._kinds:
            self._alive.append(kind)
            self._kinds[id(kind)] = _is_foreign(kind), self._reader(kind)
        return self._kinds[id(kind)]

    def _reader(self, kind: type) -> Callable | None:
        if issubclass(kind, PlainConnection):
            return self._connections.append
        return _flush if issubclass(kind, WRITERS) else reader(kind)

    def rows(self) -> Iterator[Found]:
        """Yield what is in the databases that were met since the last call."""
        while self._connections:
            connection = self._connections.pop()
            place = self._place(connection)
            try:
                yield from ((text, f"{column} in {place}") for text, column in rows(connection))
            except OutOfReach:
                self.out_of_reach = True


def _is_others(item: Any, module: ModuleType) -> bool:
    """Return whether code is not the cell's: a function, a class or a frame of other people's."""
    kind = type(item)  # what an object says of its class need not be so
    if issubclass(kind, type):
        return item.__module__ != module.__name__ and _is_where_it_says(item)
    if issubclass(kind, FunctionType):
        return item.__globals__ is not vars(module)
    if issubclass(kind, FrameType):  # an error that is kept has those it came through
        return not _is_of_cell(item, module)
    return issubclass(kind, CodeType)


def _is_foreign(kind: type) -> bool:
    """Return whether objects of a class are a library's, whatever it is that they hold."""
    if issubclass(kind, dict | list | set | tuple | threading.local) or _is_a_store(kind):
        return False  # of whatever library, what is in it the cell has put there
    return str(kind.__module__).partition(".")[0] in FOREIGN and _is_where_it_says(kind)


def _is_of_cell(frame: FrameType, module: ModuleType) -> bool:
    return frame.f_code.co_filename == FILENAME or frame.f_globals is vars(module)


def _is_a_store(kind: type) -> bool:
    return f"{kind.__module__}.{kind.__qualname__}".startswith(STORES)


def _is_where_it_says(kind: type) -> bool:
    """Return whether a class is found under its name in the module that it names."""
    found: Any = sys.modules.get(str(kind.__module__))
    for name in str(kind.__qualname__).split("."):
        found = getattr(found, name, None)
    return found is kind


def _added(item: Any) -> list[Any]:
    """Return what a cell may have put on an object of other people's."""
    if str(type(item).__module__).partition(".")[0] in CARRYING:
        return list(getattr(item, "__dict__", {}).values())
    return []


def _in_threads(module: ModuleType) -> list[tuple[NamedPlace, Any]]:
    """Return the variables of the cell's functions that run, and of what these have called."""
    found = []
    for frame in sys._current_frames().values():
        called = []
        while frame:
            called.append(frame)
            if _is_of_cell(frame, module):
                found += [pair for one in called for pair in _variables(one)]
                called = []
            frame = frame.f_back
        called.clear()  # this very frame is among them, and would keep itself
    return found


def _variables(frame: FrameType) -> list[tuple[NamedPlace, Any]]:
    whose = ", a variable of a function that is running"
    return [(NamedPlace(shown(name), whose), value) for name, value in frame.f_locals.items()]


def _inside(item: Any) -> list[Any]:
    """Return what an object refers to."""
    if issubclass(type(item), dict):  # text among its keys is left out by the collector
        return [*dict.__iter__(item), *get_referents(item)]
    if issubclass(type(item), weakref.ref):
        return [weakref.ref.__call__(item), *get_referents(item)]
    return get_referents(item)


def _flush(item: Any) -> None:
    """Let a file have what is still to be written to it: there it is found."""
    base = next(base for base in WRITERS if isinstance(item, base))
    with suppress(OSError, ValueError):  # closed, or no room
        raw = base.raw.__get__(item)
        if type(raw) is io.FileIO and stat.S_ISREG(os.fstat(raw.fileno()).st_mode):
            base.flush(item)

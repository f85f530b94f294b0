"""Remember what libraries hold before a cell is loaded, and tell what has come to them since.

A cell may keep something on what it imports: a name in a module, an attribute of a class or of a
function, an item in a list. What was there before is no cell's.
"""

import builtins
import contextvars
import logging
import re
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, compress
from operator import attrgetter, ne
from types import FunctionType, GetSetDescriptorType, ModuleType
from typing import Any

from examiner.cell import NAME

CONTAINERS = (dict, list, set, deque)
SPARED = {"__main__", "__mp_main__", NAME}  # the worker's own names, and those of the cell
ATTRIBUTES = attrgetter("__dict__")
PYTHONS_OWN = signal.default_int_handler


class LibraryState:
    """Hold names and sizes of what modules hold, as they were when this was made."""

    def __init__(self) -> None:
        """Look at all modules; what re compiles is in a cache of its own, which grows."""
        self._modules = _modules()
        self._threads = set(threading.enumerate())
        spaces = [*map(vars, self._modules), *map(vars, _classes(self._modules))]
        self._names = [(space, space.copy(), list(space.values())) for space in spaces]
        everything = list(chain.from_iterable(values for _, _, values in self._names))
        self._functions = [one for one in _functions(everything) if not one.__dict__]
        spared = {id(sys.modules), *map(id, vars(re).values()), *map(id, spaces)}
        self._containers = [one for one in _containers(everything) if id(one) not in spared]
        self._sizes = [*map(len, self._containers)]

    def added(self) -> Iterator[Any]:
        """Yield what has been put into them, or a whole container that something was put into."""
        for now, before, values in self._names:
            if len(now) != len(before) or (type(now) is dict and not _are_same(now, values)):
                yield from [now[name] for name in now if before.get(name, self) is not now[name]]
        yield from compress(self._containers, map(ne, map(len, self._containers), self._sizes))
        yield from filter(None, map(ATTRIBUTES, self._functions))
        yield from self._imported_since()

    def registered(self) -> Iterator[Any]:
        """Yield what is called by a thread, a logger or a signal, or stands in this context."""
        for thread in set(threading.enumerate()) - self._threads:
            yield from vars(thread).values()
        yield from (logging.root, *logging.root.manager.loggerDict.values())
        handlers = [signal.getsignal(number) for number in signal.valid_signals()]
        yield from (one for one in handlers if callable(one) and one is not PYTHONS_OWN)
        yield contextvars.copy_context()

    def _imported_since(self) -> Iterator[Any]:
        """Yield what is in modules that were not there: what they brought is among it."""
        new = [one for one in _modules() if one not in self._modules]
        spaces = [*map(vars, new), *map(vars, _classes(new))]
        everything = list(chain.from_iterable(list(space.values()) for space in spaces))
        yield from (one for one in _containers(everything) if one is not vars(builtins))
        yield from map(ATTRIBUTES, _functions(everything))


def _are_same(now: Mapping[str, Any], values: list[Any]) -> bool:
    """Return whether these are a namespace's values; two that are one are not compared further."""
    try:
        return list(now.values()) == values
    except Exception:  # what a cell has put there may say so
        return False


def _modules() -> dict[ModuleType, None]:
    found = list(sys.modules.items())
    return {one: None for name, one in found if type(one) is ModuleType and name not in SPARED}


def _classes(modules: Iterable[ModuleType]) -> list[type]:
    values = chain.from_iterable(list(vars(one).values()) for one in modules)
    return list({id(one): one for one in values if issubclass(type(one), type)}.values())


def _functions(values: list[Any]) -> list[FunctionType]:
    return [one for one in values if type(one) is FunctionType]


def _containers(values: list[Any]) -> Iterator[Any]:
    """Yield the containers among some values, and the attributes of the objects among them."""
    kinds = set(map(type, values))
    direct = {kind for kind in kinds if issubclass(kind, CONTAINERS)}
    getters = {kind: getter for kind in kinds - direct if (getter := _getter(kind))}
    for one in {
        id(one): one for one in values if type(one) in direct or type(one) in getters
    }.values():
        yield one if type(one) in direct else getters[type(one)].__get__(one)


def _getter(kind: type) -> Any:
    """Return what gives the attributes of an object of this class, or None; a proxy has others'."""
    if issubclass(kind, type | FunctionType | ModuleType):
        return None
    owners = [vars(base)["__dict__"] for base in kind.__mro__ if "__dict__" in vars(base)]
    return owners[0] if owners and type(owners[0]) is GetSetDescriptorType else None

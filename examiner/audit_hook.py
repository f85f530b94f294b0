"""End a worker whose cell reaches for what examines it: its tracer, its frames, its objects.

An audit hook cannot be taken off again (PEP 578). It stands in the way of the known ones; what a
determined cell can still do in its own process, an instructor's grading looks for in its source.
"""

import os
import sys
from collections.abc import Callable
from types import CodeType
from typing import Any

MEMORY = "mem"  # the name of the file in /proc by which a process can read and change itself
OPENING = frozenset({"open", "os.link", "os.symlink"})  # the first argument is the file
# Event → the modules that cause it in their work.
OURS = {
    "sys.settrace": set(),
    "sys.setprofile": set(),
    "sys._current_frames": {
        *("examiner.rotation.retained_state", "examiner.standing", "__main__"),
    },
    "sys.monitoring.register_callback": set(),
    "sys.addaudithook": {"examiner.notices"},
    "gc.get_objects": set(),
    "gc.get_referrers": set(),
    "gc.get_referents": {"examiner.rotation.retained_state"},
    "ctypes.dlsym": set(),
    "ctypes.dlsym/handle": set(),
    # types.coroutine changes a flag of what it decorates: asyncio does so when it is imported.
    "object.__setattr__": {"types"},
}


def guard() -> None:
    """End this process, from now on, when anything but the examiner does what only it may."""
    sys.addaudithook(_hook(_codes(), os._exit, sys._getframe, OPENING))


def _hook(
    allowed: dict[str, set[CodeType]], end: Callable, frame: Callable, opening: frozenset[str]
) -> Callable[[str, tuple[Any, ...]], None]:
    """Return the hook; what it needs is in no place that a cell could put something else into."""
    memory = MEMORY

    def names_memory(path: Any) -> bool:
        if isinstance(path, bytes):
            path = bytes.decode(path, "latin-1")
        return isinstance(path, str) and str.rpartition(path, "/")[2] == memory

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in opening and names_memory(arguments[0]):
            end(1)
        if event in allowed:
            harmless = event == "object.__setattr__" and arguments[1] != "__code__"
            if not harmless and frame(1).f_code not in allowed[event]:
                end(1)

    return hook


def _codes() -> dict[str, set[CodeType]]:
    """Return event → the code of ours that may cause it: a file's name could be imitated."""
    modules = {name for names in OURS.values() for name in names}
    codes = {name: set(_of(sys.modules.get(name))) for name in modules}
    return {event: set().union(*(codes[name] for name in names)) for event, names in OURS.items()}


def _of(module: Any) -> list[CodeType]:
    waiting = [value.__code__ for value in _functions(module)]
    for code in waiting:  # grows while it is walked: functions within functions
        waiting += [inner for inner in code.co_consts if isinstance(inner, CodeType)]
    return waiting


def _functions(module: Any) -> list[Any]:
    held = [value for value in vars(module).values() if _own(value, module)] if module else []
    inside = [vars(kind).values() for kind in held if isinstance(kind, type)]
    return [found for found in [*held, *(v for values in inside for v in values)] if _code(found)]


def _own(value: Any, module: Any) -> bool:
    return getattr(value, "__module__", None) == module.__name__


def _code(value: Any) -> bool:
    return isinstance(getattr(value, "__code__", None), CodeType)

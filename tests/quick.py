"""Tell which tests are quick: they start no browser, kernel or examiner, and repeat nothing.

Nobody has to mark them. Whatever a test and its fixtures may call is followed through our own
code, and a test that comes to one of STARTERS is not quick. What a test starts by a command line
cannot be seen in this way; there `pytest.mark.starts("a cluster")` says it, and where it is
forgotten, `refuse` fails the test.
"""

import inspect
import os
import sys
from collections.abc import Iterator
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

OURS = {"server", "examiner", "lesson", "grading", "tests", "conftest"}
STARTERS = {  # a name in the code → what it starts
    "Worker": "an examiner",
    "NotebookClient": "a kernel",
    "ExecutePreprocessor": "a kernel",
    "sync_playwright": "a browser",
    "COMMANDS": "whatever command is asked for",
    "getfixturevalue": "whatever fixture is asked for",
}
REFUSED = (
    "bwrap",
    "chrom",
    "dask",
    "examiner.",
    "initdb",
    "ipykernel",
    "jupyter",
    "nbgrader",
    "pg_ctl",
)


def started(item: pytest.Item) -> str:
    """Return what a test starts, such as "a browser"; nothing for a quick one."""
    if not isinstance(item, pytest.Function):
        return "a kernel"  # a cell of a lesson
    if mark := item.get_closest_marker("starts"):
        return mark.args[0]
    if "repeats" in item.fixturenames:
        return "a long repetition"  # make soak makes it longer
    fixtures = item._fixtureinfo.name2fixturedefs.values()
    return reached(item.function, *(one.func for several in fixtures for one in several))


@cache  # a test has the same functions with each of its parameters
def reached(*things: Any) -> str:
    """Return what the first of STARTERS starts that these functions and classes may call."""
    todo, seen = [function for thing in things for function in _functions(thing)], set()
    while todo:
        function = todo.pop()
        if function not in seen:
            seen.add(function)
            what, called = _looked_at(function)
            if what:
                return what
            todo += called
    return ""


@cache
def _looked_at(function: FunctionType) -> tuple[str, list[FunctionType]]:
    """Return what a function starts by itself, and which of our functions it may call."""
    names = set(_names(function.__code__))
    what = next((STARTERS[name] for name in sorted(names & STARTERS.keys())), "")
    called = _called(names, function.__globals__)
    return what, [inner for thing in called for inner in _functions(thing)]


def _functions(thing: Any) -> Iterator[FunctionType]:
    thing = inspect.unwrap(getattr(thing, "__func__", getattr(thing, "fget", thing)))
    if isinstance(thing, FunctionType):
        yield thing
    if isinstance(thing, type):
        for member in vars(thing).values():
            if not isinstance(member, type):
                yield from _functions(member)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _called(names: set[str], known: dict[str, Any]) -> Iterator[Any]:
    for name in names:
        thing = known.get(name, sys.modules.get(name))
        if isinstance(thing, ModuleType) and _ours(thing.__name__):
            yield from filter(_is_ours, map(vars(thing).get, names))
        elif _is_ours(thing):
            yield thing


def _is_ours(thing: Any) -> bool:
    return callable(thing) and _ours(getattr(thing, "__module__", None) or "")


def _ours(module: str) -> bool:
    return module.partition(".")[0] in OURS


def refuse(event: str, arguments: tuple) -> None:
    """Fail a quick test that starts what quick tests do not start: a hook for sys.addaudithook."""
    if event != "subprocess.Popen":
        return
    command = arguments[1] if isinstance(arguments[1], str) else arguments[1] or [arguments[0]]
    words = [command] if isinstance(command, str) else [os.fspath(word) for word in command]
    if found := [word for word in words if str(word).rpartition("/")[2].startswith(REFUSED)]:
        raise AssertionError(f"This test starts {found[0]}: say so by pytest.mark.starts.")

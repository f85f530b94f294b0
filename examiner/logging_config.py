"""Tell a configuration of logging from one that calls or imports what it names.

`logging.config.dictConfig` makes whatever object a text in its argument leads to. One that stands
in the source as it is, and names only handlers and formatters of Python's own, does not.
"""

import ast
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

MAKES = ("()", ".")  # keys by which it calls something, and sets attributes of what it has made
LEADS = ("ext://", "cfg://")
STREAMS = {"ext://sys.stdout", "ext://sys.stderr"}
CLASSES = {
    "logging.Formatter",
    *(f"logging.{name}" for name in ("StreamHandler", "FileHandler", "NullHandler")),
    "logging.handlers.RotatingFileHandler",
    "logging.handlers.TimedRotatingFileHandler",
    "logging.handlers.WatchedFileHandler",
}
NAMESPACES = {"globals", "locals", "vars"}


class Configurations:
    """Know what of a source's nodes is called with a dictionary that stands there.

    It does so in one pass over the nodes, for there may be very many.
    """

    def __init__(self, nodes: Collection[ast.AST]) -> None:
        names = [node for node in nodes if isinstance(node, ast.Name)]
        self._uses = Counter((node.id, type(node.ctx)) for node in names)
        self._named = Counter(node.id for node in names)
        self._values = dict(_values(nodes))
        self._given = dict(_given(nodes))

    def is_plain(self, function: ast.expr) -> bool:
        """Return whether a function is called, where it stands, with a plain configuration.

        For dictConfig that is one which makes nothing but what logging has.
        """
        given = self._given.get(id(function))
        if isinstance(given, ast.Name):
            given = self._only_value(given.id)
        return isinstance(given, ast.Dict) and _is_plain(_read(given))

    def _only_value(self, name: str) -> ast.expr | None:
        """Return what a name stands for that is given a value once, and used once."""
        once = self._uses[name, ast.Store] == self._uses[name, ast.Load] == 1
        if not once or self._named[name] != 2 or NAMESPACES & self._named.keys():
            return None
        return self._values.get(name)


def _values(nodes: Collection[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """Yield each name that is given a value by itself, and the value."""
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value


def _given(nodes: Collection[ast.AST]) -> Iterator[tuple[int, ast.expr]]:
    """Yield the number of what is called with one argument and nothing else, and this one."""
    for node in nodes:
        match node:
            case ast.Call(args=[given], keywords=[]):
                yield id(node.func), given


def _read(node: ast.Dict) -> Any:
    """Return the dictionary, or one that is not plain where more is in it than stands there."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return {MAKES[0]: None}


def _is_plain(value: Any, key: Any = None) -> bool:
    if isinstance(value, dict):
        return all(one not in MAKES and _is_plain(part, one) for one, part in value.items())
    if isinstance(value, list | tuple | set):
        return all(_is_plain(part) for part in value)
    if not isinstance(value, str):
        return True
    if key == "class":
        return value in CLASSES
    return value in STREAMS or not value.startswith(LEADS)

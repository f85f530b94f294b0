"""Tell a configuration of logging from one that calls or imports what it names.

`logging.config.dictConfig` makes whatever object a text in its argument leads to. One that stands
in the source as it is, and names only handlers and formatters of Python's own, does not.
"""

import ast
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


def plain_configurations(nodes: Collection[ast.AST]) -> Iterator[ast.expr]:
    """Yield what is called, of all nodes of a source, with a dictionary that stands there.

    For dictConfig that is a configuration which makes nothing but what logging has.
    """
    names = [node for node in nodes if isinstance(node, ast.Name)]
    for node in nodes:
        if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            given = node.args[0]
            if isinstance(given, ast.Name):
                given = _only_value(given.id, names, nodes)
            if isinstance(given, ast.Dict) and _is_plain(_read(given)):
                yield node.func


def _only_value(name: str, names: list[ast.Name], nodes: Collection[ast.AST]) -> ast.expr | None:
    """Return what a name stands for that is given a value once, and used once and nowhere else."""
    used = [type(node.ctx) for node in names if node.id == name]
    if {*used} != {ast.Store, ast.Load} or len(used) != 2:
        return None
    if any(node.id in NAMESPACES for node in names):
        return None
    given = [node for node in nodes if isinstance(node, ast.Assign) and _is_for(node, name)]
    return given[0].value if given else None


def _is_for(node: ast.Assign, name: str) -> bool:
    return len(node.targets) == 1 and getattr(node.targets[0], "id", None) == name


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

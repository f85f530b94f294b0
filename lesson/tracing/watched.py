"""Which variables outside a view the tracker follows."""

import dis
from collections.abc import Iterator
from types import CodeType, FunctionType

from lesson.tracing.stores import STORES
from server.parts import refresh_tokens

COLLECTIONS = (set, dict, list, *STORES)
LOADS = {"LOAD_GLOBAL", "LOAD_NAME"}
STORES_AND_DELETES = {"STORE_GLOBAL", "DELETE_GLOBAL"}


def names_read(code: CodeType) -> list[str]:
    """Return the names outside a view that its code reads, in their order; no attribute is one."""
    return list(dict.fromkeys(_names(code, LOADS)))


def watched(function: FunctionType) -> list[str]:
    """Return those that a request can change: collections, stores, own objects, globals."""
    scope, code = function.__globals__, function.__code__
    changed = set(_names(code, STORES_AND_DELETES))
    used = dict.fromkeys(_names(code, LOADS | STORES_AND_DELETES))
    held = (name for name in used if name in changed or name in scope)
    return [name for name in held if name in changed or _can_change(scope[name], scope)]


def _names(code: CodeType, operations: set[str]) -> Iterator[str]:
    """Yield the names that instructions have, those of inner functions and comprehensions last."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in operations:
            yield instruction.argval
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner, operations)


def _can_change(value: object, scope: dict) -> bool:
    """Return whether a value is a collection, a store, or of a class from the view's own module."""
    kind = type(value)
    if value is refresh_tokens or issubclass(kind, COLLECTIONS):
        return True
    return vars(kind).get("__module__") == scope.get("__name__")

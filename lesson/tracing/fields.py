"""Look into an object without running a line of its own."""

import sys
from collections.abc import Iterator
from types import (
    BuiltinFunctionType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

TOOLS = (ModuleType, FunctionType, BuiltinFunctionType, MethodType, type)  # what no table needs
# Whose __repr__ returns soon and says something.
TRUSTED = {*sys.stdlib_module_names, "server", "lesson", "examiner", "flask", "werkzeug"}


def writes_itself(kind: type) -> bool:
    """Return whether the text that `repr` makes of an object is none of a learner's own code."""
    for base in kind.__mro__:
        own = vars(base)
        if "__dataclass_fields__" in own or "_fields" in own:
            return False
        if "__repr__" in own:
            return base is not object and _is_trusted(own["__repr__"])
    return False


def fields(value: object) -> Iterator[tuple[str, Any]]:
    """Yield name and value of an object's fields, as they are stored; no property is called."""
    kind = type(value)
    named = vars(kind).get("_fields") if issubclass(kind, tuple) else None
    found = zip(named, tuple.__iter__(value), strict=False) if named else _stored(kind, value)
    for name, item in found:
        if type(name) is str and not issubclass(type(item), TOOLS):
            yield name, item


def _is_trusted(method: object) -> bool:
    """Return whether a __repr__ is C or belongs to a library that is known."""
    if not isinstance(method, FunctionType):
        return isinstance(method, WrapperDescriptorType)
    # Two names, for a decorator of a library's own stands around many a learner's method.
    homes = {str(method.__module__), str(method.__globals__.get("__name__"))}
    return {home.partition(".")[0] for home in homes} <= TRUSTED


def _stored(kind: type, value: object) -> Iterator[tuple[str, Any]]:
    """Yield what stands in __slots__ and __dict__, found past __getattribute__ and properties."""
    for base in reversed(kind.__mro__):
        for name, member in list(vars(base).items()):
            if type(member) is MemberDescriptorType:
                try:
                    yield name, member.__get__(value)
                except AttributeError:  # no value yet
                    continue
            elif name == "__dict__" and type(member) is GetSetDescriptorType:
                yield from list(member.__get__(value).items())

"""Where in a view's code we are: how deep, in which loop, and who catches errors."""

import ast
from contextlib import suppress
from dataclasses import dataclass, field, replace

from werkzeug.exceptions import default_exceptions

from lesson.charting.literals import Statuses
from lesson.charting.resolver import Resolver
from lesson.charting.syntax import called


@dataclass
class Catch:
    """Hold one `except`: the errors it takes, None for any, and the boxes that raise for it."""

    node: ast.ExceptHandler
    types: tuple[type, ...] | None
    boxes: list[tuple[int, str]] = field(default_factory=list)

    def takes(self, error: type | None) -> bool:
        """Return whether this handler surely takes an error of this class."""
        if self.types is None:
            return True
        return error is not None and issubclass(error, self.types)


@dataclass
class Block:
    """Hold where in the code we are: how deep, in which loop, and who catches errors."""

    column: int = 0
    ends: list = field(default_factory=list)  # arrows out of a `break`
    loop: int | None = None
    swallowed: bool = False  # a `finally` that leaves takes the place of every exit
    catches: tuple[Catch, ...] = ()
    handling: Catch | None = None

    def deeper(self) -> "Block":
        """Return the place one block further in."""
        return replace(self, column=self.column + 1)

    def catch(self, error: type | None) -> Catch | None:
        """Return the innermost handler that surely takes an error."""
        return next((catch for catch in reversed(self.catches) if catch.takes(error)), None)


def http_error(statuses: Statuses) -> type | None:
    """Return werkzeug's class of exception for a single status."""
    [status] = statuses if len(statuses) == 1 else [None]
    return default_exceptions.get(status)


def caught(handler: ast.ExceptHandler, resolver: Resolver) -> tuple[type, ...] | None:
    """Return the classes a handler takes, as far as the source tells; None for all."""
    if handler.type is None:
        return None
    named = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return _classes(named, resolver)


def swallows(node: ast.With | ast.AsyncWith, resolver: Resolver) -> bool:
    """Return whether a manager is contextlib's suppress(), which goes on behind its block."""
    return any(resolver.object(called(item.context_expr)) is suppress for item in node.items)


def suppressed(node: ast.With | ast.AsyncWith, resolver: Resolver) -> tuple[type, ...]:
    """Return the classes that the managers of a block are called with."""
    managers = [item.context_expr for item in node.items]
    calls = [manager for manager in managers if isinstance(manager, ast.Call)]
    return _classes([name for call in calls for name in call.args], resolver)


def _classes(named: list[ast.expr], resolver: Resolver) -> tuple[type, ...]:
    found = map(resolver.error, named)
    return tuple(error for error in found if error is not None)

"""Resolve the names in a function: which object each stands for, as far as the source tells.

Nothing is run here: a property of an object is not asked for, nor is a module imported.
"""

import ast
import builtins
import enum
import inspect
import sys
from typing import Any

import flask
import werkzeug.exceptions

from lesson.charting.bindings import bindings, reaching
from lesson.charting.source import read_source

ABORTS = (flask.abort, werkzeug.exceptions.abort)


class Resolver:
    """Resolve the names of one function, whose globals are `scope`."""

    def __init__(self, function: ast.AST, scope: dict[str, Any]) -> None:
        self.bindings = bindings(function)
        self._scope = scope

    def object(self, node: ast.AST | None) -> Any:
        """Return what a dotted name stands for, or None where the source does not tell."""
        if isinstance(node, ast.Name):
            return self._named_object(node)
        if isinstance(node, ast.Attribute):
            owner = self.object(node.value)
            if isinstance(owner, enum.Enum) and node.attr == "value":
                return owner.value
            plain = inspect.ismodule(owner) or isinstance(owner, enum.EnumType)
            look = getattr if plain else inspect.getattr_static  # properties may run code
            return look(owner, node.attr, None)
        return None

    def only_value(self, node: ast.Name) -> ast.expr | None:
        """Return the one value a local name can have here, if there is one."""
        found = reaching(self.bindings.get(node.id, []), node.lineno)
        single = (
            len(found) == 1 and found[0].kind == "value" and isinstance(found[0].node, ast.expr)
        )
        return found[0].node if single else None

    def error(self, node: ast.expr) -> type[BaseException] | None:
        """Return the class of an exception, or None where the source does not tell."""
        made = self.object(node.func if isinstance(node, ast.Call) else node)
        if isinstance(made, BaseException):
            return type(made)
        if made is None and isinstance(node, ast.Name):
            value = self.only_value(node)
            return self.error(value) if value is not None else None
        return made if isinstance(made, type) and issubclass(made, BaseException) else None

    def is_abort(self, node: ast.AST) -> bool:
        """Return whether a node is a call of Flask's or werkzeug's abort()."""
        return isinstance(node, ast.Call) and any(self.object(node.func) is a for a in ABORTS)

    def called(self, call: ast.Call) -> tuple[ast.FunctionDef, dict[str, Any]] | None:
        """Return definition and scope of the author's own function that a call is for."""
        if isinstance(call.func, ast.Name):
            found = reaching(self.bindings.get(call.func.id, []), call.lineno)
            if len(found) == 1 and isinstance(found[0].node, ast.FunctionDef):
                return found[0].node, self._scope
        function = self.object(call.func)
        package = (getattr(function, "__module__", "") or "").partition(".")[0]
        if not inspect.isfunction(function) or package in ("flask", "werkzeug"):
            return None
        source = read_source(function)
        return (source.function, source.scope) if source.function else None

    def _named_object(self, node: ast.Name) -> Any:
        if node.id not in self.bindings:
            return self._scope.get(node.id, getattr(builtins, node.id, None))
        found = [b.node for b in reaching(self.bindings[node.id], node.lineno)]
        if len(found) == 1 and isinstance(found[0], ast.Import | ast.ImportFrom):
            return _imported(found[0], node.id)
        value = self.only_value(node)
        return self.object(value) if isinstance(value, ast.Name | ast.Attribute) else None


def _imported(node: ast.Import | ast.ImportFrom, name: str) -> Any:
    """Return what an import inside a function binds, where its module is loaded already."""
    for alias in node.names:
        if (alias.asname or alias.name.partition(".")[0]) == name:
            if isinstance(node, ast.ImportFrom):
                return getattr(sys.modules.get(node.module or ""), alias.name, None)
            return sys.modules.get(alias.name if alias.asname else name)
    return None

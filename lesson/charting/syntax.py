"""Small questions to the syntax tree of a view."""

import ast
from collections.abc import Iterator

Inner = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


def leaves(statements: list[ast.stmt]) -> bool:
    """Return whether a block ends in return or raise."""
    return isinstance(statements[-1], ast.Return | ast.Raise)


def leaves_finally(statements: list[ast.stmt]) -> bool:
    """Return whether a `finally` ends in a way that drops every answer and every error."""
    last = statements[-1] if statements else None
    return isinstance(last, ast.Return | ast.Raise | ast.Break | ast.Continue)


def names(node: ast.AST, context: type) -> set[str]:
    """Return the names that a node reads or writes, by the kind of context."""
    found = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return {name.id for name in found if isinstance(name.ctx, context)}


def may_raise(node: ast.AST) -> bool:
    """Return whether a statement's own lines call or look up something."""
    own = node.test if isinstance(node, ast.If | ast.While) else node
    own = own.iter if isinstance(own, ast.For | ast.AsyncFor) else own
    return any(isinstance(n, ast.Call | ast.Subscript | ast.Attribute) for n in ast.walk(own))


def called(node: ast.expr) -> ast.expr | None:
    """Return what a call calls, or None for anything else."""
    return node.func if isinstance(node, ast.Call) else None


def is_docstring(node: ast.stmt) -> bool:
    """Return whether a statement is a bare text."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_true(node: ast.expr) -> bool:
    """Return whether a condition is a constant that is true."""
    return isinstance(node, ast.Constant) and bool(node.value)


def is_wildcard(case: ast.match_case) -> bool:
    """Return whether a case takes whatever comes."""
    anything = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
    return anything and case.guard is None


def is_route(node: ast.expr) -> bool:
    """Return whether a decorator only registers the view: app.get("/"), views.post("/token") …"""
    target = node.func if isinstance(node, ast.Call) else node
    registers = {"route", "get", "post", "put", "patch", "delete"}
    return isinstance(target, ast.Attribute) and target.attr in registers


def own_returns(function: ast.AST) -> list[ast.Return]:
    """Return the return statements of a function, without those of functions inside it."""
    return [node for node in own_nodes(function) if isinstance(node, ast.Return)]


def is_generator(function: ast.AST) -> bool:
    """Return whether a function yields."""
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(function))


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all inside it, without the bodies of other functions and classes."""
    left = [node]
    while left:
        part = left.pop(0)
        yield part
        if part is node or not isinstance(part, Inner):
            left[:0] = ast.iter_child_nodes(part)

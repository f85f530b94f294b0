"""Follow a source's values through its statements, until nothing new is known of them."""

import ast
from collections.abc import Callable

from examiner.name_flow import Entangled, Flow
from examiner.origins import bind_defaults, learn, part
from examiner.scopes import FUNCTIONS

ROUNDS = 40


def followed(tree: ast.Module) -> Flow:
    """Return what the expressions of a source may stand for; raise Entangled."""
    flow = Flow(tree)
    for _ in range(ROUNDS):
        flow.grown = False
        for node in flow.nodes:
            _follow(flow, node)
        if not flow.grown:
            return flow
    raise Entangled


def _follow(flow: Flow, node: ast.AST) -> None:
    if isinstance(node, ast.expr):
        learn(flow, node)
    elif type(node) in _STATEMENTS:
        _STATEMENTS[type(node)](flow, node)


def _import(flow: Flow, node: ast.Import) -> None:
    for alias in node.names:
        top = alias.name.partition(".")[0]
        flow.name(node, alias.asname or top, {alias.name if alias.asname else top})


def _import_from(flow: Flow, node: ast.ImportFrom) -> None:
    for alias in node.names:
        flow.name(node, alias.asname or alias.name, {f"{node.module}.{alias.name}"})


def _function(flow: Flow, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    bind_defaults(flow, node)
    if node.name in ("__exit__", "__aexit__"):
        flow.reach(flow.origin(node), last=-1)
    flow.name(node, node.name, _decorated(flow, node))


def _class(flow: Flow, node: ast.ClassDef) -> None:
    flow.name(node, node.name, _decorated(flow, node))


def _decorated(flow: Flow, node: ast.AST) -> set[str]:
    """Return the origins of what is defined, its decorators being called with it."""
    own = flow.origin(node)
    found = {own}
    for decorator in node.decorator_list:
        for origin in flow.of(decorator):
            if "def#" in origin:
                flow.give(origin, frozenset({own}))
                found |= flow.results(origin)
    return found


def _assign(flow: Flow, node: ast.Assign) -> None:
    for target in node.targets:
        flow.bind(target, flow.of(node.value))


def _assign_one(flow: Flow, node: ast.AnnAssign | ast.AugAssign) -> None:
    flow.bind(node.target, flow.of(node.value))


def _for(flow: Flow, node: ast.For | ast.AsyncFor) -> None:
    flow.bind(node.target, flow.of(node.iter))


def _with(flow: Flow, node: ast.withitem) -> None:
    if node.optional_vars:
        flow.bind(node.optional_vars, flow.of(node.context_expr))


def _return(flow: Flow, node: ast.Return) -> None:
    flow.returned(node, flow.of(node.value))


def _match(flow: Flow, node: ast.Match) -> None:
    """Let whatever a pattern catches have the subject's origins, and those of its attributes."""
    subject = flow.of(node.subject)
    for case in node.cases:
        inside = list(ast.walk(case.pattern))
        names = [name for each in inside for name in getattr(each, "kwd_attrs", ())]
        parts = {part(origin, name) for origin in subject for name in names} - {""}
        for each in inside:
            caught = getattr(each, "name", None) or getattr(each, "rest", None)
            if isinstance(caught, str):
                flow.name(each, caught, subject | parts)


_STATEMENTS: dict[type[ast.AST], Callable[[Flow, ast.AST], None]] = {
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    **dict.fromkeys(FUNCTIONS[:2], _function),
    ast.ClassDef: _class,
    ast.Assign: _assign,
    ast.AnnAssign: _assign_one,
    ast.AugAssign: _assign_one,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.withitem: _with,
    ast.Return: _return,
    ast.Match: _match,
}

"""Which part of a source a name belongs to: Python's scopes, read from the syntax tree."""

import ast
from collections.abc import Iterator

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Scope:
    """Hold the names that one module, class, function or comprehension binds.

    `kind` is the type of its syntax node.
    """

    def __init__(self, kind: type[ast.AST], parent: "Scope | None" = None) -> None:
        self.kind, self.parent = kind, parent
        self.bound: set[str] = set()
        self.outer: set[str] = set()  # names that stand in a global or nonlocal statement
        self.of_module: set[str] = set()  # those in a global statement

    def find(self, name: str) -> "Scope | None":
        """Return the scope that a name here belongs to; None where the cell binds it nowhere."""
        scope = self.binder(name)
        while scope is not None:
            seen = scope is self or scope.kind is not ast.ClassDef
            if seen and name in scope.bound:
                return scope
            scope = scope.parent
        return None

    def binder(self, name: str) -> "Scope":
        """Return the scope that gets a name which is bound here."""
        scope, to_module = self, name in self.of_module
        while scope.parent and (to_module or name in scope.outer):
            scope = scope.parent
        return scope


def placed(tree: ast.Module) -> list[tuple[ast.AST, Scope]]:
    """Return every node with the scope it stands in, each before those that it consists of.

    The names that each scope binds are in it.
    """
    found: list[tuple[ast.AST, Scope]] = []
    stack: list[tuple[ast.AST, Scope]] = [(tree, Scope(ast.Module))]
    while stack:
        node, scope = stack.pop()
        found.append((node, scope))
        if isinstance(node, ast.Global | ast.Nonlocal):
            scope.outer |= set(node.names)
            scope.of_module |= set(node.names) if isinstance(node, ast.Global) else set()
        stack.extend(_inside(node, scope))
    for node, scope in found:
        for name in bindings(node):
            scope.binder(name).bound.add(name)
    return found


def bindings(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node itself binds in the scope it stands in."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest


def _inside(node: ast.AST, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
    """Yield the nodes that one consists of, each with its scope."""
    if isinstance(node, FUNCTIONS):
        inner = Scope(type(node), scope)
        body = node.body if isinstance(node.body, list) else [node.body]
        own = {id(each) for each in (*body, *parameters(node))}
        for child in _children(node):
            yield child, inner if id(child) in own else scope
    elif isinstance(node, ast.ClassDef):
        inner = Scope(ast.ClassDef, scope)
        for child in ast.iter_child_nodes(node):
            yield child, inner if isinstance(child, ast.stmt) else scope
    elif isinstance(node, COMPREHENSIONS):
        inner, first = Scope(type(node), scope), node.generators[0]
        for child in _children(node):
            yield child, scope if child is first.iter else inner
    elif isinstance(node, ast.NamedExpr):
        target = scope
        while target.parent and target.kind in COMPREHENSIONS:
            target = target.parent
        yield node.target, target
        yield node.value, scope
    else:
        yield from ((child, scope) for child in ast.iter_child_nodes(node))


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what a node consists of; what only groups others, such as arguments, is left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.arguments | ast.comprehension):
            yield from ast.iter_child_nodes(child)
        else:
            yield child


def parameters(node: ast.AST) -> list[ast.arg]:
    """Return the parameters of a function in order, those with a star last."""
    given = node.args
    more = [each for each in (given.vararg, given.kwarg) if each]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *more]

"""What the names, attributes and functions of a source may stand for, as far as it says.

An origin is a text: the dotted path of what was imported or is built in, such as threading.Event,
with () where it was called and .? for whatever that has in it; def#7 and class#7 for what the
source defines; or one of the words below. A name has the origins of all values that it gets
anywhere in its scope, an attribute those that any object's attribute of this name gets, a container
those of all that is put into it.
"""

import ast
import builtins
from collections import defaultdict
from collections.abc import Iterable

from examiner.scopes import FUNCTIONS, parameters, placed

REACHED = "reached"  # what a traceback, or an attribute of a computed name, gives
TEXT = "text"  # as it stands in the source
BEGUN = "begun text"  # put together behind a beginning that stands there and is harmless
COMPUTED = "computed text"
BYTES = "packed bytes"
GLOBALS = "globals()"
WORDS = {REACHED, TEXT, BEGUN, COMPUTED, BYTES, GLOBALS}
MOST = 200  # origins of an expression, in the middle
MANY = 2000  # of any one
MAKERS = {"__init__", "__new__", "__post_init__"}
Origins = frozenset[str]
NOTHING: Origins = frozenset()


class Entangled(Exception):
    """Raised where a source hands values on in more steps than are followed."""


class Flow:
    """Hold a source's nodes, and the origins of its expressions."""

    def __init__(self, tree: ast.Module) -> None:
        found = placed(tree)
        self.scopes = {id(node): scope for node, scope in found}
        self._module = found[0][1]
        self.nodes = [node for node, _ in reversed(found)]  # each behind what it consists of
        self._origins: dict[int, Origins] = {}
        self._names: dict[tuple[int, str], set[str]] = defaultdict(set)
        self._attributes: dict[str, set[str]] = defaultdict(set)
        self._results: dict[str, set[str]] = defaultdict(set)
        self._defined: dict[str, ast.AST] = {}
        self._origin_of: dict[int, str] = {}
        self._methods: set[int] = set()
        self._around: dict[int, str] = {}
        self._starred: list[str] = []
        self._certain = _certain(tree, self.nodes)
        self.grown = False  # whether anything new is known since this was set
        self._left = MOST * len(self.nodes)
        for number, node in enumerate(self.nodes):
            self._define(number, node)

    def of(self, node: ast.AST | None) -> Origins:
        """Return the origins of an expression."""
        return self._origins.get(id(node), NOTHING)

    def is_rebound(self, node: ast.Name) -> bool:
        """Return whether a builtin's name certainly stands for something else here."""
        scope = self.scopes[id(node)].find(node.id)
        return scope is not None and (scope.parent is not None or node.id in self._certain)

    def origin(self, node: ast.AST) -> str:
        """Return the origin of what a node defines."""
        return self._origin_of[id(node)]

    def _define(self, number: int, node: ast.AST) -> None:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            kind = "class" if isinstance(node, ast.ClassDef) else "def"
            self._defined[f"{kind}#{number}"] = node
            self._origin_of[id(node)] = f"{kind}#{number}"
        if isinstance(node, ast.ClassDef):
            self._methods |= {id(each) for each in node.body if not _is_static(each)}
        if isinstance(node, FUNCTIONS):
            for inside in ast.walk(node):
                self._around.setdefault(id(inside), f"def#{number}")
        elif isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            self._starred.append(node.module or "")

    def learn(self, node: ast.AST, origins: Origins) -> None:
        """Let an expression have these origins too."""
        before = self.of(node)
        if not origins <= before:
            self._origins[id(node)] = before | origins
            self.grown = True
            self._spend(len(origins - before), len(before))

    def _spend(self, new: int, known: int) -> None:
        self._left -= new
        if self._left < 0 or known > MANY:
            raise Entangled

    def _add(self, to: set[str], origins: Iterable[str]) -> None:
        if not to.issuperset(origins):
            to.update(origins)
            self.grown = True
            self._spend(1, len(to))

    def bind(self, target: ast.AST, origins: Origins) -> None:
        """Let a target, or each one in it, have these origins."""
        if not origins:
            return
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                self.name(node, node.id, origins)
            elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                self._add(self._attributes[node.attr], origins)
            elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
                self._put(node, origins)

    def name(self, node: ast.AST, name: str, origins: Iterable[str]) -> None:
        """Let a name that a node binds have these origins too."""
        scope = self.scopes[id(node)].binder(name)
        self._add(self._names[id(scope), name], origins)
        if scope.kind is ast.ClassDef:
            self._add(self._attributes[name], origins)

    def _put(self, item: ast.Subscript, origins: Origins) -> None:
        name = getattr(item.slice, "value", None)
        if isinstance(name, str):  # as in self.__dict__["name"] or vars(self)["name"]
            self._add(self._attributes[name], origins)
        container: ast.AST = item
        while isinstance(container, ast.Subscript):
            container = container.value
        if isinstance(container, ast.Attribute):
            self._add(self._attributes[container.attr], origins)
        elif isinstance(container, ast.Name):
            scope = self.scopes[id(container)].find(container.id)
            self._add(self._names[id(scope), container.id], origins)

    def read(self, node: ast.Name) -> Origins:
        """Return what a name may stand for."""
        scope = self.scopes[id(node)].find(node.id)
        found = self._names[id(scope), node.id] if scope else set()
        if hasattr(builtins, node.id) and not self.is_rebound(node):
            return frozenset(found | {f"builtin.{node.id}"})
        if scope is None:
            return frozenset(f"{module}.{node.id}" for module in self._starred)
        return frozenset(found)

    def attribute(self, name: str) -> Origins:
        """Return what an attribute of any object of the source's own may stand for."""
        return frozenset(self._attributes[name])

    def module_name(self, name: str | bytes | None) -> Origins:
        """Return what a name of the whole cell may stand for."""
        return frozenset(self._names.get((id(self._module), str(name)), ()))

    def results(self, origin: str) -> Origins:
        """Return what a function of the source's own may return."""
        return frozenset(self._results[origin])

    def around(self, node: ast.AST) -> ast.AST | None:
        """Return the function that a node stands in."""
        return self._defined.get(self._around.get(id(node), ""))

    def returned(self, node: ast.AST, origins: Origins) -> None:
        """Let the function around a node return these origins too."""
        self._add(self._results[self._around.get(id(node), "")], origins)

    def enter(self, origin: str, call: ast.Call) -> None:
        """Let the parameters of a function have the origins of what a call gives them."""
        node = self._defined[origin]
        if isinstance(node, ast.ClassDef):
            for made in (self._origin_of.get(id(each)) for each in node.body):
                if made and getattr(self._defined[made], "name", "") in MAKERS:
                    self._enter(made, call, 1)
            return
        for shift in self._shifts(node, call.func):
            self._enter(origin, call, shift)

    def _shifts(self, node: ast.AST, called: ast.expr) -> tuple[int, ...]:
        """Return at which of its parameters a function takes what a call gives first."""
        if id(node) not in self._methods or not isinstance(called, ast.Attribute):
            return (0,)
        whose = called.value
        if any("class#" in each for each in self.of(whose)):
            return (0,)
        plain = isinstance(whose, ast.Name | ast.Attribute) and getattr(whose, "id", "") != "cls"
        return (1,) if plain else (0, 1)

    def _enter(self, origin: str, call: ast.Call, shift: int) -> None:
        node = self._defined[origin]
        known = parameters(node)
        names = {each.arg: each for each in known}
        for at, value in enumerate(call.args, start=shift):
            one = known[min(at, len(known) - 1) :][:1]
            for each in known if isinstance(value, ast.Starred) else one:
                self.name(each, each.arg, self.of(value))
        for keyword in call.keywords:
            named = names.get(keyword.arg or "", node.args.kwarg)
            for each in known if keyword.arg is None else filter(None, [named]):
                self.name(each, each.arg, self.of(keyword.value))

    def give(self, origin: str, origins: Origins) -> None:
        """Let the first parameter of a function have these origins too."""
        for each in parameters(self._defined[origin])[:1]:
            self.name(each, each.arg, origins)

    def reach(self, origin: str, last: int | None = None) -> None:
        """Let the parameters of a function stand for what only the system hands out."""
        for each in parameters(self._defined[origin])[last or 0 :]:
            self.name(each, each.arg, {REACHED})


def _is_static(node: ast.stmt) -> bool:
    names = (getattr(each, "id", "") for each in getattr(node, "decorator_list", ()))
    return "staticmethod" in names


def _certain(tree: ast.Module, nodes: list[ast.AST]) -> set[str]:
    """Return the names that stand for something of the cell's own wherever they are used."""
    bound: dict[str, int] = {}
    for statement in tree.body:
        names: Iterable[str] = ()
        if isinstance(statement, ast.Import | ast.ImportFrom):
            names = (alias.asname or alias.name for alias in statement.names)
        elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
            names = (statement.name,)
        elif isinstance(statement, ast.Assign):
            names = (t.id for t in statement.targets if isinstance(t, ast.Name))
        for name in names:
            bound.setdefault(name, statement.lineno)
    for node in nodes:
        if isinstance(node, ast.Name):
            used_before = isinstance(node.ctx, ast.Load) and node.lineno <= bound.get(node.id, 0)
            if used_before or isinstance(node.ctx, ast.Del):
                bound.pop(node.id, None)
    return set(bound)

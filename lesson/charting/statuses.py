"""Read from the source which status an answer has, as far as the source says it.

Nothing is run here.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import flask
from werkzeug.exceptions import HTTPException

from lesson.charting.bindings import Binding, reaching
from lesson.charting.literals import (
    BROKEN,
    OK,
    UNKNOWN,
    Statuses,
    as_status,
    is_text_or_display,
    of_value,
)
from lesson.charting.resolver import Resolver
from lesson.charting.syntax import own_nodes, own_returns

MOST_WORK = 3000  # nodes looked at for one view; helpers may call helpers without end
PLAIN_ANSWERS = (flask.jsonify, flask.render_template, flask.render_template_string, str, dict)
FIELDS = ("form", "args", "values", "headers", "cookies", "files")  # a missing key is a 400


@dataclass
class Budget:
    """Count the work left for one view, over all its helpers; know which are being read."""

    left: int = MOST_WORK
    reading: set[int] = field(default_factory=set)

    def spend(self) -> bool:
        """Take one unit; return whether there was any."""
        self.left -= 1
        return self.left > 0


class Reader:
    """Read statuses in one function; `numbers` are what its parameters stand for."""

    def __init__(
        self,
        function: ast.AST,
        scope: dict[str, Any],
        numbers: dict[str, Statuses] | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.resolver = Resolver(function, scope)
        self._bindings = self.resolver.bindings
        self._numbers, self._budget = numbers or {}, budget or Budget()
        self._visiting: set[int] = set()

    def answer(self, node: ast.expr | None) -> Statuses:
        """Return the statuses of a returned value; Flask answers None with a 500."""
        if not self._budget.spend():
            return UNKNOWN
        if node is None or isinstance(node, ast.Constant):
            text = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
            return OK if text else BROKEN
        if is_text_or_display(node):
            return OK
        if isinstance(node, ast.Set):
            return BROKEN
        if isinstance(node, ast.Tuple):
            return self._tuple(node)
        if isinstance(node, ast.IfExp):
            return self._any([node.body, node.orelse])
        if isinstance(node, ast.BoolOp):
            return self._any(node.values)
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.NamedExpr):
            return self.answer(node.value)
        return self._call(node) if isinstance(node, ast.Call) else UNKNOWN

    def raised(self, node: ast.expr) -> Statuses:
        """Return the statuses of a raised exception; one that is not HTTP's ends in a 500."""
        if self.resolver.is_abort(node):
            return self.aborted(node)
        if isinstance(node, ast.IfExp):
            return self.raised(node.body) | self.raised(node.orelse)
        made = self.resolver.error(node)
        if made is None:
            return UNKNOWN
        http_error = issubclass(made, HTTPException)
        return frozenset({made.code}) if http_error else BROKEN

    def aborted(self, call: ast.Call) -> Statuses:
        """Return the statuses of a call of abort()."""
        if not call.args:
            return self._keyword(call) or UNKNOWN
        number = self._number(call.args[0])
        return self.answer(call.args[0]) if number == UNKNOWN else number

    def refuses(self, body: list[ast.stmt]) -> bool:
        """Return whether a block ends in a refusal, returned or thrown away."""
        last = body[-1]
        if isinstance(last, ast.Raise):
            return True
        value = last.value if isinstance(last, ast.Return | ast.Expr) else None
        if value is None:
            return False
        statuses = self.aborted(value) if self.resolver.is_abort(value) else self.answer(value)
        return all(status and status >= 400 for status in statuses)

    def is_thrown_away(self, node: ast.stmt) -> bool:
        """Return whether a statement makes an answer that nobody gets."""
        if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call | ast.Tuple):
            return False
        return not self.answer(node.value) & {None, 500}

    def never_returns(self, node: ast.AST) -> Statuses | None:
        """Return the statuses of a call whose function always refuses, or None for any other."""
        called = self.resolver.called(node) if isinstance(node, ast.Call) else None
        if called is None or own_returns(called[0]):
            return None
        last = called[0].body[-1]
        reader = Reader(*called, self._bound(called[0], node), self._budget)
        raises = isinstance(last, ast.Raise) and last.exc
        if raises or (isinstance(last, ast.Expr) and reader.resolver.is_abort(last.value)):
            ends = reader.raised(last.exc if raises else last.value)
            return self._aborts(*called, node) | ends
        return None

    def inside(self, node: ast.AST) -> Iterator[tuple[str, Statuses]]:
        """Yield (name, statuses) for each call in a node that may refuse by itself."""
        for part in own_nodes(node):
            found = self._refusals(part)
            if found:
                yield found

    def _any(self, nodes: list[ast.expr]) -> Statuses:
        """Return the statuses of all; an abort() among them raises and answers nothing."""
        return frozenset().union(*(self.answer(n) for n in nodes if not self.resolver.is_abort(n)))

    def _tuple(self, node: ast.Tuple) -> Statuses:
        if any(isinstance(part, ast.Starred) for part in node.elts):
            return UNKNOWN
        if len(node.elts) not in (2, 3):
            return BROKEN
        if isinstance(node.elts[0], ast.Constant) and node.elts[0].value is None:
            return BROKEN
        second = node.elts[1]
        if isinstance(second, ast.Name):
            second = self.resolver.only_value(second)
        if isinstance(second, ast.Dict | ast.List):
            return self.answer(node.elts[0]) if len(node.elts) == 2 else BROKEN
        return self._number(node.elts[1])

    def _name(self, node: ast.Name) -> Statuses:
        if node.id not in self._bindings:
            return of_value(self.resolver.object(node))
        found = []
        for binding in reaching(self._bindings.get(node.id, []), node.lineno):
            found.append(self._guarded(binding, self._bound_answer))
        return frozenset().union(*found) if found else UNKNOWN

    def _bound_answer(self, binding: Binding) -> Statuses:
        if not isinstance(binding.node, ast.expr):
            return UNKNOWN
        return self._number(binding.node) if binding.kind == "status" else self.answer(binding.node)

    def _guarded(self, binding: Binding, read: Callable[[Binding], Statuses]) -> Statuses:
        """Read a binding; a name that is made from itself has no status of its own."""
        if id(binding) in self._visiting:
            return frozenset()
        self._visiting.add(id(binding))
        try:
            return read(binding)
        finally:
            self._visiting.remove(id(binding))

    def _call(self, node: ast.Call) -> Statuses:
        if self.resolver.is_abort(node):
            return frozenset()
        made = self.resolver.object(node.func)
        if any(made is plain for plain in PLAIN_ANSWERS):
            return OK
        if made is flask.redirect:
            return self._given(node, 1, frozenset({302}))
        if made is flask.make_response:
            whole = node.args[0] if len(node.args) == 1 else ast.Tuple(node.args)
            return self.answer(whole)
        if isinstance(made, type) and issubclass(made, flask.wrappers.Response):
            return self._given(node, 1, frozenset({made.default_status or 200}))
        if isinstance(made, type) and issubclass(made, HTTPException):
            return frozenset({made.code})
        called = self.resolver.called(node) if self._budget.spend() else None
        return self._returned(*called, node) if called else UNKNOWN

    def _given(self, node: ast.Call, position: int, default: Statuses) -> Statuses:
        if len(node.args) > position:
            return self._number(node.args[position])
        return self._keyword(node) or default

    def _keyword(self, node: ast.Call) -> Statuses | None:
        names = {"status", "status_code", "code"}
        found = [self._number(given.value) for given in node.keywords if given.arg in names]
        return found[0] if found else None

    def _returned(self, function: ast.FunctionDef, scope: dict, call: ast.Call) -> Statuses:
        """Return the statuses of what a called function returns."""
        if id(function) in self._budget.reading:  # it calls itself
            return UNKNOWN
        self._budget.reading.add(id(function))
        inner = Reader(function, scope, self._bound(function, call), self._budget)
        found = [inner.answer(node.value) for node in own_returns(function)]
        self._budget.reading.remove(id(function))
        ends = isinstance(function.body[-1], ast.Return | ast.Raise)
        return frozenset().union(*found) if found or ends else BROKEN

    def _bound(self, function: ast.FunctionDef, call: ast.Call) -> dict[str, Statuses]:
        """Return what the parameters of a function stand for in a call, as numbers."""
        arguments = function.args
        names = [argument.arg for argument in arguments.args]
        pairs = [*zip(reversed(names), reversed(arguments.defaults), strict=False)]
        keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        pairs += [(argument.arg, node) for argument, node in keywords if node]
        pairs += [*zip(names, call.args, strict=False)]
        pairs += [(word.arg, word.value) for word in call.keywords if word.arg]
        return {name: self._number(node) for name, node in pairs}

    def _number(self, node: ast.expr) -> Statuses:
        if not self._budget.spend():
            return UNKNOWN
        if isinstance(node, ast.Constant):
            return OK if node.value is None else as_status(node.value)
        if isinstance(node, ast.IfExp):
            return self._number(node.body) | self._number(node.orelse)
        if isinstance(node, ast.Name) and node.id in self._bindings:
            return self._bound_number(node)
        if isinstance(node, ast.Dict):
            return BROKEN
        return as_status(self.resolver.object(node))

    def _bound_number(self, node: ast.Name) -> Statuses:
        found = []
        for binding in reaching(self._bindings[node.id], node.lineno):
            if binding.kind == "parameter":
                found.append(self._numbers.get(node.id, UNKNOWN))
            elif isinstance(binding.node, ast.expr):
                found.append(self._guarded(binding, lambda b: self._number(b.node)))
            else:
                found.append(UNKNOWN)
        return frozenset().union(*found) if found else UNKNOWN

    def _refusals(self, node: ast.AST) -> tuple[str, Statuses] | None:
        if self.resolver.is_abort(node):
            return "abort", self.aborted(node)
        if isinstance(node, ast.Attribute) and node.attr == "json":
            return ("request.json", frozenset({400, 415})) if self._on_request(node) else None
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute):
            fields = node.value.attr in FIELDS and self._on_request(node.value)
            return (f"request.{node.value.attr}", frozenset({400})) if fields else None
        if not isinstance(node, ast.Call):
            return None
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get_json":
            return self._get_json(node) if self._on_request(node.func) else None
        called = self.resolver.called(node) if self._budget.spend() else None
        if called is None:
            return None
        statuses = self._aborts(*called, node)
        return (called[0].name, statuses) if statuses else None

    def _get_json(self, node: ast.Call) -> tuple[str, Statuses] | None:
        flags = {k.arg for k in node.keywords if getattr(k.value, "value", True)}
        if "silent" in flags:
            return None
        return "request.get_json", frozenset({400} if "force" in flags else {400, 415})

    def _on_request(self, node: ast.Attribute) -> bool:
        return self.resolver.object(node.value) is flask.request

    def _aborts(self, function: ast.FunctionDef, scope: dict, call: ast.Call) -> Statuses:
        """Return the statuses with which a called function may abort the request."""
        if id(function) in self._budget.reading:
            return frozenset()
        self._budget.reading.add(id(function))
        reader = Reader(function, scope, self._bound(function, call), self._budget)
        found = [statuses for part in function.body for _, statuses in reader.inside(part)]
        for node in own_nodes(function):
            if isinstance(node, ast.Raise) and node.exc and reader.raised(node.exc) != BROKEN:
                found.append(reader.raised(node.exc))
        self._budget.reading.remove(id(function))
        return frozenset().union(*found) - {None}

"""Tell from the source which status an answer has, as far as the source says it.

`None` in a set of statuses stands for one that only a run can tell.
"""

import ast
import builtins
import enum
import http
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import flask
from werkzeug.exceptions import HTTPException

from lesson.source import read_source

Statuses = frozenset[int | None]
UNKNOWN: Statuses = frozenset({None})
OK, BROKEN = frozenset({200}), frozenset({500})
DEEPEST = 4  # helpers that call helpers
BODY_READERS = {"get_json": frozenset({400, 415}), "json": frozenset({400, 415})}
PLAIN_ANSWERS = (flask.jsonify, flask.render_template, flask.render_template_string, str, dict)


class Reader:
    """Read statuses in one function; `numbers` are what its parameters stand for."""

    def __init__(
        self,
        function: ast.AST,
        scope: dict[str, Any],
        numbers: dict[str, Statuses] | None = None,
        depth: int = 0,
    ) -> None:
        self._scope, self._numbers, self._depth = scope, numbers or {}, depth
        self._values: dict[str, list[ast.expr]] = {}
        self._statuses: dict[str, list[tuple[ast.expr, bool]]] = {}
        for node in ast.walk(function):
            self._note(node, getattr(function, "body", []))

    def answer(self, node: ast.expr | None) -> Statuses:
        """Return the statuses of a returned value; Flask answers None with a 500."""
        if node is None or isinstance(node, ast.Constant):
            return OK if isinstance(node, ast.Constant) and _is_text(node.value) else BROKEN
        if isinstance(node, ast.Dict | ast.List | ast.ListComp | ast.DictComp | ast.JoinedStr):
            return OK
        if isinstance(node, ast.Tuple):
            return self._tuple(node)
        if isinstance(node, ast.IfExp):
            return self.answer(node.body) | self.answer(node.orelse)
        if isinstance(node, ast.BoolOp):
            return frozenset().union(*map(self.answer, node.values))
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.NamedExpr | ast.Await):
            return self.answer(node.value)
        return self._call(node) if isinstance(node, ast.Call) else UNKNOWN

    def raised(self, node: ast.expr | None) -> Statuses:
        """Return the statuses of a raised exception; one that is not HTTP's ends in a 500."""
        made = self.object(node.func if isinstance(node, ast.Call) else node)
        if isinstance(made, type) and issubclass(made, HTTPException):
            return frozenset({made.code})
        return BROKEN

    def is_abort(self, node: ast.AST) -> bool:
        """Tell whether a node is a call of Flask's abort()."""
        return isinstance(node, ast.Call) and self.object(node.func) is flask.abort

    def aborted(self, call: ast.Call) -> Statuses:
        """Return the statuses of a call of abort()."""
        return self._number(call.args[0]) if call.args else self._keyword(call) or UNKNOWN

    def inside(self, node: ast.AST) -> Iterator[tuple[str, Statuses]]:
        """Yield (name, statuses) for each call in a node that may refuse by itself."""
        for part in ast.walk(node):
            found = self._refusals(part)
            if found:
                yield found

    def object(self, node: ast.AST | None) -> Any:
        """Return what a dotted name stands for, or None where the source does not tell."""
        if isinstance(node, ast.Name):
            hidden = node.id in self._values or node.id in self._numbers
            return None if hidden else self._scope.get(node.id, getattr(builtins, node.id, None))
        if isinstance(node, ast.Attribute):
            owner = self.object(node.value)
            plain = inspect.ismodule(owner) or isinstance(owner, enum.EnumType)
            look = getattr if plain else inspect.getattr_static  # properties may run code
            return look(owner, node.attr, None)
        return None

    def _note(self, node: ast.AST, top: list[ast.stmt]) -> None:
        for target in node.targets if isinstance(node, ast.Assign) else []:
            if isinstance(target, ast.Name):
                self._values.setdefault(target.id, []).append(node.value)
            if isinstance(target, ast.Attribute) and target.attr == "status_code":
                always = node in top
                self._statuses.setdefault(ast.unparse(target.value), []).append(
                    (node.value, always)
                )

    def _tuple(self, node: ast.Tuple) -> Statuses:
        if len(node.elts) < 2 or isinstance(node.elts[1], ast.Dict | ast.List):
            return self.answer(node.elts[0]) if node.elts else BROKEN
        return self._number(node.elts[1])

    def _name(self, name: str) -> Statuses:
        set_later = self._statuses.get(name, [])
        found = [self._number(value) for value, _ in set_later]
        if not any(always for _, always in set_later):
            values = self._values.pop(name, [])  # popped: a name may be made from itself
            found += [self.answer(value) for value in values]
            self._values[name] = values
        return frozenset().union(*found) if found else UNKNOWN

    def _call(self, node: ast.Call) -> Statuses:
        made = self.object(node.func)
        if any(made is plain for plain in PLAIN_ANSWERS):
            return OK
        if made is flask.redirect:
            return self._given(node, 1, frozenset({302}))
        if made is flask.make_response:
            return self.answer(node.args[0] if len(node.args) == 1 else ast.Tuple(node.args))
        if isinstance(made, type) and issubclass(made, flask.wrappers.Response):
            return self._given(node, 1, OK)
        return self._helper(made, node) if inspect.isfunction(made) else UNKNOWN

    def _given(self, node: ast.Call, position: int, default: Statuses) -> Statuses:
        if len(node.args) > position:
            return self._number(node.args[position])
        return self._keyword(node) or default

    def _keyword(self, node: ast.Call) -> Statuses | None:
        names = {"status", "status_code", "code"}
        found = [self._number(given.value) for given in node.keywords if given.arg in names]
        return found[0] if found else None

    def _helper(self, function: Callable, call: ast.Call) -> Statuses:
        """Return the statuses of what a helper function of the author's own returns."""
        source = read_source(function) if self._depth < DEEPEST else None
        if source is None or source.function is None:
            return UNKNOWN
        names = [argument.arg for argument in source.function.args.args]
        given = dict(zip(names, map(self._number, call.args), strict=False))
        given |= {word.arg: self._number(word.value) for word in call.keywords if word.arg}
        inner = Reader(source.function, source.scope, given, self._depth + 1)
        found = [inner.answer(node.value) for node in returns(source.function)]
        return frozenset().union(*found) if found else BROKEN

    def _number(self, node: ast.expr) -> Statuses:
        if isinstance(node, ast.Constant):
            return _as_status(node.value)
        if isinstance(node, ast.IfExp):
            return self._number(node.body) | self._number(node.orelse)
        if isinstance(node, ast.Name) and node.id in self._numbers:
            return self._numbers[node.id]
        if isinstance(node, ast.Name) and node.id in self._values:
            values = self._values.pop(node.id)
            found = frozenset().union(*map(self._number, values))
            self._values[node.id] = values
            return found
        return _as_status(self.object(node))

    def _refusals(self, node: ast.AST) -> tuple[str, Statuses] | None:
        if self.is_abort(node):
            return "abort", self.aborted(node)
        target = node.func if isinstance(node, ast.Call) else node
        if isinstance(target, ast.Attribute) and _is_request(self.object(target.value)):
            quiet = isinstance(node, ast.Call) and any(k.arg == "silent" for k in node.keywords)
            as_call = isinstance(node, ast.Call) == (target.attr == "get_json")
            if target.attr in BODY_READERS and as_call and not quiet:
                return f"request.{target.attr}", BODY_READERS[target.attr]
        if isinstance(node, ast.Call) and inspect.isfunction(function := self.object(node.func)):
            statuses = _aborts(function, self._depth)
            return (function.__name__, statuses) if statuses else None
        return None


def returns(function: ast.AST) -> list[ast.Return]:
    """Return the return statements of a function, without those of functions inside it."""
    inner = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
    found, left = [], list(ast.iter_child_nodes(function))
    while left:
        node = left.pop(0)
        if isinstance(node, ast.Return):
            found.append(node)
        if not isinstance(node, inner):
            left[:0] = ast.iter_child_nodes(node)
    return found


def _aborts(function: Callable, depth: int) -> Statuses:
    """Return the statuses with which a helper of the author's own may abort the request."""
    if depth >= DEEPEST or function.__module__.partition(".")[0] in ("flask", "werkzeug"):
        return frozenset()
    source = read_source(function)
    if source.function is None:
        return frozenset()
    reader = Reader(source.function, source.scope, depth=depth + 1)
    found = [statuses for _, statuses in reader.inside(source.function)]
    for node in ast.walk(source.function):
        if isinstance(node, ast.Raise) and reader.raised(node.exc) != BROKEN:
            found.append(reader.raised(node.exc))
    return frozenset().union(*found)


def _is_text(value: object) -> bool:
    return isinstance(value, str | bytes)


def _is_request(value: object) -> bool:
    return value is flask.request


def _as_status(value: object) -> Statuses:
    if isinstance(value, str) and value[:3].isdigit():  # "404 NOT FOUND"
        return frozenset({int(value[:3])})
    if isinstance(value, int | http.HTTPStatus) and 100 <= int(value) <= 599:
        return frozenset({int(value)})
    return UNKNOWN

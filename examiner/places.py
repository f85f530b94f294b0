"""Find the places of a cell at which another thread may pass, and build a stop into each.

Threads meet in a narrow window once in thousands of tries. Holding one there meets every time. A
stop is a test of a flag of its own, and a call. It stands before each statement that touches what
others may see, and within a statement before each call and behind arguments that have called
something: in between, Python lets no other thread pass.
"""

import ast
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from examiner.pure_calls import PureCalls

MOST = 64 * 1024  # places with a number of their own
BETWEEN = MOST - 1  # stands for the place between two statements of a script in SQL
LONGEST = 60  # characters of what names a place
IDLE = ast.Break | ast.Continue | ast.Global | ast.Nonlocal | ast.Try | ast.TryStar
REPEATED = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | REPEATED


@dataclass(frozen=True)
class Place:
    """Hold where a thread can be held: before a line, or before what stands in it from `start` on.

    `line` counts from 1; `start` and `end` are lines and columns as in the nodes of `ast`.
    """

    line: int
    start: tuple[int, int] | None = None
    end: tuple[int, int] = (0, 0)

    def told(self, lines: list[str]) -> str:
        """Return it in words, given the lines of the source."""
        if not self.start:
            return f"line {self.line}, {lines[self.line - 1].strip()!r}"
        return f"{_short(_between(lines, self.start, self.end))!r} in line {self.line}"


@lru_cache(maxsize=2)  # many races are held at places of one source, a few at its twin's
def told_places(source: str) -> tuple[str, ...]:
    """Return the places of a source in words, by their numbers."""
    stops, lines = Stops(0, 0), source.splitlines()
    stops.visit(ast.parse(source))
    return tuple(place.told(lines) for place in stops.places)


class Stops(ast.NodeTransformer):
    """Build stops into a tree, by `visit`; the stop at `places[n]` is called with the number n.

    `flags` and `stop` are the constants that stand in the code for a sequence, whose n-th item is
    tested, and for the function to call.
    """

    def __init__(self, flags: int, stop: int) -> None:
        self.places: list[Place] = []
        self._flags, self._stop = flags, stop
        self._own: frozenset[str] = frozenset()  # variables that no other thread can see
        self._touched = False  # whether the statement at hand has read what others may change
        self._calls = 0
        self._pure = PureCalls(ast.Module([], []))

    def visit_Module(self, node: ast.Module) -> ast.AST:
        """Judge the calls of the whole cell before any stop stands among them."""
        self._pure = PureCalls(node)
        return self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Visit what is in a node, and build stops before its statements."""
        for name, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                setattr(node, name, self._block(value, again=isinstance(node, ast.While)))
            elif isinstance(value, list):
                value[:] = map(self._visited, value)
            else:
                setattr(node, name, self._visited(value))
        return node

    def visit_FunctionDef(self, node: Any) -> ast.AST:
        """Visit a function, and no annotation: it is for others to read."""
        node.decorator_list = [self.visit(item) for item in node.decorator_list]
        self._visit_defaults(node.args)
        with self._scope(_variables(node)):
            before = len(self.places)
            node.body = self._block(node.body)
            if len(self.places) == before and node.name not in self._pure.called:
                self._stop_at_its_call(node)
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """Visit what a lambda returns; who calls it may do so several times in a row."""
        self._visit_defaults(node.args)
        with self._scope(_parameters(node.args)):
            self._touched = True
            node.body = self.visit(node.body)
        return node

    def visit_GeneratorExp(self, node: Any) -> ast.AST:
        """Visit a comprehension, whose parts run again and again."""
        first, *_ = node.generators
        iterated, first.iter = self.visit(first.iter), ast.Constant(None)
        with self._scope(self._own | _stored(node.generators)):
            self._touched = True
            self.generic_visit(node)
        first.iter = iterated
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Visit the value first, as Python does."""
        node.value = self._value(node.value, node.targets)
        node.targets = [self.visit(target) for target in node.targets]
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """Visit a value for which the target has been read already."""
        self._touched |= not self._is_own(node.target)
        node.value = self._value(node.value, [node.target])
        node.target = self.visit(node.target)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Visit a value and no annotation."""
        node.value = node.value and self._value(node.value, [node.target])
        node.target = self.visit(node.target)
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        """Visit a guard and statements: no call can stand in a pattern."""
        node.guard = self._visited(node.guard)
        node.body = self._block(node.body)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Note that a variable is read which others may change."""
        self._touched |= isinstance(node.ctx, ast.Load) and node.id not in self._own
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Note that something is read."""
        node.value = self.visit(node.value)
        self._touched = True
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Note that something is read; stop between a call for an index and a change there."""
        node.value = self.visit(node.value)
        before = self._calls
        node.slice = self.visit(node.slice)
        if self._calls > before and not isinstance(node.ctx, ast.Load):
            node.slice = self._behind(node.slice, _place(node, node))
        self._touched = True
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Build a stop before a call, and one behind arguments that have called something."""
        if not self._touched and self._pure.is_pure_call(node, self._own):
            self._calls += 1
            return node
        place, before = _place(node, node), self._calls
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        stop = self._new_stop(place) if self._touched else None
        plain = all(map(self._is_own, given))
        node.func = self._callee(node.func)
        plain &= self._calls == before
        node.args = [self.visit(argument) for argument in node.args]
        node.keywords = [self.visit(keyword) for keyword in node.keywords]
        if self._calls > before and not plain:
            self._stop_behind_arguments(node, place)
        self._touched = True
        self._calls += not _is_super(node)
        return ast.BoolOp(ast.Or(), [stop, node]) if stop else node

    def _visited(self, item: Any) -> Any:
        return self.visit(item) if isinstance(item, ast.AST) else item

    def _visit_defaults(self, arguments: ast.arguments) -> None:
        arguments.defaults = [self.visit(item) for item in arguments.defaults]
        arguments.kw_defaults = [self._visited(item) for item in arguments.kw_defaults]

    def _block(self, statements: list[ast.stmt], again: bool = False) -> list[ast.stmt]:
        """Return statements with stops; one that is run `again` and again has one in any case."""
        found: list[ast.stmt] = []
        for number, statement in enumerate(statements):
            if (again and not number) or not self._is_idle(statement):
                stop = self._new_stop(Place(statement.lineno))
                found.append(ast.copy_location(ast.Expr(stop), statement))
            self._touched = False
            found.append(self.visit(statement))
        return found

    def _is_idle(self, statement: ast.stmt) -> bool:
        """Return whether a statement itself does nothing that another thread could notice."""
        if isinstance(statement, ast.ImportFrom):
            return statement.module == "__future__"
        return isinstance(statement, IDLE) or self._pure.is_idle(statement, self._own)

    def _is_own(self, value: ast.expr) -> bool:
        return self._pure.is_own(value, self._own)

    def _stop_at_its_call(self, function: ast.FunctionDef) -> None:
        """Build a stop into a function of pure calls that nobody but the app calls.

        So it is seen to run: that it shares nothing may be what is wrong with it.
        """
        called = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        if called:
            first = function.body[0]
            stop = ast.copy_location(ast.Expr(self._new_stop(Place(first.lineno))), first)
            function.body.insert(0, stop)

    @contextmanager
    def _scope(self, own: Iterable[str]) -> Iterator[None]:
        outer, self._own = (self._own, self._touched), frozenset(own)
        yield
        self._own, self._touched = outer

    def _callee(self, function: ast.expr) -> ast.expr:
        """Visit what is called: that it is looked up by its name reads nothing that changes."""
        if isinstance(function, ast.Name):
            return function
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            return function
        return self.visit(function)

    def _value(self, value: ast.expr, targets: list[ast.expr]) -> ast.expr:
        """Visit a value; where it calls something there is a stop before others see it."""
        before, place = self._calls, _place(targets[0], value)
        plain = self._is_own(value) or all(map(self._is_own, targets))
        value = self.visit(value)
        if plain or self._calls == before:
            return value
        return self._behind(value, place)

    def _stop_behind_arguments(self, node: ast.Call, place: Place) -> None:
        *_, last = [node, *node.args, *node.keywords]
        if isinstance(last, ast.keyword | ast.Starred):
            last.value = self._behind(last.value, place)
        elif node.args:
            node.args[-1] = self._behind(last, place)
        else:
            node.func = self._behind(node.func, place)

    def _behind(self, value: ast.expr, place: Place) -> ast.expr:
        """Return a value that is there before a stop."""
        both = ast.Tuple([value, self._new_stop(place)], ast.Load())
        return ast.Subscript(both, ast.Constant(0), ast.Load())

    def _new_stop(self, place: Place) -> ast.expr:
        """Return an expression that is false, and stops first where the flag is set."""
        self.places.append(place)
        number = ast.Constant((len(self.places) - 1) % BETWEEN)
        flag = ast.Subscript(ast.Constant(self._flags), number, ast.Load())
        return ast.BoolOp(ast.And(), [flag, ast.Call(ast.Constant(self._stop), [number], [])])


def _variables(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Return the names of a function that no other thread can see: its parameters and its own."""
    shared = {
        name
        for node in _within(function.body)
        if isinstance(node, ast.Global | ast.Nonlocal)
        for name in node.names
    }
    return (_parameters(function.args) | _stored(function.body)) - shared


def _parameters(arguments: ast.arguments) -> set[str]:
    return {node.arg for node in ast.walk(arguments) if isinstance(node, ast.arg)}


def _stored(nodes: Iterable[ast.AST]) -> set[str]:
    stored = (node for node in _within(nodes) if isinstance(node, ast.Name))
    return {node.id for node in stored if isinstance(node.ctx, ast.Store)}


def _within(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield nodes with what is in them, and not what is in the functions among them."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, SCOPES):
            waiting += ast.iter_child_nodes(node)


def _is_super(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "super"


def _place(first: ast.expr, last: ast.expr) -> Place:
    start, end = (first.lineno, first.col_offset), (last.end_lineno, last.end_col_offset)
    return Place(first.lineno, start, end)


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return a piece of a source on one line; columns are counted in bytes of UTF-8."""
    found = [line.encode() for line in lines[start[0] - 1 : end[0]]]
    found[-1] = found[-1][: end[1]]
    found[0] = found[0][start[1] :]
    return " ".join(b" ".join(found).decode(errors="replace").split())


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

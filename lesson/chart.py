"""Chart a view from its own source.

The chart is laid out like the code: a box below the one before it, and what stands deeper in
the code further to the right. What cannot be charted is told in a sentence.
"""

import ast
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib.util import find_spec

from werkzeug.exceptions import HTTPException, default_exceptions

from lesson.flow import Arrow, Box, Flow
from lesson.source import Label, Source, header, read_source
from lesson.statuses import Reader, Statuses, is_generator

Loop = ast.For | ast.AsyncFor | ast.While
Silent = ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal | ast.Pass


def chart(view: Callable) -> Flow:
    """Return the flow of a view; what cannot be charted becomes a note, and never an error."""
    flow = Flow(read_source(view))
    if flow.source.function is None:
        flow.notes.append(
            "The source of this view is not a plain def that Python can read again, so there "
            "is no chart."
        )
        return flow
    try:
        _Charter(flow).draw()
    except RecursionError:
        flow.notes.append("This view is nested too deeply to be charted to its end.")
    return flow


@dataclass
class _Catch:
    """Hold one `except`: the errors it takes, None for any, and the boxes that raise for it."""

    node: ast.ExceptHandler
    types: tuple[type, ...] | None
    boxes: list[tuple[int, str]] = field(default_factory=list)

    def takes(self, error: type | None) -> bool:
        """Tell whether this handler surely takes an error of this class."""
        if self.types is None:
            return True
        return error is not None and issubclass(error, self.types)


@dataclass
class _Block:
    """Say where in the code we are: how deep, in which loop, and who catches errors."""

    column: int = 0
    ends: list = field(default_factory=list)  # arrows out of a `break`
    loop: int | None = None
    swallowed: bool = False  # a `finally` that leaves takes the place of every exit
    catches: tuple[_Catch, ...] = ()
    handling: _Catch | None = None

    def catch(self, error: type | None) -> _Catch | None:
        """Return the innermost handler that surely takes an error."""
        return next((catch for catch in reversed(self.catches) if catch.takes(error)), None)


Ends = list[tuple[int, str]]  # arrows that still look for their next box


class _Charter:
    """Walk through the statements of a view and draw them."""

    def __init__(self, flow: Flow) -> None:
        self.flow, self.source = flow, flow.source
        self.reader = Reader(flow.source.function, flow.source.scope)
        self.labelled = bool(flow.source.labels)
        self.pending: list[ast.stmt] = []
        self.lent: Label | None = None  # the question of an assignment, for the `if` that asks it
        self.used: dict[int, ast.AST] = {}
        self.rows = 0

    def draw(self) -> None:
        function = self.source.function
        start = self.box("start", "a request arrives", set(range(1, function.lineno + 1)), 0, [])
        asynchronous = isinstance(function, ast.AsyncFunctionDef)
        if is_generator(function):
            self.end("the view yields its answer", frozenset({200}), [(start, "")])
        elif asynchronous and find_spec("asgiref") is None:
            self.end("async without asgiref", frozenset({500}), [(start, "")])
            self.flow.notes.append("Flask runs an async view only where asgiref is installed.")
        else:
            ends = self.block(function.body, _Block(), [(start, "")])
            if ends:
                self.end("the end, without an answer", frozenset({500}), ends)
        self.tell_rest()

    def end(self, text: str, statuses: Statuses, ends: Ends) -> None:
        number = self.box("exit", text, set(), 0, ends)
        self.flow.boxes[number].statuses = statuses

    def tell_rest(self) -> None:
        function, notes = self.source.function, self.flow.notes
        for decorator in function.decorator_list:
            if not _is_route(decorator):
                notes.append(
                    f"@{self.source.text(decorator)} runs around this view; what it does is "
                    "not charted."
                )
        if is_generator(function):
            notes.append("This view yields its answer piece by piece; the pieces are not charted.")
        for name, statuses in self.flow.refusals.items():
            known = " or ".join(str(status) for status in sorted(filter(None, statuses)))
            notes.append(
                f"{name}, which this view calls, may refuse by itself: "
                f"{known or 'with a status that a run tells'}."
            )

    def block(self, statements: list[ast.stmt], block: _Block, ends: Ends) -> Ends:
        """Draw the statements of one block; return the arrows that lead out of its end."""
        for index, statement in enumerate(statements):
            if not ends:
                self.flow.notes.append(f"Line {statement.lineno} is never reached.")
                return []
            if index == 0 and block.column == 0 and _is_docstring(statement):
                continue
            following = statements[index + 1] if index + 1 < len(statements) else None
            if self.lends(statement, following):
                self.refusals(statement, block)
                continue
            ends = self.statement(statement, block, ends)
        return self.flush(block, ends)

    def lends(self, node: ast.stmt, following: ast.stmt | None) -> bool:
        """Give an assignment's question to the `if` behind it that asks about the name."""
        label = self.label(node)
        if not (label and label.check and isinstance(node, ast.Assign | ast.AnnAssign)):
            return False
        if not isinstance(following, ast.If) or self.label(following):
            return False
        stored, asked = _names(node, ast.Store), _names(following.test, ast.Load)
        if stored & asked:
            self.lent = label
            self.pending.append(node)
        return bool(stored & asked)

    def label(self, node: ast.AST) -> Label | None:
        """Return a statement's label; on a shared line it is the outer statement's."""
        line = self.source.label_line(node) if isinstance(node, ast.stmt) else None
        if line is None or self.used.setdefault(line, node) is not node:
            return None
        return self.source.labels[line]

    def statement(self, node: ast.stmt, block: _Block, ends: Ends) -> Ends:
        for kinds, draw in self.KINDS.items():
            if isinstance(node, kinds):
                return draw(self, node, block, ends)
        return self.simple(node, block, ends)

    # One method a kind of statement: each returns the arrows that lead on from it.

    def simple(self, node: ast.stmt, block: _Block, ends: Ends) -> Ends:
        call = node.value if isinstance(node, ast.Expr) else None
        if call is not None and self.reader.is_abort(call):
            return self.throw(node, call, block, ends)
        refused = self.reader.never_returns(call) if call is not None else None
        if refused:
            return self.leave(node, refused, block, ends)
        self.refusals(node, block)
        if isinstance(node, Silent):
            return ends
        label = self.label(node)
        thrown_away = self.is_thrown_away(node)
        if thrown_away:
            self.flow.notes.append(
                f"Line {node.lineno} makes an answer and does not return it: the view goes on."
            )
        if self.labelled and label is None:
            self.pending.append(node)
            return self.flush(block, ends) if thrown_away else ends
        asks = bool(label and label.check and block.catches)
        box = self.add("check" if asks else "action", node, block, ends)
        return [(box, "yes" if asks else "")]

    def asserted(self, node: ast.Assert, block: _Block, ends: Ends) -> Ends:
        self.refusals(node, block)
        box = self.add("check", node, block, ends)
        catch = block.catch(AssertionError)
        if catch:
            catch.boxes.append((box, "no"))
        else:
            exit_box = self.box("exit", "AssertionError", set(), block.column + 1, [(box, "no")])
            self.flow.boxes[exit_box].statuses = frozenset({500})
        return [(box, "yes")]

    def returned(self, node: ast.Return, block: _Block, ends: Ends) -> Ends:
        if node.value is not None and self.reader.is_abort(node.value):
            return self.throw(node, node.value, block, ends)
        if node.value is not None:
            self.refusals(node, block)
        return self.leave(node, self.reader.answer(node.value), block, ends)

    def raised(self, node: ast.Raise, block: _Block, ends: Ends) -> Ends:
        if node.exc is None:
            return self.raise_again(node, block, ends)
        return self.throw(node, node.exc, block, ends)

    def throw(self, node: ast.stmt, error: ast.expr, block: _Block, ends: Ends) -> Ends:
        """Lead a raised error to the handler that takes it, or out of the view."""
        if isinstance(error, ast.IfExp):
            return self.leave(node, self.reader.raised(error), block, ends)
        statuses = self.reader.raised(error)
        kind = self.reader.error(error) or _http_error(statuses)
        catch = block.catch(kind)
        if catch is None:
            return self.leave(node, statuses, block, ends)
        box = self.add("action", node, block, ends)
        catch.boxes.append((box, kind.__name__ if kind else "an error"))
        return []

    def raise_again(self, node: ast.Raise, block: _Block, ends: Ends) -> Ends:
        if block.handling is None:
            return self.leave(node, frozenset({500}), block, ends)
        caught = block.handling.types
        if caught and len(caught) == 1 and block.catch(caught[0]) is None:
            code = getattr(caught[0], "code", 500) if issubclass(caught[0], HTTPException) else 500
            return self.leave(node, frozenset({code}), block, ends)
        return self.leave(node, frozenset({None}), block, ends)

    def branch(self, node: ast.If, block: _Block, ends: Ends) -> Ends:
        self.refusals(node.test, block)
        if isinstance(node.test, ast.Constant):
            taken = node.body if node.test.value else node.orelse
            return self.block(taken, block, ends) if taken else ends
        lent, self.lent = self.lent, None
        box = self.add("check", node, block, ends)
        drawn = self.flow.boxes[box]
        if lent:
            self.name_by(drawn, lent)
        drawn.yes_when = self.polarity(node, drawn)
        then, other = ("yes", "no") if drawn.yes_when else ("no", "yes")
        out = self.block(node.body, self.deeper(block), [(box, then)])
        if not node.orelse:
            return [*out, (box, other)]
        nested = isinstance(node.orelse[0], ast.If)  # elif: no deeper
        inner = block if nested else self.deeper(block)
        return [*out, *self.block(node.orelse, inner, [(box, other)])]

    def polarity(self, node: ast.If, box: Box) -> bool:
        """Tell what the condition must be for "yes"; where a label's is open, ask the code's."""
        if not (box.label and box.label.check):
            return True
        if self.refuses(node.body):
            return False
        if not (_leaves(node.body) or (node.orelse and self.refuses(node.orelse))):
            box.text = self.source.text(node.test)
        return True

    def name_by(self, box: Box, label: Label) -> None:
        box.label, box.step, box.text = label, label.step, label.check

    def loop(self, node: Loop, block: _Block, ends: Ends) -> Ends:
        self.refusals(node.test if isinstance(node, ast.While) else node.iter, block)
        box = self.add("loop", node, block, ends)
        inner = replace(block, column=block.column + 1, ends=[], loop=box)
        forever = isinstance(node, ast.While) and _is_true(node.test)
        for source, text in self.block(node.body, inner, [(box, "" if forever else "each time")]):
            self.flow.arrows.append(Arrow(source, box, text))
        done = [] if forever else [(box, "done")]
        if node.orelse and done:
            done = self.block(node.orelse, self.deeper(block), done)
        return [*done, *inner.ends]

    def jump(self, node: ast.Break | ast.Continue, block: _Block, ends: Ends) -> Ends:
        ends = self.flush(block, ends)
        if isinstance(node, ast.Break):
            block.ends.extend(ends)
        elif block.loop is not None:
            self.flow.arrows += [Arrow(source, block.loop, text) for source, text in ends]
        return []

    def attempt(self, node: ast.Try | ast.TryStar, block: _Block, ends: Ends) -> Ends:
        ends = self.flush(block, ends) if not self.labelled else ends
        outer = self.swallowing(block) if _leaves_finally(node.finalbody) else block
        catches = [_Catch(handler, self.caught(handler)) for handler in node.handlers]
        # Reversed: the first handler that takes an error wins, and `catch` looks from the end.
        inner = replace(outer, catches=(*outer.catches, *reversed(catches)))
        first = len(self.flow.boxes)
        out = self.block(node.body, inner, ends)
        risky = self.risky(first) or [(source, "") for source, _ in ends]
        out = self.block(node.orelse, outer, out) if node.orelse and out else out
        for catch in catches:
            out += self.handler(catch, outer, risky)
        if not node.finalbody:
            return out
        self.flow.notes.append(
            f"The finally of line {node.finalbody[0].lineno} runs on every way out; the "
            "chart shows it once."
        )
        return self.block(node.finalbody, block, out) if out else out

    def risky(self, first: int) -> Ends:
        """Return the boxes drawn since `first` that may raise, with what to write on the arrow."""
        found = []
        for number, box in enumerate(self.flow.boxes[first:], first):
            calls = box.node is not None and _may_raise(box.node)
            if calls and box.kind in ("check", "action", "loop"):
                asks = box.kind == "check" and not isinstance(box.node, ast.If | ast.pattern)
                found.append((number, "no" if asks else ""))
        return found

    def handler(self, catch: _Catch, block: _Block, risky: Ends) -> Ends:
        name = self.source.text(catch.node.type) if catch.node.type else "any error"
        known = dict(catch.boxes)
        ends = [(number, text or name) for number, text in risky if number not in known]
        inner = replace(self.deeper(block), handling=catch)
        ends = [*catch.boxes, *ends]
        return self.block(catch.node.body, inner, ends) if ends else []

    def caught(self, handler: ast.ExceptHandler) -> tuple[type, ...] | None:
        """Return the classes a handler takes, as far as the source tells; None for all."""
        if handler.type is None:
            return None
        named = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        found = (self.reader.error(name) for name in named)
        return tuple(error for error in found if error is not None)

    def within(self, node: ast.With | ast.AsyncWith, block: _Block, ends: Ends) -> Ends:
        self.refusals(node.items[0].context_expr, block)
        if not self.labelled or self.label(node):
            ends = [(self.add("action", node, block, ends), "")]
        if not self.may_swallow(node):
            return self.block(node.body, block, ends)
        first = len(self.flow.boxes)
        quiet = _Catch(ast.ExceptHandler(), self.suppressed(node))
        out = self.block(node.body, replace(block, catches=(*block.catches, quiet)), ends)
        onward = [(number, "an error") for number, _ in self.risky(first)] or ends
        return out or [*quiet.boxes, *onward]

    def may_swallow(self, node: ast.With | ast.AsyncWith) -> bool:
        """Tell whether a manager is contextlib's suppress(), which goes on behind its block."""
        return any(self.reader.object(_function(i.context_expr)) is suppress for i in node.items)

    def suppressed(self, node: ast.With | ast.AsyncWith) -> tuple[type, ...]:
        calls = [
            item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)
        ]
        found = (self.reader.error(name) for call in calls for name in call.args)
        return tuple(error for error in found if error is not None)

    def match(self, node: ast.Match, block: _Block, ends: Ends) -> Ends:
        self.refusals(node.subject, block)
        out: Ends = []
        for case in node.cases:
            if not ends:
                break
            box = self.add("check", case.pattern, block, ends)
            self.flow.boxes[box].text = f"case {self.source.text(case.pattern)}"
            if case.guard:
                self.flow.boxes[box].text += f" if {self.source.text(case.guard)}"
            out += self.block(case.body, self.deeper(block), [(box, "yes")])
            ends = [] if _is_wildcard(case) else [(box, "no")]
        return out + ends

    def inner(self, node: ast.stmt, block: _Block, ends: Ends) -> Ends:
        self.flow.notes.append(f"{node.name}, defined on line {node.lineno}, is not charted.")
        return ends

    KINDS = {  # noqa: RUF012  (a table of methods, never changed)
        ast.Return: returned,
        ast.Raise: raised,
        ast.Assert: asserted,
        ast.If: branch,
        Loop: loop,
        ast.Break | ast.Continue: jump,
        ast.Try | ast.TryStar: attempt,
        ast.With | ast.AsyncWith: within,
        ast.Match: match,
        ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef: inner,
    }

    # Boxes

    def leave(self, node: ast.stmt, statuses: Statuses, block: _Block, ends: Ends) -> Ends:
        """Draw an exit; under a `finally` that returns it is a step like any other."""
        kind = "action" if block.swallowed else "exit"
        box = self.add(kind, node, block, ends)
        self.flow.boxes[box].statuses = statuses
        return [(box, "")] if block.swallowed else []

    def add(self, kind: str, node: ast.AST, block: _Block, ends: Ends) -> int:
        """Draw a box for a statement and for the unlabelled ones that lead to it."""
        first, last = header(node)
        lines = set(range(first, last + 1))
        for waiting in self.pending:
            lines |= set(range(waiting.lineno, waiting.end_lineno + 1))
        self.pending.clear()
        label = self.label(node)
        number = self.box(kind, _wording(node, label, self.source), lines, block.column, ends)
        box = self.flow.boxes[number]
        box.node, box.label, box.step = node, label, label.step if label else ""
        return number

    def box(self, kind: str, text: str, lines: set[int], column: int, ends: Ends) -> int:
        number = len(self.flow.boxes)
        beside = kind == "exit" and len(ends) == 1 and column > 0
        row = self._beside(ends[0][0], column) if beside else None
        if row is None:
            row, self.rows = self.rows, self.rows + 1
        self.flow.boxes.append(Box(kind, text, lines, column, row))
        self.flow.arrows += [Arrow(source, number, text) for source, text in ends]
        return number

    def flush(self, block: _Block, ends: Ends) -> Ends:
        """Draw a box for unlabelled statements that no labelled one follows."""
        if not self.pending or not ends:
            return ends
        *before, last = self.pending
        self.pending = before
        return [(self.add("action", last, block, ends), "")]

    def refusals(self, node: ast.AST, block: _Block) -> None:
        """Note what calls in a node may answer by themselves, unless a handler takes it."""
        for name, statuses in self.reader.inside(node):
            open_ones = {s for s in statuses if not block.catch(_http_error(frozenset({s})))}
            if open_ones and not block.swallowed:
                known = self.flow.refusals.get(name, frozenset())
                self.flow.refusals[name] = known | open_ones

    def refuses(self, body: list[ast.stmt]) -> bool:
        """Tell whether a block ends in a refusal, returned or thrown away."""
        last = body[-1]
        if isinstance(last, ast.Raise):
            return True
        value = last.value if isinstance(last, ast.Return | ast.Expr) else None
        if value is None:
            return False
        aborts = self.reader.is_abort(value)
        statuses = self.reader.aborted(value) if aborts else self.reader.answer(value)
        return all(status and status >= 400 for status in statuses)

    def is_thrown_away(self, node: ast.stmt) -> bool:
        """Tell whether a statement makes an answer that nobody gets."""
        if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call | ast.Tuple):
            return False
        statuses = self.reader.answer(node.value)
        return not statuses & {None, 500}

    def deeper(self, block: _Block) -> _Block:
        return replace(block, column=block.column + 1)

    def swallowing(self, block: _Block) -> _Block:
        return replace(block, swallowed=True)

    def _beside(self, source: int, column: int) -> int | None:
        """Return the row of the box an exit comes from, where there is room beside it."""
        row = self.flow.boxes[source].row
        taken = {(box.column, box.row) for box in self.flow.boxes}
        near = self.flow.boxes[source].column == column - 1
        return row if near and (column, row) not in taken else None


def _wording(node: ast.AST, label: Label | None, source: Source) -> str:
    if label:
        return label.check or label.action
    if isinstance(node, ast.If):
        return source.text(node.test)
    if isinstance(node, ast.While):
        return f"while {source.text(node.test)}"
    if isinstance(node, ast.For | ast.AsyncFor):
        return f"for {source.text(node.target)} in {source.text(node.iter)}"
    if isinstance(node, ast.With | ast.AsyncWith):
        return f"with {', '.join(source.text(item) for item in node.items)}"
    return source.text(node)


def _leaves(statements: list[ast.stmt]) -> bool:
    return isinstance(statements[-1], ast.Return | ast.Raise)


def _leaves_finally(statements: list[ast.stmt]) -> bool:
    """Tell whether a `finally` ends in a way that drops every answer and every error."""
    last = statements[-1] if statements else None
    return isinstance(last, ast.Return | ast.Raise | ast.Break | ast.Continue)


def _names(node: ast.AST, context: type) -> set[str]:
    found = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return {name.id for name in found if isinstance(name.ctx, context)}


def _may_raise(node: ast.AST) -> bool:
    own = node.test if isinstance(node, ast.If | ast.While) else node
    own = own.iter if isinstance(own, ast.For | ast.AsyncFor) else own
    return any(isinstance(n, ast.Call | ast.Subscript | ast.Attribute) for n in ast.walk(own))


def _function(node: ast.expr) -> ast.expr | None:
    return node.func if isinstance(node, ast.Call) else None


def _http_error(statuses: Statuses) -> type | None:
    """Return werkzeug's class of exception for a single status."""
    [status] = statuses if len(statuses) == 1 else [None]
    return default_exceptions.get(status)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and bool(node.value)


def _is_wildcard(case: ast.match_case) -> bool:
    anything = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
    return anything and case.guard is None


def _is_route(node: ast.expr) -> bool:
    """Tell whether a decorator only registers the view: app.get("/"), views.post("/token") …"""
    target = node.func if isinstance(node, ast.Call) else node
    names = {"route", "get", "post", "put", "patch", "delete"}
    return isinstance(target, ast.Attribute) and target.attr in names

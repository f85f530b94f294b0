"""Chart a view from its own source.

The chart is laid out like the code: a box below the one before it, and what stands deeper in
the code further to the right. What cannot be charted is told in a sentence.
"""

import ast
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import singledispatchmethod
from importlib.util import find_spec

from werkzeug.exceptions import HTTPException

from lesson.charting.blocks import Block, Catch, http_error
from lesson.charting.flow import Arrow, Box, Ends, Flow
from lesson.charting.source import Label, header, read_source
from lesson.charting.statuses import BROKEN, OK, Reader, Statuses
from lesson.charting.syntax import (
    called,
    is_docstring,
    is_generator,
    is_route,
    is_true,
    is_wildcard,
    leaves,
    leaves_finally,
    may_raise,
    names,
)

Loop = ast.For | ast.AsyncFor | ast.While
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
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


class _Charter:
    """Walk through the statements of a view and draw them."""

    def __init__(self, flow: Flow) -> None:
        self.flow, self.source = flow, flow.source
        self.reader = Reader(flow.source.function, flow.source.scope)
        self.labelled = bool(flow.source.labels)
        self.pending: list[ast.stmt] = []
        self.lent: Label | None = None  # the question of an assignment, for the `if` that asks it
        self.used: dict[int, ast.AST] = {}

    def draw(self) -> None:
        function = self.source.function
        opening = frozenset(range(1, function.lineno + 1))
        start = self.flow.draw("start", "a request arrives", [], lines=opening)
        asynchronous = isinstance(function, ast.AsyncFunctionDef)
        if is_generator(function):
            self.flow.draw("exit", "the view yields its answer", [(start, "")], statuses=OK)
        elif asynchronous and find_spec("asgiref") is None:
            self.flow.draw("exit", "async without asgiref", [(start, "")], statuses=BROKEN)
            self.flow.notes.append("Flask runs an async view only where asgiref is installed.")
        else:
            ends = self.block(function.body, Block(), [(start, "")])
            if ends:
                self.flow.draw("exit", "the end, without an answer", ends, statuses=BROKEN)
        self.tell_rest()

    def tell_rest(self) -> None:
        function, notes = self.source.function, self.flow.notes
        for decorator in function.decorator_list:
            if not is_route(decorator):
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

    def block(self, statements: list[ast.stmt], block: Block, ends: Ends) -> Ends:
        """Draw the statements of one block; return the arrows that lead out of its end."""
        for index, statement in enumerate(statements):
            if not ends:
                self.flow.notes.append(f"Line {statement.lineno} is never reached.")
                return []
            if index == 0 and block.column == 0 and is_docstring(statement):
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
        stored, asked = names(node, ast.Store), names(following.test, ast.Load)
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

    @singledispatchmethod
    def statement(self, node: ast.stmt, block: Block, ends: Ends) -> Ends:
        """Draw a statement, here or in its kind's own method; return the arrows that lead on."""
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
        thrown_away = self.reader.is_thrown_away(node)
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

    @statement.register
    def asserted(self, node: ast.Assert, block: Block, ends: Ends) -> Ends:
        self.refusals(node, block)
        box = self.add("check", node, block, ends)
        catch = block.catch(AssertionError)
        if catch:
            catch.boxes.append((box, "no"))
        else:
            ends, column = [(box, "no")], block.column + 1
            self.flow.draw("exit", "AssertionError", ends, column, statuses=BROKEN)
        return [(box, "yes")]

    @statement.register
    def returned(self, node: ast.Return, block: Block, ends: Ends) -> Ends:
        if node.value is not None and self.reader.is_abort(node.value):
            return self.throw(node, node.value, block, ends)
        if node.value is not None:
            self.refusals(node, block)
        return self.leave(node, self.reader.answer(node.value), block, ends)

    @statement.register
    def raised(self, node: ast.Raise, block: Block, ends: Ends) -> Ends:
        if node.exc is None:
            return self.raise_again(node, block, ends)
        return self.throw(node, node.exc, block, ends)

    def throw(self, node: ast.stmt, error: ast.expr, block: Block, ends: Ends) -> Ends:
        """Lead a raised error to the handler that takes it, or out of the view."""
        if isinstance(error, ast.IfExp):
            return self.leave(node, self.reader.raised(error), block, ends)
        statuses = self.reader.raised(error)
        kind = self.reader.error(error) or http_error(statuses)
        catch = block.catch(kind)
        if catch is None:
            return self.leave(node, statuses, block, ends)
        box = self.add("action", node, block, ends)
        catch.boxes.append((box, kind.__name__ if kind else "an error"))
        return []

    def raise_again(self, node: ast.Raise, block: Block, ends: Ends) -> Ends:
        if block.handling is None:
            return self.leave(node, frozenset({500}), block, ends)
        caught = block.handling.types
        if caught and len(caught) == 1 and block.catch(caught[0]) is None:
            code = getattr(caught[0], "code", 500) if issubclass(caught[0], HTTPException) else 500
            return self.leave(node, frozenset({code}), block, ends)
        return self.leave(node, frozenset({None}), block, ends)

    @statement.register
    def branch(self, node: ast.If, block: Block, ends: Ends) -> Ends:
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
        out = self.block(node.body, block.deeper(), [(box, then)])
        if not node.orelse:
            return [*out, (box, other)]
        nested = isinstance(node.orelse[0], ast.If)  # elif: no deeper
        inner = block if nested else block.deeper()
        return [*out, *self.block(node.orelse, inner, [(box, other)])]

    def polarity(self, node: ast.If, box: Box) -> bool:
        """Return what the condition must be for "yes"; where a label's is open, ask the code's."""
        if not (box.label and box.label.check):
            return True
        if self.reader.refuses(node.body):
            return False
        if not (leaves(node.body) or (node.orelse and self.reader.refuses(node.orelse))):
            box.text = self.source.text(node.test)
        return True

    def name_by(self, box: Box, label: Label) -> None:
        box.label, box.step, box.text = label, label.step, label.check

    @statement.register
    def loop(self, node: Loop, block: Block, ends: Ends) -> Ends:
        self.refusals(node.test if isinstance(node, ast.While) else node.iter, block)
        box = self.add("loop", node, block, ends)
        inner = replace(block, column=block.column + 1, ends=[], loop=box)
        forever = isinstance(node, ast.While) and is_true(node.test)
        for source, text in self.block(node.body, inner, [(box, "" if forever else "each time")]):
            self.flow.arrows.append(Arrow(source, box, text))
        done = [] if forever else [(box, "done")]
        if node.orelse and done:
            done = self.block(node.orelse, block.deeper(), done)
        return [*done, *inner.ends]

    @statement.register
    def jump(self, node: ast.Break | ast.Continue, block: Block, ends: Ends) -> Ends:
        ends = self.flush(block, ends)
        if isinstance(node, ast.Break):
            block.ends.extend(ends)
        elif block.loop is not None:
            self.flow.arrows += [Arrow(source, block.loop, text) for source, text in ends]
        return []

    @statement.register
    def attempt(self, node: ast.Try | ast.TryStar, block: Block, ends: Ends) -> Ends:
        ends = self.flush(block, ends) if not self.labelled else ends
        outer = replace(block, swallowed=True) if leaves_finally(node.finalbody) else block
        catches = [Catch(handler, self.caught(handler)) for handler in node.handlers]
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
            calls = box.node is not None and may_raise(box.node)
            if calls and box.kind in ("check", "action", "loop"):
                asks = box.kind == "check" and not isinstance(box.node, ast.If | ast.pattern)
                found.append((number, "no" if asks else ""))
        return found

    def handler(self, catch: Catch, block: Block, risky: Ends) -> Ends:
        name = self.source.text(catch.node.type) if catch.node.type else "any error"
        known = dict(catch.boxes)
        ends = [(number, text or name) for number, text in risky if number not in known]
        inner = replace(block.deeper(), handling=catch)
        ends = [*catch.boxes, *ends]
        return self.block(catch.node.body, inner, ends) if ends else []

    def caught(self, handler: ast.ExceptHandler) -> tuple[type, ...] | None:
        """Return the classes a handler takes, as far as the source tells; None for all."""
        if handler.type is None:
            return None
        named = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        found = (self.reader.error(name) for name in named)
        return tuple(error for error in found if error is not None)

    @statement.register
    def within(self, node: ast.With | ast.AsyncWith, block: Block, ends: Ends) -> Ends:
        self.refusals(node.items[0].context_expr, block)
        if not self.labelled or self.label(node):
            ends = [(self.add("action", node, block, ends), "")]
        if not self.may_swallow(node):
            return self.block(node.body, block, ends)
        first = len(self.flow.boxes)
        quiet = Catch(ast.ExceptHandler(), self.suppressed(node))
        out = self.block(node.body, replace(block, catches=(*block.catches, quiet)), ends)
        onward = [(number, "an error") for number, _ in self.risky(first)] or ends
        return out or [*quiet.boxes, *onward]

    def may_swallow(self, node: ast.With | ast.AsyncWith) -> bool:
        """Return whether a manager is contextlib's suppress(), which goes on behind its block."""
        return any(self.reader.object(called(i.context_expr)) is suppress for i in node.items)

    def suppressed(self, node: ast.With | ast.AsyncWith) -> tuple[type, ...]:
        calls = [
            item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)
        ]
        found = (self.reader.error(name) for call in calls for name in call.args)
        return tuple(error for error in found if error is not None)

    @statement.register
    def match(self, node: ast.Match, block: Block, ends: Ends) -> Ends:
        self.refusals(node.subject, block)
        out: Ends = []
        for case in node.cases:
            if not ends:
                break
            box = self.add("check", case.pattern, block, ends)
            self.flow.boxes[box].text = f"case {self.source.text(case.pattern)}"
            if case.guard:
                self.flow.boxes[box].text += f" if {self.source.text(case.guard)}"
            out += self.block(case.body, block.deeper(), [(box, "yes")])
            ends = [] if is_wildcard(case) else [(box, "no")]
        return out + ends

    @statement.register
    def inner(self, node: Definition, block: Block, ends: Ends) -> Ends:
        self.flow.notes.append(f"{node.name}, defined on line {node.lineno}, is not charted.")
        return ends

    # Boxes

    def leave(self, node: ast.stmt, statuses: Statuses, block: Block, ends: Ends) -> Ends:
        """Draw an exit; under a `finally` that leaves it is a step like any other."""
        kind = "action" if block.swallowed else "exit"
        box = self.add(kind, node, block, ends, statuses)
        return [(box, "")] if block.swallowed else []

    def add(
        self, kind: str, node: ast.AST, block: Block, ends: Ends, statuses: Statuses = frozenset()
    ) -> int:
        """Draw a box for a statement and for the unlabelled ones that lead to it."""
        spans = [header(node), *((n.lineno, n.end_lineno) for n in self.pending)]
        lines = frozenset(line for first, last in spans for line in range(first, last + 1))
        self.pending.clear()
        label = self.label(node)
        text = self.source.wording(node, label)
        number = self.flow.draw(kind, text, ends, block.column, lines, statuses)
        box = self.flow.boxes[number]
        box.node, box.label, box.step = node, label, label.step if label else ""
        return number

    def flush(self, block: Block, ends: Ends) -> Ends:
        """Draw a box for unlabelled statements that no labelled one follows."""
        if not self.pending or not ends:
            return ends
        *before, last = self.pending
        self.pending = before
        return [(self.add("action", last, block, ends), "")]

    def refusals(self, node: ast.AST, block: Block) -> None:
        """Note what calls in a node may answer by themselves, unless a handler takes it."""
        for name, statuses in self.reader.inside(node):
            open_ones = {s for s in statuses if not block.catch(http_error(frozenset({s})))}
            if open_ones and not block.swallowed:
                known = self.flow.refusals.get(name, frozenset())
                self.flow.refusals[name] = known | open_ones

"""Chart a view from its own source.

The chart is laid out like the code: a box below the one before it, and what stands deeper in
the code further to the right. What cannot be charted is told in a sentence.
"""

import ast
from collections.abc import Callable
from dataclasses import replace
from functools import singledispatchmethod
from importlib.util import find_spec

from werkzeug.exceptions import HTTPException

from lesson.charting.blocks import Block, Catch, caught, http_error, suppressed, swallows
from lesson.charting.boxes import Boxes
from lesson.charting.flow import Arrow, Ends, Flow
from lesson.charting.literals import BROKEN, OK
from lesson.charting.source import read_source
from lesson.charting.statuses import Reader
from lesson.charting.syntax import (
    is_docstring,
    is_generator,
    is_route,
    is_true,
    is_wildcard,
    leaves_finally,
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
        self.resolver = self.reader.resolver
        self.labelled = bool(flow.source.labels)
        self.boxes = Boxes(flow, self.reader)

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
            if self.boxes.lends(statement, following):
                self.boxes.refusals(statement, block)
                continue
            ends = self.statement(statement, block, ends)
        return self.boxes.flush(block, ends)

    @singledispatchmethod
    def statement(self, node: ast.stmt, block: Block, ends: Ends) -> Ends:
        """Draw a statement, here or in its kind's own method; return the arrows that lead on."""
        call = node.value if isinstance(node, ast.Expr) else None
        if call is not None and self.resolver.is_abort(call):
            return self.throw(node, call, block, ends)
        refused = self.reader.never_returns(call) if call is not None else None
        if refused:
            return self.boxes.leave(node, refused, block, ends)
        self.boxes.refusals(node, block)
        if isinstance(node, Silent):
            return ends
        label = self.boxes.label(node)
        thrown_away = self.reader.is_thrown_away(node)
        if thrown_away:
            self.flow.notes.append(
                f"Line {node.lineno} makes an answer and does not return it: the view goes on."
            )
        if self.labelled and label is None:
            self.boxes.postpone(node)
            return self.boxes.flush(block, ends) if thrown_away else ends
        asks = bool(label and label.check and block.catches)
        box = self.boxes.add("check" if asks else "action", node, block, ends)
        return [(box, "yes" if asks else "")]

    @statement.register
    def asserted(self, node: ast.Assert, block: Block, ends: Ends) -> Ends:
        self.boxes.refusals(node, block)
        box = self.boxes.add("check", node, block, ends)
        catch = block.catch(AssertionError)
        if catch:
            catch.boxes.append((box, "no"))
        else:
            ends, column = [(box, "no")], block.column + 1
            self.flow.draw("exit", "AssertionError", ends, column, statuses=BROKEN)
        return [(box, "yes")]

    @statement.register
    def returned(self, node: ast.Return, block: Block, ends: Ends) -> Ends:
        if node.value is not None and self.resolver.is_abort(node.value):
            return self.throw(node, node.value, block, ends)
        if node.value is not None:
            self.boxes.refusals(node, block)
        return self.boxes.leave(node, self.reader.answer(node.value), block, ends)

    @statement.register
    def raised(self, node: ast.Raise, block: Block, ends: Ends) -> Ends:
        if node.exc is None:
            return self.raise_again(node, block, ends)
        return self.throw(node, node.exc, block, ends)

    def throw(self, node: ast.stmt, error: ast.expr, block: Block, ends: Ends) -> Ends:
        """Lead a raised error to the handler that takes it, or out of the view."""
        if isinstance(error, ast.IfExp):
            return self.boxes.leave(node, self.reader.raised(error), block, ends)
        statuses = self.reader.raised(error)
        kind = self.resolver.error(error) or http_error(statuses)
        catch = block.catch(kind)
        if catch is None:
            return self.boxes.leave(node, statuses, block, ends)
        box = self.boxes.add("action", node, block, ends)
        catch.boxes.append((box, kind.__name__ if kind else "an error"))
        return []

    def raise_again(self, node: ast.Raise, block: Block, ends: Ends) -> Ends:
        if block.handling is None:
            return self.boxes.leave(node, frozenset({500}), block, ends)
        caught = block.handling.types
        if caught and len(caught) == 1 and block.catch(caught[0]) is None:
            code = getattr(caught[0], "code", 500) if issubclass(caught[0], HTTPException) else 500
            return self.boxes.leave(node, frozenset({code}), block, ends)
        return self.boxes.leave(node, frozenset({None}), block, ends)

    @statement.register
    def branch(self, node: ast.If, block: Block, ends: Ends) -> Ends:
        self.boxes.refusals(node.test, block)
        if isinstance(node.test, ast.Constant):
            taken = node.body if node.test.value else node.orelse
            return self.block(taken, block, ends) if taken else ends
        box = self.boxes.ask(node, block, ends)
        then, other = ("yes", "no") if self.flow.boxes[box].yes_when else ("no", "yes")
        out = self.block(node.body, block.deeper(), [(box, then)])
        if not node.orelse:
            return [*out, (box, other)]
        nested = isinstance(node.orelse[0], ast.If)  # elif: no deeper
        inner = block if nested else block.deeper()
        return [*out, *self.block(node.orelse, inner, [(box, other)])]

    @statement.register
    def loop(self, node: Loop, block: Block, ends: Ends) -> Ends:
        self.boxes.refusals(node.test if isinstance(node, ast.While) else node.iter, block)
        box = self.boxes.add("loop", node, block, ends)
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
        ends = self.boxes.flush(block, ends)
        if isinstance(node, ast.Break):
            block.ends.extend(ends)
        elif block.loop is not None:
            self.flow.arrows += [Arrow(source, block.loop, text) for source, text in ends]
        return []

    @statement.register
    def attempt(self, node: ast.Try | ast.TryStar, block: Block, ends: Ends) -> Ends:
        ends = self.boxes.flush(block, ends) if not self.labelled else ends
        outer = replace(block, swallowed=True) if leaves_finally(node.finalbody) else block
        catches = [Catch(handler, caught(handler, self.resolver)) for handler in node.handlers]
        # Reversed: the first handler that takes an error wins, and `catch` looks from the end.
        inner = replace(outer, catches=(*outer.catches, *reversed(catches)))
        first = len(self.flow.boxes)
        out = self.block(node.body, inner, ends)
        risky = self.boxes.risky(first) or [(source, "") for source, _ in ends]
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

    def handler(self, catch: Catch, block: Block, risky: Ends) -> Ends:
        name = self.source.text(catch.node.type) if catch.node.type else "any error"
        known = dict(catch.boxes)
        ends = [(number, text or name) for number, text in risky if number not in known]
        inner = replace(block.deeper(), handling=catch)
        ends = [*catch.boxes, *ends]
        return self.block(catch.node.body, inner, ends) if ends else []

    @statement.register
    def within(self, node: ast.With | ast.AsyncWith, block: Block, ends: Ends) -> Ends:
        self.boxes.refusals(node.items[0].context_expr, block)
        if not self.labelled or self.boxes.label(node):
            ends = [(self.boxes.add("action", node, block, ends), "")]
        if not swallows(node, self.resolver):
            return self.block(node.body, block, ends)
        first = len(self.flow.boxes)
        quiet = Catch(ast.ExceptHandler(), suppressed(node, self.resolver))
        out = self.block(node.body, replace(block, catches=(*block.catches, quiet)), ends)
        onward = [(number, "an error") for number, _ in self.boxes.risky(first)] or ends
        return out or [*quiet.boxes, *onward]

    @statement.register
    def match(self, node: ast.Match, block: Block, ends: Ends) -> Ends:
        self.boxes.refusals(node.subject, block)
        out: Ends = []
        for case in node.cases:
            if not ends:
                break
            box = self.boxes.add("check", case.pattern, block, ends)
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

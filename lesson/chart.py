"""Chart a view from its own source.

The chart is laid out like the code: a box below the one before it, and what stands deeper in
the code further to the right. What cannot be charted is told in a sentence.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from lesson.flow import Arrow, Box, Flow
from lesson.source import Label, Source, header, read_source
from lesson.statuses import Reader, Statuses

Loop = ast.For | ast.AsyncFor | ast.While
Silent = ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal | ast.Pass


def chart(view: Callable) -> Flow:
    """Return the flow of a view; what cannot be charted becomes a note, and never an error."""
    source = read_source(view)
    flow = Flow(source)
    if source.function is None:
        flow.notes.append(
            "The source of this view is not a plain def that Python can read again, so there "
            "is no chart."
        )
        return flow
    _Charter(flow).draw()
    return flow


@dataclass
class _Block:
    """Say where in the code we are: how deep, in which loop, and who catches errors."""

    column: int = 0
    ends: list = field(default_factory=list)  # arrows out of a `break`
    loop: int | None = None
    swallowed: bool = False  # a `finally` that returns takes the place of every exit


Ends = list[tuple[int, str]]  # arrows that still look for their next box


class _Charter:
    """Walk through the statements of a view and draw them."""

    def __init__(self, flow: Flow) -> None:
        self.flow, self.source = flow, flow.source
        self.reader = Reader(flow.source.function, flow.source.scope)
        self.labelled = bool(flow.source.labels)
        self.pending: list[ast.stmt] = []
        self.rows = 0

    def draw(self) -> None:
        function = self.source.function
        start = self.box("start", "a request arrives", set(range(1, function.lineno + 1)), 0, [])
        ends = self.block(function.body, _Block(), [(start, "")])
        if ends:
            exit_box = self.box("exit", "the end, without an answer", set(), 0, ends)
            self.flow.boxes[exit_box].statuses = frozenset({500})
        self.tell_rest()

    def tell_rest(self) -> None:
        function, notes = self.source.function, self.flow.notes
        for decorator in function.decorator_list:
            if not _is_route(decorator):
                notes.append(
                    f"@{self.source.text(decorator)} runs around this view; what it does is "
                    "not charted."
                )
        if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function)):
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
            ends = self.statement(statement, block, ends)
        return self.flush(block, ends)

    def statement(self, node: ast.stmt, block: _Block, ends: Ends) -> Ends:
        for kinds, draw in self.KINDS.items():
            if isinstance(node, kinds):
                return draw(self, node, block, ends)
        return self.simple(node, block, ends)

    # One method a kind of statement: each returns the arrows that lead on from it.

    def simple(self, node: ast.stmt, block: _Block, ends: Ends) -> Ends:
        if isinstance(node, ast.Expr) and self.reader.is_abort(node.value):
            return self.leave(node, self.reader.aborted(node.value), block, ends)
        self.refusals(node)
        if isinstance(node, Silent):
            return ends
        label = self.source.label(node)
        thrown_away = self.is_thrown_away(node)
        if thrown_away:
            self.flow.notes.append(
                f"Line {node.lineno} makes an answer and does not return it: the view goes on."
            )
        if self.labelled and label is None:
            self.pending.append(node)
            return self.flush(block, ends) if thrown_away else ends
        box = self.add("check" if label and label.check else "action", node, block, ends)
        return [(box, "yes" if self.flow.boxes[box].kind == "check" else "")]

    def asserted(self, node: ast.Assert, block: _Block, ends: Ends) -> Ends:
        self.refusals(node)
        box = self.add("check", node, block, ends)
        self.side(box, "no", node, frozenset({500}), "AssertionError", block)
        return [(box, "yes")]

    def returned(self, node: ast.Return, block: _Block, ends: Ends) -> Ends:
        if node.value is not None:
            self.refusals(node)
        return self.leave(node, self.reader.answer(node.value), block, ends)

    def raised(self, node: ast.Raise, block: _Block, ends: Ends) -> Ends:
        return self.leave(node, self.reader.raised(node.exc), block, ends)

    def branch(self, node: ast.If, block: _Block, ends: Ends) -> Ends:
        self.refusals(node.test)
        box = self.add("check", node, block, ends)
        drawn = self.flow.boxes[box]
        drawn.yes_when = not (drawn.label and drawn.label.check and self.refuses(node.body))
        then, other = ("yes", "no") if drawn.yes_when else ("no", "yes")
        out = self.block(node.body, self.deeper(block), [(box, then)])
        if not node.orelse:
            return [*out, (box, other)]
        nested = isinstance(node.orelse[0], ast.If)  # elif: no deeper
        inner = block if nested else self.deeper(block)
        return [*out, *self.block(node.orelse, inner, [(box, other)])]

    def loop(self, node: Loop, block: _Block, ends: Ends) -> Ends:
        self.refusals(node.test if isinstance(node, ast.While) else node.iter)
        box = self.add("loop", node, block, ends)
        inner = _Block(block.column + 1, [], box, block.swallowed)
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
        final = bool(node.finalbody)
        inner = self.swallowing(block) if final and _leaves(node.finalbody) else block
        first = len(self.flow.boxes)
        out = self.block(node.body, inner, ends)
        risky = [
            number
            for number in range(first, len(self.flow.boxes))
            if self.flow.boxes[number].kind in ("check", "action", "loop")
        ] or [source for source, _ in ends]
        out = self.block(node.orelse, inner, out) if node.orelse and out else out
        for handler in node.handlers:
            out += self.handler(handler, inner, risky)
        if final:
            self.flow.notes.append(
                f"The finally of line {node.finalbody[0].lineno} runs on every way out; the "
                "chart shows it once."
            )
            out = self.block(node.finalbody, block, out) if out else out
        return out

    def handler(self, node: ast.ExceptHandler, block: _Block, risky: list[int]) -> Ends:
        name = self.source.text(node.type) if node.type else "any error"
        ends = [
            (number, "no" if self.flow.boxes[number].kind == "check" else name) for number in risky
        ]
        return self.block(node.body, self.deeper(block), ends)

    def within(self, node: ast.With | ast.AsyncWith, block: _Block, ends: Ends) -> Ends:
        if not self.labelled or self.source.label(node):
            ends = [(self.add("action", node, block, ends), "")]
        return self.block(node.body, block, ends)

    def match(self, node: ast.Match, block: _Block, ends: Ends) -> Ends:
        self.refusals(node.subject)
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
        label = self.source.label(node) if isinstance(node, ast.stmt) else None
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

    def side(
        self, box: int, text: str, node: ast.stmt, statuses: Statuses, said: str, block: _Block
    ) -> None:
        exit_box = self.box("exit", said, set(), block.column + 1, [(box, text)])
        self.flow.boxes[exit_box].statuses = statuses
        self.flow.boxes[exit_box].node = node

    def flush(self, block: _Block, ends: Ends) -> Ends:
        """Draw a box for unlabelled statements that no labelled one follows."""
        if not self.pending or not ends:
            return ends
        *before, last = self.pending
        self.pending = before
        return [(self.add("action", last, block, ends), "")]

    def refusals(self, node: ast.AST) -> None:
        for name, statuses in self.reader.inside(node):
            self.flow.refusals[name] = self.flow.refusals.get(name, frozenset()) | statuses

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
        return _Block(block.column + 1, block.ends, block.loop, block.swallowed)

    def swallowing(self, block: _Block) -> _Block:
        return _Block(block.column, block.ends, block.loop, True)

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

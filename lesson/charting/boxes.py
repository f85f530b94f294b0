"""Draw the boxes of a view's statements: what each says, and which lines it stands for."""

import ast

from lesson.charting.blocks import Block, http_error
from lesson.charting.flow import Box, Ends, Flow
from lesson.charting.literals import Statuses
from lesson.charting.source import Label, header
from lesson.charting.statuses import Reader
from lesson.charting.syntax import leaves, may_raise, names


class Boxes:
    """Draw boxes into a flow; unlabelled statements go into the box of the labelled one behind."""

    def __init__(self, flow: Flow, reader: Reader) -> None:
        self._flow, self._source, self._reader = flow, flow.source, reader
        self._pending: list[ast.stmt] = []
        self._lent: Label | None = None  # the question of an assignment, for the `if` that asks it
        self._used: dict[int, ast.AST] = {}

    def label(self, node: ast.AST) -> Label | None:
        """Return a statement's label; on a shared line it is the outer statement's."""
        line = self._source.label_line(node) if isinstance(node, ast.stmt) else None
        if line is None or self._used.setdefault(line, node) is not node:
            return None
        return self._source.labels[line]

    def lends(self, node: ast.stmt, following: ast.stmt | None) -> bool:
        """Give an assignment's question to the `if` behind it that asks about the name."""
        label = self.label(node)
        if not (label and label.check and isinstance(node, ast.Assign | ast.AnnAssign)):
            return False
        if not isinstance(following, ast.If) or self.label(following):
            return False
        stored, asked = names(node, ast.Store), names(following.test, ast.Load)
        if stored & asked:
            self._lent = label
            self.postpone(node)
        return bool(stored & asked)

    def add(
        self, kind: str, node: ast.AST, block: Block, ends: Ends, statuses: Statuses = frozenset()
    ) -> int:
        """Draw a box for a statement and for the unlabelled ones that lead to it."""
        spans = [header(node), *((n.lineno, n.end_lineno) for n in self._pending)]
        lines = frozenset(line for first, last in spans for line in range(first, last + 1))
        self._pending.clear()
        label = self.label(node)
        text = self._source.wording(node, label)
        number = self._flow.draw(kind, text, ends, block.column, lines, statuses)
        box = self._flow.boxes[number]
        box.node, box.label, box.step = node, label, label.step if label else ""
        return number

    def ask(self, node: ast.If, block: Block, ends: Ends) -> int:
        """Draw the box of a condition, with its own question or the one that was lent to it."""
        lent, self._lent = self._lent, None
        number = self.add("check", node, block, ends)
        box = self._flow.boxes[number]
        if lent:
            box.label, box.step, box.text = lent, lent.step, lent.check
        box.yes_when = self._polarity(node, box)
        return number

    def leave(self, node: ast.stmt, statuses: Statuses, block: Block, ends: Ends) -> Ends:
        """Draw an exit; under a `finally` that leaves it is a step like any other."""
        kind = "action" if block.swallowed else "exit"
        box = self.add(kind, node, block, ends, statuses)
        return [(box, "")] if block.swallowed else []

    def postpone(self, node: ast.stmt) -> None:
        """Leave a statement to the box of the next one."""
        self._pending.append(node)

    def flush(self, block: Block, ends: Ends) -> Ends:
        """Draw a box for unlabelled statements that no labelled one follows."""
        if not self._pending or not ends:
            return ends
        *before, last = self._pending
        self._pending = before
        return [(self.add("action", last, block, ends), "")]

    def refusals(self, node: ast.AST, block: Block) -> None:
        """Note what calls in a node may answer by themselves, unless a handler takes it."""
        for name, statuses in self._reader.inside(node):
            open_ones = {s for s in statuses if not block.catch(http_error(frozenset({s})))}
            if open_ones and not block.swallowed:
                known = self._flow.refusals.get(name, frozenset())
                self._flow.refusals[name] = known | open_ones

    def risky(self, first: int) -> Ends:
        """Return the boxes drawn since `first` that may raise, with what to write on the arrow."""
        found = []
        for number, box in enumerate(self._flow.boxes[first:], first):
            calls = box.node is not None and may_raise(box.node)
            if calls and box.kind in ("check", "action", "loop"):
                asks = box.kind == "check" and not isinstance(box.node, ast.If | ast.pattern)
                found.append((number, "no" if asks else ""))
        return found

    def _polarity(self, node: ast.If, box: Box) -> bool:
        """Return what the condition must be for "yes"; where a label's is open, ask the code's."""
        if not (box.label and box.label.check):
            return True
        if self._reader.refuses(node.body):
            return False
        if not (leaves(node.body) or (node.orelse and self._reader.refuses(node.orelse))):
            box.text = self._source.text(node.test)
        return True

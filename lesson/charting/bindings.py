"""Find where a function gives a name its value, and which of these values reach a line."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lesson.charting.syntax import Inner

Blocks = tuple[int, ...]  # the blocks around a statement, outermost first
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
Loop = ast.For | ast.AsyncFor | ast.While
STATUS = ("status_code", "status")
Found = Iterator[tuple[str, str, ast.AST | None]]  # name, kind, value


@dataclass(frozen=True)
class Binding:
    """Hold one place where a name gets a value.

    `kind` is "value", "parameter", or "status" where the name's status is set and not the name.
    `node` is the value, the statement that binds otherwise, or None where nothing is known.
    """

    kind: str
    node: ast.AST | None
    line: int
    blocks: Blocks
    looped: bool
    spans: tuple[tuple[int, int, Blocks], ...]  # lines of the function's blocks


def bindings(function: ast.AST) -> dict[str, list[Binding]]:
    """Return name → its bindings in a function, in the order of the lines."""
    spans = tuple(_spans(function, ()))
    found: dict[str, list[Binding]] = {}
    for argument in _arguments(function):
        first = Binding("parameter", None, 0, (), False, spans)
        found.setdefault(argument, []).append(first)
    for statement, blocks, looped in _statements(function, (), False):
        for name, kind, node in _bound(statement):
            one = Binding(kind, node, statement.lineno, blocks, looped, spans)
            found.setdefault(name, []).append(one)
    return found


def reaching(found: list[Binding], line: int) -> list[Binding]:
    """Return the bindings whose value may be there at a line.

    The last one that certainly ran replaces those before it; one in a loop may have run on an
    earlier round.
    """
    if not found:
        return []
    here = max((s for s in found[0].spans if s[0] <= line <= s[1]), key=lambda s: len(s[2]))[2]
    before = [b for b in found if b.line < line or b.looped]
    certain = [
        i for i, b in enumerate(before) if b.line < line and b.blocks == here[: len(b.blocks)]
    ]
    return before[certain[-1] :] if certain else before


def _arguments(function: ast.AST) -> Iterator[str]:
    arguments = getattr(function, "args", None)
    for part in ast.walk(arguments) if arguments else []:
        if isinstance(part, ast.arg):
            yield part.arg


def _spans(node: ast.AST, blocks: Blocks) -> Iterator[tuple[int, int, Blocks]]:
    """Yield first line, last line and blocks of each block in a function, the whole first."""
    if not blocks:
        yield 0, 10**9, ()
    for name in BLOCKS:
        parts = getattr(node, name, None)
        if not isinstance(parts, list) or not parts:
            continue
        if name in ("handlers", "cases"):
            for part in parts:
                yield from _spans(part, (*blocks, id(part)))
            continue
        inner = blocks if isinstance(node, Inner) else (*blocks, id(parts))
        yield parts[0].lineno, parts[-1].end_lineno, inner
        for part in parts:
            if not isinstance(part, Inner):
                yield from _spans(part, inner)


def _statements(
    node: ast.AST, blocks: Blocks, looped: bool
) -> Iterator[tuple[ast.stmt | ast.ExceptHandler, Blocks, bool]]:
    """Yield each statement with the blocks around it, and whether a loop is among them."""
    for name in BLOCKS:
        parts = getattr(node, name, None)
        if not isinstance(parts, list):
            continue
        if name in ("handlers", "cases"):
            for part in parts:
                inner = (*blocks, id(part))
                if isinstance(part, ast.ExceptHandler):
                    yield part, inner, looped
                yield from _statements(part, inner, looped)
            continue
        inner = blocks if isinstance(node, Inner) else (*blocks, id(parts))
        round_again = looped or isinstance(node, Loop)
        for part in parts:
            yield part, inner, round_again
            if not isinstance(part, Inner):
                yield from _statements(part, inner, round_again)


def _bound(node: ast.AST) -> Found:
    """Yield (name, kind, value) for what a statement binds, without its inner blocks."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _target(target, node.value)
    elif isinstance(node, ast.AnnAssign) and node.value:
        yield from _target(node.target, node.value)
    elif isinstance(node, ast.AugAssign | ast.For | ast.AsyncFor):
        yield from _target(node.target, None)
    elif isinstance(node, ast.With | ast.AsyncWith):
        for item in node.items:
            yield from _target(item.optional_vars, None)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0], "value", node
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name, "value", node
    elif isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name, "value", None
    elif isinstance(node, ast.Match):
        yield from _captured(node)
    yield from _in_expressions(node)


def _target(target: ast.AST | None, value: ast.expr | None) -> Found:
    if isinstance(target, ast.Name):
        yield target.id, "value", value
    elif isinstance(target, ast.Attribute) and target.attr in STATUS:
        if isinstance(target.value, ast.Name):
            yield target.value.id, "status", value
    elif isinstance(target, ast.Tuple | ast.List):
        values = getattr(value, "elts", [])
        even = len(values) == len(target.elts)
        starred = any(isinstance(part, ast.Starred) for part in target.elts)
        for index, part in enumerate(target.elts):
            part = part.value if isinstance(part, ast.Starred) else part
            yield from _target(part, values[index] if even and not starred else None)


def _captured(node: ast.Match) -> Found:
    for case in node.cases:
        for part in ast.walk(case.pattern):
            name = getattr(part, "name", None) or getattr(part, "rest", None)
            if name:
                yield name, "value", None


def _in_expressions(node: ast.AST) -> Found:
    """Yield what walrus and setattr bind in a statement's own expressions."""
    own = [value for name, value in ast.iter_fields(node) if name not in BLOCKS]
    nodes = [n for value in own for n in (value if isinstance(value, list) else [value])]
    for part in (p for n in nodes if isinstance(n, ast.AST) for p in ast.walk(n)):
        if isinstance(part, ast.NamedExpr):
            yield part.target.id, "value", part.value
        if isinstance(part, ast.Call) and ast.unparse(part.func) == "setattr":
            target, name, *value = part.args if len(part.args) == 3 else (None, None)
            if isinstance(target, ast.Name) and getattr(name, "value", "") in (
                "status_code",
                "status",
            ):
                yield target.id, "status", value[0]

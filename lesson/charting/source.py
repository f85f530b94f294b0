"""Read a view's own source: its statements, and the step labels in its comments.

A label is a comment `# step 2: look it up in the store; is it there?` behind a statement or on
the line above: the step's number, what it does, and, with a question mark, what it checks.
"""

import ast
import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType
from typing import Any

from examiner.mistake import Mistake

LABEL = re.compile(r"#\s*step\s+(\w+)\s*:\s*([^#]+)", re.IGNORECASE)
Compound = (
    ast.If
    | ast.For
    | ast.AsyncFor
    | ast.While
    | ast.With
    | ast.AsyncWith
    | ast.Try
    | ast.TryStar
    | ast.Match
    | ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.ClassDef
)


@dataclass(frozen=True)
class Label:
    """Hold what a step's comment says; `check` is its question, or empty."""

    step: str
    action: str
    check: str


@dataclass(frozen=True)
class Source:
    """Hold the text of a view and what it is made of; line 1 is the view's first line."""

    name: str
    lines: tuple[str, ...]
    first_line: int
    function: ast.FunctionDef | ast.AsyncFunctionDef | None
    scope: dict[str, Any] = field(repr=False)
    labels: dict[int, Label] = field(repr=False)

    def label_line(self, statement: ast.AST) -> int | None:
        """Return the line of a statement's label: one of its own, or the comment above it."""
        first, last = header(statement)
        above = first - 1
        if above in self.labels and self.lines[above - 1].lstrip().startswith("#"):
            return above
        return next((line for line in range(first, last + 1) if line in self.labels), None)

    def wording(self, node: ast.AST, label: Label | None) -> str:
        """Return what a box of the chart says: the label's words, or the code's."""
        if label:
            return label.check or label.action
        if isinstance(node, ast.If):
            return self.text(node.test)
        if isinstance(node, ast.While):
            return f"while {self.text(node.test)}"
        if isinstance(node, ast.For | ast.AsyncFor):
            return f"for {self.text(node.target)} in {self.text(node.iter)}"
        if isinstance(node, ast.With | ast.AsyncWith):
            return f"with {', '.join(self.text(item) for item in node.items)}"
        return self.text(node)

    def text(self, node: ast.AST) -> str:
        """Return the source of an expression or of a simple statement on one line."""
        found = ast.get_source_segment("\n".join(self.lines), node)
        return " ".join((found or ast.unparse(node)).split())


def own_function(view: Callable) -> Callable:
    """Return the function whose code is the view's; raise Mistake where there is none."""
    try:
        function = inspect.unwrap(view)
    except ValueError:  # a wrapper that wraps itself
        function = view
    function = getattr(function, "__func__", function)
    if hasattr(function, "view_class"):  # a class-based view: the method that takes a body, if any
        methods = [getattr(function.view_class, m, None) for m in ("post", "put", "get", "delete")]
        function = next(filter(None, methods), function)
    if not hasattr(function, "__code__"):
        raise Mistake(
            "This is no view: pass a function written with def, by its name and without brackets."
        )
    return function


def read_source(view: Callable) -> Source:
    """Return the source of a view; without one it holds no lines, and no error is raised."""
    function = own_function(view)
    text, first_line, tree = _parsed(function.__code__)
    return Source(
        name=function.__name__,
        lines=tuple(text.rstrip().split("\n")) if text else (),
        first_line=first_line,
        function=_definition(tree, function.__name__),
        scope=_scope(function),
        labels=dict(_labels(text)),
    )


def header(statement: ast.AST) -> tuple[int, int]:
    """Return the first and last line of a statement without the blocks inside it."""
    first = statement.lineno
    if isinstance(statement, ast.If | ast.While):
        return first, statement.test.end_lineno
    if isinstance(statement, ast.For | ast.AsyncFor):
        return first, statement.iter.end_lineno
    if isinstance(statement, ast.Match):
        return first, statement.subject.end_lineno
    if isinstance(statement, Compound):
        return first, first
    if isinstance(statement, ast.ExceptHandler):
        return first, statement.type.end_lineno if statement.type else first
    return first, statement.end_lineno


@lru_cache(maxsize=256)  # a view of a notebook is a new code object each time its cell runs
def _parsed(code: CodeType) -> tuple[str, int, ast.Module]:
    try:
        found, first_line = inspect.getsourcelines(code)
        text = textwrap.dedent("".join(found))
        return text, first_line, ast.parse(text)
    except (OSError, TypeError, SyntaxError, RecursionError):  # typed into a plain prompt, or odd
        return "", 1, ast.parse("")


def _definition(tree: ast.Module, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return next((n for n in tree.body if isinstance(n, kinds) and n.name == name), None)


def _scope(function: Callable) -> dict[str, Any]:
    """Return the names a function sees from outside: globals, and variables around it."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
    around = {}
    for name, cell in cells:
        try:
            around[name] = cell.cell_contents
        except ValueError:  # assigned later, or never
            continue
    return {**function.__globals__, **around}


def _labels(text: str) -> Iterator[tuple[int, Label]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        found = LABEL.match(token.string) if token.type == tokenize.COMMENT else None
        if found:
            yield token.start[0], _label(found[1], found[2].strip())


def _label(step: str, said: str) -> Label:
    action, _, check = said.rpartition(";")
    if not check.rstrip().endswith("?"):
        return Label(step, said, "")
    return Label(step, action.strip(), check.strip())

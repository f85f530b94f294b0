"""List a view's source for a reader: coloured, without its docstring, its labels as numbers."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from lesson.charting.source import LABEL, Label, Source

COLOURED = {
    Keyword: "keyword",
    Operator.Word: "keyword",
    String: "string",
    Number: "number",
    Comment: "comment",
    Name.Decorator: "decorator",
}
Part = tuple[str, str]  # a kind of COLOURED or "", and the text


@dataclass(frozen=True)
class ListedLine:
    """Hold a line to show: its number in the view, the step that begins there, its coloured parts.

    `label` says what the step's comment says; `indent` is how many spaces the line begins with.
    """

    number: int
    step: str
    label: str
    indent: int
    parts: tuple[Part, ...]


def listing(source: Source) -> list[ListedLine]:
    """Return the lines of a view without its docstring and its labels, which stand beside them."""
    hidden = _docstring(source)
    listed = []
    waiting = None  # the label of a line that holds nothing else belongs to the next one
    for number, parts in zip(range(1, 1 + len(source.lines)), _coloured(source), strict=False):
        label = source.labels.get(number, waiting)
        waiting = None
        code = _code(parts)
        if number in source.labels and not code:
            waiting = label
        elif number not in hidden:
            listed.append(_listed(number, label, code))
    return listed


def _docstring(source: Source) -> range:
    """Return the lines that hold a view's docstring and nothing else."""
    function = source.function
    first = function.body[0] if function else None
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    if not is_text or not isinstance(first.value.value, str) or len(function.body) == 1:
        return range(0)
    return range(max(first.lineno, _last_of_header(source) + 1), first.end_lineno + 1)


def _last_of_header(source: Source) -> int:
    arguments = [a for a in ast.walk(source.function.args) if hasattr(a, "end_lineno")]
    return max([source.function.lineno, *(argument.end_lineno for argument in arguments)])


def _coloured(source: Source) -> Iterator[list[Part]]:
    """Yield the parts of each line; a text over several lines is split where they end."""
    line: list[Part] = []
    for kind, text in PythonLexer(stripnl=False).get_tokens("\n".join(source.lines)):
        name = _name(kind)
        first, *more = text.split("\n")
        line.append((name, first))
        for part in more:
            yield line
            line = [(name, part)]


def _name(kind: _TokenType) -> str:
    return next((name for outer, name in COLOURED.items() if kind in outer), "")


def _code(parts: list[Part]) -> list[Part]:
    """Return the parts without a label at their end, and without the space before it."""
    code = [part for part in parts if not (part[0] == "comment" and LABEL.match(part[1]))]
    while code and not code[-1][1].strip():
        code.pop()
    return code


def _listed(number: int, label: Label | None, code: list[Part]) -> ListedLine:
    text = "".join(part for _, part in code)
    indent = len(text) - len(text.lstrip())
    said = (
        f"{label.action}{'; ' * bool(label.action and label.check)}{label.check}" if label else ""
    )
    return ListedLine(number, label.step if label else "", said, indent, _dedented(code, indent))


def _dedented(code: list[Part], indent: int) -> tuple[Part, ...]:
    """Return the parts without the first `indent` characters, and neighbours of one kind joined."""
    found: list[Part] = []
    for kind, text in code:
        kept, indent = text[indent:], max(0, indent - len(text))
        if kept and found and found[-1][0] == kind:
            found[-1] = (kind, found[-1][1] + kept)
        elif kept:
            found.append((kind, kept))
    return tuple(found)

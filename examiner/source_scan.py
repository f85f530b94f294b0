"""Look in an answer's source for what reaches other people's objects: the examiner's, a library's.

A cell shares its process with the worker that holds requests and looks at what is kept. What the
exercises ask for needs no module's names, no frame, no code that stands in a text, and no change to
a library; a cell that goes for one of these is graded as any other, and read by a person before its
mark counts. In the notebook `check` says the same sentence, so that it can be taken out.
"""

import ast
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from examiner.hidden_names import (
    ATTRIBUTES,
    BUILTINS,
    CONFIGURES,
    MATCHED,
    OF_A_MODULE,
    OF_LIBRARIES,
    PLACES,
    REACHING_TEMPLATE,
    SPELLED,
    TEMPLATE,
    is_hidden,
    is_private,
    is_settable,
)
from examiner.logging_config import Configurations
from examiner.mistake import Mistake
from examiner.name_flow import REACHED, Entangled, Flow
from examiner.origins import folded
from examiner.plain_python import plain_python
from examiner.risky_calls import called, foreign, modules, names_of_all
from examiner.scopes import COMPREHENSIONS
from examiner.value_flow import followed

DEEP = "The answer is nested too deeply to be looked through."
TOLD = "Line {line} uses {what}, which reaches for what examines it."
MORE = "{count} more lines do so."
HINT = "A person will read your answer before its points count; without that, nobody needs to."
MOST_TOLD = 5  # lines that are named one by one
BY_NAME = {"getattr", "setattr", "delattr"}


@lru_cache(maxsize=16)
def reaches(source: str) -> tuple[str, ...]:
    """Return a sentence on each line of a source that reaches too far, of many the first ones.

    A source that is no Python reaches nowhere. Raises Mistake where it is nested too deeply, or
    hands its values on in too many steps, to be looked through.
    """
    try:
        tree = ast.parse(source)
        found = list(_found(tree))
    except (SyntaxError, ValueError):
        return ()
    except (RecursionError, MemoryError, Entangled):  # the worker may still bear it
        raise Mistake(DEEP) from None
    lines: dict[int, str] = {}
    for line, what in sorted(found):
        lines.setdefault(line, what)
    told = [TOLD.format(line=line, what=what) for line, what in lines.items()]
    more = len(told) - MOST_TOLD
    return (*told[:MOST_TOLD], *([MORE.format(count=more)] if more > 0 else []))


def told_before(source: str) -> tuple[str, ...]:
    """Return what a student reads before handing a cell in: why a person will have to read it."""
    try:
        told = reaches(plain_python(source).text)
    except Mistake as error:
        told = (str(error),)
    return (*told, HINT) if told else ()


def _found(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and name of each thing that reaches too far."""
    _read_annotations(tree)
    search = _Search(followed(tree))
    for node in search.flow.nodes:
        looked = _LOOKED_AT.get(type(node))
        for what in looked(search, node) if looked else ():
            yield node.lineno, what


def _read_annotations(tree: ast.Module) -> None:
    """Put what stands in annotations as text into the tree: a library may run it."""
    for node in list(ast.walk(tree)):
        for name in ("annotation", "returns"):
            value = getattr(node, name, None)
            if isinstance(value, ast.expr):
                setattr(node, name, _spelled_out(value))


def _spelled_out(value: ast.expr) -> ast.expr:
    """Return an annotation, followed by what is spelled in the texts that it has in it."""
    read = []
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                inner = ast.parse(node.value.strip(), mode="eval").body
            except (SyntaxError, ValueError):
                continue
            for each in ast.walk(inner):
                if hasattr(each, "lineno"):
                    ast.copy_location(each, value)
            read.append(inner)
    whole = ast.Tuple([value, *read], ast.Load())
    return ast.copy_location(whole, value) if read else value


class _Search:
    """Hold what the search goes by: a source's flow, and where its nodes stand."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.harmless: set[int] = set()
        self.configurations = Configurations(flow.nodes)
        for node in flow.nodes:
            self.harmless.update(map(id, _harmless_in(node)))


def _harmless_in(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a node that are no sign of anything as they stand there."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        if any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides):
            yield from sides
    elif isinstance(node, ast.Expr):  # a docstring, or a text that nobody uses
        yield node.value
    elif isinstance(node, ast.Call):
        yield node.func


def _imported(search: _Search, node: ast.Import) -> Iterator[str]:
    for alias in node.names:
        if alias.name == "examiner" or is_hidden(alias.name):
            yield alias.name


def _imported_from(search: _Search, node: ast.ImportFrom) -> Iterator[str]:
    for alias in node.names:
        path = f"{node.module}.{alias.name}"
        named = alias.name in ATTRIBUTES and path != CONFIGURES
        known = named or path == "examiner.*" or is_private(path)
        if known or is_hidden(node.module if alias.name == "*" and node.module else path):
            yield path


def _named(search: _Search, node: ast.Name) -> Iterator[str]:
    loaded = isinstance(node.ctx, ast.Load)
    if loaded:
        yield from filter(is_hidden, foreign(search.flow, node))
        if CONFIGURES in foreign(search.flow, node) and not search.configurations.is_plain(node):
            yield CONFIGURES
    if search.flow.is_rebound(node):
        return
    if node.id in OF_A_MODULE or (loaded and node.id in BUILTINS):
        yield node.id
    elif loaded and node.id in BY_NAME and id(node) not in search.harmless:
        yield f"{node.id} without a call"


def _taken(search: _Search, node: ast.Attribute) -> Iterator[str]:
    """Yield an attribute that leads to other people's objects, or sets one of theirs."""
    others = foreign(search.flow, node.value)
    reached = REACHED in search.flow.of(node.value)
    paths = [path for path in foreign(search.flow, node) if is_hidden(path)]
    private = [path for path in foreign(search.flow, node) if is_private(path)]
    if node.attr in ATTRIBUTES and not _configures(search, node):
        yield node.attr
    elif paths or private:
        yield min([*paths, *private])
    elif node.attr in OF_LIBRARIES and (others or reached):
        yield node.attr
    if isinstance(node.ctx, ast.Load):
        return
    if reached or not all(is_settable(f"{path}.{node.attr}") for path in others):
        yield f"….{node.attr} = …"
    elif node.attr == MATCHED:
        yield node.attr


def _configures(search: _Search, node: ast.Attribute) -> bool:
    """Return whether it is dictConfig, called with what can be read."""
    named = CONFIGURES in foreign(search.flow, node)
    return named and search.configurations.is_plain(node)


def _text(search: _Search, node: ast.expr) -> Iterator[str]:
    """Yield what a text spells that only leads to other people's objects."""
    value = folded(node)
    if value is None or id(node) in search.harmless:
        return
    text = value if isinstance(value, str) else value.decode("latin-1")
    yield from (place for place in PLACES if place in text)
    if TEMPLATE.search(text) and REACHING_TEMPLATE.search(text):
        yield "a template that takes attributes"
    elif spelled := SPELLED.search(text):
        yield f"the text {spelled[0]}"


def _pattern(search: _Search, node: ast.MatchClass) -> Iterator[str]:
    yield from (name for name in node.kwd_attrs if name in ATTRIBUTES | OF_LIBRARIES)


def _defined(search: _Search, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    if node.name in ("__reduce__", "__reduce_ex__"):
        yield node.name


def _class(search: _Search, node: ast.ClassDef) -> Iterator[str]:
    """Yield __match_args__ where a class does not spell it out in its body."""
    for statement in node.body:
        targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
        named = any(getattr(target, "id", "") == MATCHED for target in targets)
        if named and not _is_spelled_out(getattr(statement, "value", None)):
            yield MATCHED
    for keyword in node.keywords:
        yield from modules(search.flow.of(keyword.value))


def _is_spelled_out(value: ast.AST | None) -> bool:
    texts = value.elts if isinstance(value, ast.Tuple) else [None]
    return all(isinstance(getattr(each, "value", None), str) for each in texts)


def _call(search: _Search, node: ast.Call) -> Iterator[str]:
    yield from called(search.flow, node)


def _given_back(search: _Search, node: ast.Return | ast.Yield) -> Iterator[str]:
    """Yield a module that a function gives to whom nobody sees: by an operator or a decorator."""
    function = search.flow.around(node)
    unseen = getattr(function, "name", "").startswith("__")
    if unseen or getattr(function, "decorator_list", ()):
        yield from modules(search.flow.of(node.value))


def _subscript(search: _Search, node: ast.Subscript) -> Iterator[str]:
    yield from names_of_all(search.flow, node)
    yield from modules(search.flow.of(node.slice))


def _all_of(search: _Search, node: ast.AST) -> Iterator[str]:
    yield from names_of_all(search.flow, node)


def _comprehension(search: _Search, node: ast.AST) -> Iterator[str]:
    for each in node.generators:
        yield from names_of_all(search.flow, each)


_LOOKED_AT: dict[type[ast.AST], Callable[[_Search, Any], Iterator[str]]] = {
    ast.Import: _imported,
    ast.ImportFrom: _imported_from,
    ast.Name: _named,
    ast.Attribute: _taken,
    ast.Constant: _text,
    ast.BinOp: _text,
    ast.MatchClass: _pattern,
    ast.FunctionDef: _defined,
    ast.AsyncFunctionDef: _defined,
    ast.ClassDef: _class,
    ast.Call: _call,
    ast.Subscript: _subscript,
    **dict.fromkeys((ast.Return, ast.Yield), _given_back),
    **dict.fromkeys((ast.For, ast.Starred), _all_of),
    **dict.fromkeys(COMPREHENSIONS, _comprehension),
}

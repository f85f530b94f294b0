"""What an expression of a source may stand for, by what it consists of; nothing is run."""

import ast
from collections.abc import Callable
from functools import lru_cache

from examiner.hidden_names import (
    ATTRIBUTES,
    GIVES,
    MATCHED,
    NO_CONTAINERS,
    OF_LIBRARIES,
    is_module,
    is_settable,
    normal,
)
from examiner.name_flow import (
    BEGUN,
    BYTES,
    COMPUTED,
    GLOBALS,
    NOTHING,
    REACHED,
    TEXT,
    WORDS,
    Flow,
    Origins,
)
from examiner.scopes import COMPREHENSIONS

LONGEST = 5  # parts of a path
# What makes packed bytes of a text or of numbers, from which pickle makes objects.
PACKERS = {"encode", "fromhex", "to_bytes", "decompress", "builtin.bytes", "builtin.bytearray"}
PACKERS |= {f"base64.{name}decode" for name in ("a85", "b16", "b32", "b64", "b85", "urlsafe_b64")}
PACKERS |= {"codecs.encode", "struct.pack"}
PACKERS |= {"binascii.unhexlify", "binascii.a2b_hex", "binascii.a2b_base64"}
# What hands on what it is given, whole or piece by piece.
PASSING = {
    f"builtin.{name}"
    for name in (
        *("dict", "enumerate", "filter", "frozenset", "iter", "list", "map", "max", "min"),
        *("next", "reversed", "set", "sorted", "tuple", "zip"),
    )
}
TRACEBACKS = {"sys.exc_info", "sys.last_traceback", "sys.last_exc"}


def folded(node: ast.AST) -> str | bytes | None:
    """Return the text that an expression of constants is, as in "a" + "b"; None for any other."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str | bytes) else None
    parts: list[ast.AST] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts.append(node.right)
        node = node.left
    values = [getattr(part, "value", None) for part in [node, *reversed(parts)]]
    for kind in (str, bytes):
        if parts and all(isinstance(value, kind) for value in values):
            return kind().join(values)
    return None


def _whole(flow: Flow, node: ast.AST) -> Origins:
    """Return the origins of all that an expression consists of."""
    return NOTHING.union(*(flow.of(child) for child in ast.iter_child_nodes(node)))


def _nothing(flow: Flow, node: ast.AST) -> Origins:
    return NOTHING


def _constant(flow: Flow, node: ast.Constant) -> Origins:
    kinds = {str: frozenset({TEXT}), bytes: frozenset({BYTES})}
    return kinds.get(type(node.value), NOTHING)


def _name(flow: Flow, node: ast.Name) -> Origins:
    return flow.read(node) if isinstance(node.ctx, ast.Load) else NOTHING


def _attribute(flow: Flow, node: ast.Attribute) -> Origins:
    found = set(flow.attribute(node.attr))
    if node.attr == "__traceback__":
        found.add(REACHED)
    for origin in flow.of(node.value):
        found |= {part(origin, node.attr)} - {""}
    return frozenset(found)


@lru_cache(maxsize=10_000)
def part(origin: str, name: str) -> str:
    """Return the origin of an attribute; "" where it is the source's own or unknown."""
    if origin in (TEXT, BEGUN, COMPUTED):
        return TEXT if name in ("split", "splitlines") and origin == TEXT else COMPUTED
    if origin in WORDS:
        return origin
    if "#" in origin:
        return ""
    if name == "__class__":
        return class_of(origin)
    if origin.endswith("?"):
        return origin
    if "(" in origin or is_settable(origin):
        return f"{origin.partition('(')[0]}().?"
    if name in GIVES and is_module(origin) and f"{origin}.{name}" not in NO_CONTAINERS:
        return origin  # of what holds that module
    path = normal(f"{origin}.{name}")
    return path if path.count(".") < LONGEST else f"{origin}.?"


def class_of(origin: str) -> str:
    """Return the origin of an object's class; "" where it is none of other people's."""
    if "#" in origin or origin in WORDS:
        return ""
    return origin.replace("()", "") if "(" in origin else "builtin.type"


def _subscript(flow: Flow, node: ast.Subscript) -> Origins:
    found = flow.of(node.value)
    if GLOBALS in found:
        return flow.module_name(folded(node.slice))
    sliced = isinstance(node.slice, ast.Slice) and found & {TEXT, BEGUN}
    return found | {COMPUTED} if sliced else found


def _joined(flow: Flow, node: ast.JoinedStr) -> Origins:
    first = node.values[0] if node.values else None
    if all(isinstance(value, ast.Constant) for value in node.values):
        return frozenset({TEXT})
    return frozenset({BEGUN if _is_harmless_begin(first) else COMPUTED})


def _is_harmless_begin(node: ast.AST | None) -> bool:
    """Return whether a text begins as no name does that leads to other people's objects."""
    begin = getattr(node, "value", None)
    hidden = ATTRIBUTES | OF_LIBRARIES | {MATCHED}
    return isinstance(begin, str) and not any(name.startswith(begin) for name in hidden)


def is_spelled_out(origins: Origins) -> bool:
    """Return whether a name leads nowhere: it stands in the source, or its beginning does."""
    return bool(origins) and origins <= {TEXT, BEGUN}


def _sum(flow: Flow, node: ast.BinOp) -> Origins:
    found = flow.of(node.left) | flow.of(node.right)
    if folded(node) is not None or not found & {TEXT, BEGUN, COMPUTED}:
        return found
    begun = _is_harmless_begin(node.left) or flow.of(node.left) == {BEGUN}
    return frozenset({BEGUN}) if begun and isinstance(node.op, ast.Add) else found | {COMPUTED}


def _comprehension(flow: Flow, node: ast.AST) -> Origins:
    for each in node.generators:
        flow.bind(each.target, flow.of(each.iter))
    made = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
    return NOTHING.union(*map(flow.of, made))


def bind_defaults(flow: Flow, node: ast.AST) -> None:
    """Let the parameters of a function have the origins of their default values."""
    given = node.args
    placed = [*given.posonlyargs, *given.args]
    pairs = list(zip(reversed(placed), reversed(given.defaults), strict=False))
    pairs += [pair for pair in zip(given.kwonlyargs, given.kw_defaults, strict=True) if pair[1]]
    for each, value in pairs:
        flow.name(each, each.arg, flow.of(value))


def _lambda(flow: Flow, node: ast.Lambda) -> Origins:
    bind_defaults(flow, node)
    flow.returned(node.body, flow.of(node.body))
    return frozenset({flow.origin(node)})


def _walrus(flow: Flow, node: ast.NamedExpr) -> Origins:
    flow.bind(node.target, flow.of(node.value))
    return flow.of(node.value)


def _yield(flow: Flow, node: ast.Yield | ast.YieldFrom) -> Origins:
    flow.returned(node, flow.of(node.value))
    return NOTHING


def _call(flow: Flow, node: ast.Call) -> Origins:
    found: set[str] = set()
    for origin in flow.of(node.func):
        if "#" in origin:
            flow.enter(origin, node)
            found |= flow.results(origin)
        else:
            found |= _returned(flow, node, origin)
    if isinstance(node.func, ast.Attribute) and node.func.attr in PACKERS:
        found.add(BYTES)
    return frozenset(found)


def _returned(flow: Flow, node: ast.Call, origin: str) -> set[str]:
    """Return the origins of what a call of other people's brings."""
    given = [value.value if isinstance(value, ast.Starred) else value for value in node.args]
    first = flow.of(given[0]) if given else NOTHING
    if origin == GLOBALS:
        return set(flow.module_name(folded(given[0]))) if given else {GLOBALS}
    if origin in WORDS or is_module(origin):
        return {origin}
    if origin == "signal.signal":
        for handler in flow.of(given[-1]) if given else ():
            if "def#" in handler:
                flow.reach(handler)
    if origin in PASSING:
        return set(NOTHING.union(*map(flow.of, given)))
    if origin == "builtin.type" and len(given) == 1:
        return set(map(class_of, first)) - {""}
    if origin == "builtin.getattr" and len(given) > 1:
        return _got(flow, given)
    if origin in ("builtin.globals", "builtin.locals") or (origin == "builtin.vars" and not given):
        return {GLOBALS}
    if origin in TRACEBACKS:
        return {REACHED}
    if origin in PACKERS:
        return {BYTES}
    return {origin} if "(" in origin else {f"{origin}()"}


def _got(flow: Flow, given: list[ast.expr]) -> set[str]:
    """Return the origins of what getattr(object, name) brings."""
    default = set(NOTHING.union(*map(flow.of, given[2:])))
    name = folded(given[1])
    if isinstance(name, str):
        found = {part(origin, name) for origin in flow.of(given[0])} - {""}
        return default | found | flow.attribute(name)
    return default if is_spelled_out(flow.of(given[1])) else default | {REACHED}


_EXPRESSIONS: dict[type[ast.AST], Callable[[Flow, ast.AST], Origins]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.JoinedStr: _joined,
    ast.BinOp: _sum,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Call: _call,
    ast.Compare: _nothing,
    ast.UnaryOp: _nothing,
    ast.FormattedValue: _nothing,
    **dict.fromkeys(COMPREHENSIONS, _comprehension),
}


def learn(flow: Flow, node: ast.expr) -> None:
    """Let an expression have the origins that follow from those of what it consists of."""
    flow.learn(node, _EXPRESSIONS.get(type(node), _whole)(flow, node))

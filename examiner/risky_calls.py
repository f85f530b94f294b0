"""Which calls of a source reach other people's objects, by what is called and what it is given."""

import ast
from collections.abc import Iterator

from examiner.hidden_names import (
    ATTRIBUTES,
    TEMPLATE_FILES,
    TEMPLATES,
    is_hidden,
    is_module,
    is_settable,
    normal,
)
from examiner.name_flow import (
    BYTES,
    GLOBALS,
    REACHED,
    TEXT,
    WORDS,
    Flow,
    Origins,
)
from examiner.origins import folded, is_spelled_out

# Builtins that hand nothing on of what they are given, or only what is looked at anyway.
KEEPING = {
    f"builtin.{name}"
    for name in ("bool", "delattr", "dir", "getattr", "hasattr", "id", "isinstance", "print")
} | {f"builtin.{name}" for name in ("repr", "str")}
HANDED_ON = "the module {} handed on"
KEYED = {"get", "pop", "setdefault"}
ONE_NAME = {"update", "keys", *KEYED}
READS_NAMES = {"operator.attrgetter", "operator.methodcaller"}
UNPICKLES = {"pickle.load", "pickle.loads"}
RUNS_TEXT = {"timeit.timeit", "timeit.repeat", "timeit.Timer"}
OF_TESTS = {"argv", "buffer", "catchbreak", "exit", "failfast", "verbosity", "warnings"}
SETTERS = {"__setattr__", "__delattr__"}


def foreign(flow: Flow, node: ast.AST) -> Origins:
    """Return the origins of an expression that are other people's own, and no instances."""
    found = flow.of(node) - WORDS
    return frozenset(each for each in found if "#" not in each and "(" not in each)


def called(flow: Flow, node: ast.Call) -> Iterator[str]:
    """Yield the name of a call that reaches too far."""
    paths = {normal(path) for path in foreign(flow, node.func)}
    for path in sorted(paths):
        yield from _by_path(flow, node, path)
    if isinstance(node.func, ast.Attribute):
        yield from _by_attribute(flow, node, node.func.attr)
    yield from _template(flow, node, paths)
    if not paths <= KEEPING or not paths:
        yield from _handed_on(flow, node)
    yield from _answered(flow, node)


def names_of_all(flow: Flow, node: ast.AST) -> Iterator[str]:
    """Yield globals() where more is taken of it than a name that stands there."""
    if isinstance(node, ast.Subscript):
        computed = GLOBALS in flow.of(node.value) and not is_spelled_out(flow.of(node.slice))
    else:
        computed = GLOBALS in flow.of(getattr(node, "iter", None) or getattr(node, "value", None))
    if computed:
        yield GLOBALS


def _by_path(flow: Flow, node: ast.Call, path: str) -> Iterator[str]:
    """Yield what is called by a path that is other people's."""
    given = node.args
    name = path.rpartition(".")[2]
    if path in ("builtin.getattr", "builtin.setattr", "builtin.delattr"):
        yield from _attribute(flow, node, name)
    elif path == "builtin.vars" and given and _is_others(flow, given[0]):
        yield "vars()"
    elif path in READS_NAMES:
        yield from _reads(flow, node, name)
    elif path in UNPICKLES and given and BYTES in flow.of(given[0]):
        yield f"{path}() of packed bytes"
    elif path in RUNS_TEXT and _runs_text(flow, node):
        yield f"{path}() of a text"
    elif path == "unittest.main" and not _runs_own_tests(node):
        yield "unittest.main() of other tests"


def _reads(flow: Flow, node: ast.Call, name: str) -> Iterator[str]:
    """Yield attrgetter() or methodcaller() of a name that does not stand there, or should not."""
    named = node.args[:1] if name == "methodcaller" else node.args
    spelled = [folded(each) for each in named]
    parts = {part for each in spelled for part in str(each).split(".")}
    if parts & ATTRIBUTES or not _are_texts(flow, named):
        yield f"{name}() of {min(parts & ATTRIBUTES, default='a computed name')}"


def _attribute(flow: Flow, node: ast.Call, name: str) -> Iterator[str]:
    """Yield getattr(), setattr() or delattr() of what is other people's, or may lead to it."""
    if len(node.args) < 2 or any(isinstance(each, ast.Starred) for each in node.args):
        yield f"{name}()"
        return
    whose, named = node.args[:2]
    spelled = folded(named)
    if spelled in ATTRIBUTES or any(map(is_hidden, foreign(flow, node))):
        yield f"{name}() of {spelled}"
    elif spelled is None and _is_open(flow, whose, named, name):
        yield f"{name}() with a computed name"
    elif name != "getattr" and not _may_be_set(flow, whose, str(spelled)):
        yield f"{name}()"


def _is_open(flow: Flow, whose: ast.AST, named: ast.AST, name: str) -> bool:
    """Return whether a name that does not stand there may lead from an object to others."""
    origins, spelled = flow.of(whose), is_spelled_out(flow.of(named))
    if foreign(flow, whose):
        return True
    is_risky = _is_function(origins) or REACHED in origins
    return not spelled and (is_risky or (name != "getattr" and _is_own_class(origins)))


def _is_others(flow: Flow, node: ast.AST) -> bool:
    return bool(foreign(flow, node)) or REACHED in flow.of(node)


def _is_function(origins: Origins) -> bool:
    return any(origin.startswith("def#") for origin in origins)


def _is_own_class(origins: Origins) -> bool:
    return any(origin.startswith("class#") for origin in origins)


def _may_be_set(flow: Flow, whose: ast.AST, name: str) -> bool:
    paths = foreign(flow, whose)
    settable = all(is_settable(f"{path}.{name}") for path in paths)
    return settable and REACHED not in flow.of(whose)


def _are_texts(flow: Flow, given: list[ast.expr]) -> bool:
    """Return whether all of it stands in the source as it is."""
    return all(folded(each) is not None or flow.of(each) == {TEXT} for each in given)


def _runs_text(flow: Flow, node: ast.Call) -> bool:
    """Return whether timeit gets anything but a function of the source's own."""
    own = [_is_function(flow.of(each)) for each in node.args[:1]]
    named = {keyword.arg for keyword in node.keywords}
    return len(node.args) > 1 or own != [True] or not named <= {"number", "repeat", "timer"}


def _runs_own_tests(node: ast.Call) -> bool:
    argv = [keyword.value for keyword in node.keywords if keyword.arg == "argv"]
    spelled = all(isinstance(each, ast.List) and _texts(each) for each in argv)
    return not node.args and spelled and {each.arg for each in node.keywords} <= OF_TESTS


def _texts(node: ast.List) -> bool:
    return all(isinstance(folded(each), str) for each in node.elts)


def _by_attribute(flow: Flow, node: ast.Call, name: str) -> Iterator[str]:
    """Yield a method that sets what is other people's, or takes a computed name of globals()."""
    value = node.func.value
    sets = name in SETTERS and any(_is_others(flow, each) for each in node.args)
    by_text = name == "from_object" and not any(_is_own_class(flow.of(e)) for e in node.args)
    if sets or by_text:
        yield f"{name}()"
    elif GLOBALS in flow.of(value):
        keyed = name in KEYED and not all(is_spelled_out(flow.of(key)) for key in node.args[:1])
        if keyed or name not in ONE_NAME:
            yield GLOBALS


def _template(flow: Flow, node: ast.Call, paths: set[str]) -> Iterator[str]:
    """Yield a template whose text does not stand in the source."""
    names = {getattr(node.func, "attr", ""), *paths, *(path.rpartition(".")[2] for path in paths)}
    if names & TEMPLATE_FILES and paths:
        yield f"{min(names & TEMPLATE_FILES)}()"
    elif names & TEMPLATES and not _is_function(flow.of(node.func)):
        given = [*node.args[:1], *(each.value for each in node.keywords if each.arg == "source")]
        loaded = [text for each in given for text in getattr(each, "values", [each])]
        if not _are_texts(flow, loaded):
            yield "a computed template"


def _handed_on(flow: Flow, node: ast.Call) -> Iterator[str]:
    """Yield a module, or all names, that are given to what is not the source's own."""
    if any("#" in origin for origin in flow.of(node.func)):
        return
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    if any(BYTES in flow.of(each) for each in given):
        paths = {path for each in given for path in foreign(flow, each)}
        yield from (f"{path} of packed bytes" for path in paths & UNPICKLES)
    # What setattr() or type() get first is looked at by itself.
    whole = not flow.of(node.func) & {"builtin.setattr", "builtin.type"}
    builds = any(path.endswith(".build_app") for path in flow.of(node.func))
    for each in given:
        if GLOBALS in flow.of(each) and not builds:
            yield GLOBALS
        for path in foreign(flow, each):
            if is_module(path) and (whole or each is not given[0]):
                yield HANDED_ON.format(normal(path))
            elif normal(path) in READS_NAMES | RUNS_TEXT:
                yield f"{path} handed on"


def _answered(flow: Flow, node: ast.Call) -> Iterator[str]:
    """Yield a module that a function gives to whoever calls it, where that is not the source."""
    if any("#" in origin for origin in flow.of(node.func)):
        return
    for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
        for origin in flow.of(value):
            yield from modules(flow.results(origin))


def modules(origins: Origins) -> Iterator[str]:
    """Yield each module among these origins, as handed on."""
    plain = (each for each in origins - WORDS if "#" not in each and "(" not in each)
    yield from (HANDED_ON.format(normal(path)) for path in plain if is_module(path))

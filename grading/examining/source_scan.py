"""Look in an answer's source for what reaches behind the exercise, to the process that examines it.

A cell shares its process with the worker that holds requests and looks at what is kept. The audit
hook there stops the known ways; what looks for others is not graded but read by a person. No right
or wrong solution of the exercises does any of this.
"""

import ast
from collections.abc import Iterator

MODULES = {
    *(
        "__main__",
        "_ctypes",
        "_thread",
        "bdb",
        "builtins",
        "cffi",
        "code",
        "codeop",
        "ctypes",
        "dis",
    ),
    *("faulthandler", "gc", "importlib", "inspect", "marshal", "mock", "pdb", "pkgutil"),
    *("ptrace", "runpy", "site", "sysconfig", "time_machine", "trace", "tracemalloc", "unittest"),
    *("psutil", "_testcapi", "_xxsubinterpreters"),
}
GIVEN = {"examiner.workbench", "examiner.vault"}
# Builtins, when called by their bare name: re.compile() is another matter.
BARE = {"__import__", "breakpoint", "compile", "eval", "exec", "__builtins__", "__loader__"}
NAMES = {
    *("__bases__", "__builtins__", "__closure__", "__code__", "__getattribute__", "__globals__"),
    *("__loader__", "__mro__", "__spec__", "__subclasses__", "__traceback__", "_current_frames"),
    *("_getframe", "addaudithook", "ag_frame", "attrgetter", "cell_contents", "cr_frame"),
    *("currentframe", "f_back", "f_builtins", "f_globals", "f_locals", "f_trace", "f_trace_lines"),
    *("get_objects", "get_referents", "get_referrers", "gettrace", "gi_frame", "methodcaller"),
    *("setprofile", "setswitchinterval", "settrace", "tb_frame", "walk_stack", "walk_tb"),
    *("view_functions", "wsgi_app"),
}
# Ordinary words, but for a library's.
OF_LIBRARIES = {"__dict__", "dup", "dup2", "meta_path", "modules", "path_hooks", "receivers"}
SETTERS = {"__delattr__", "__setattr__"}
BY_NAME = {"getattr", "setattr", "delattr", "hasattr"}
PLACES = ("/proc/", "/sockets", "/dev/fd")
OWN_STATE = {"g", "request", "session"}  # of Flask, for a view to write to
DEEP = "The answer is nested too deeply to be looked through: read it, then regrade --as-read."
TOLD = (
    "Line {line} uses {what}, which reaches for what examines it: read it, then regrade --as-read."
)


def reaches(source: str) -> str | None:
    """Return a sentence on the first thing in a source that reaches too far, or None.

    A source that is no Python reaches nowhere.
    """
    try:
        tree = ast.parse(source)
        found = min(_Search(tree).found(), default=None)
    except (SyntaxError, ValueError):
        return None
    except (RecursionError, MemoryError):  # the worker may still bear it
        return DEEP
    return TOLD.format(line=found[0], what=found[1]) if found else None


class _Search:
    """Walk one tree; `_foreign` are the names that stand for other people's modules and classes."""

    def __init__(self, tree: ast.Module) -> None:
        self._nodes = list(ast.walk(tree))
        self._foreign = set(self._imported())
        for node in self._nodes:  # E = threading.Event
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if node.value and self._is_foreign(node.value):
                    self._foreign |= {t.id for t in targets if isinstance(t, ast.Name)}

    def found(self) -> Iterator[tuple[int, str]]:
        """Yield line and name of each thing that reaches too far."""
        called = {id(node.func) for node in self._nodes if isinstance(node, ast.Call)}
        for node in self._nodes:  # change = setattr
            if isinstance(node, ast.Name) and node.id in BY_NAME and id(node) not in called:
                yield node.lineno, node.id
        for node in self._nodes:
            for what in self._at(node):
                yield node.lineno, what

    def _at(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if _hidden(alias.name))
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name for name in names if _hidden(name) and node.module not in GIVEN)
            reaching = NAMES | OF_LIBRARIES
            yield from (alias.name for alias in node.names if alias.name in reaching)
        elif isinstance(node, ast.Name | ast.Attribute):
            yield from self._used(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (place for place in PLACES if place in node.value)
        elif isinstance(node, ast.MatchClass):
            yield from (name for name in node.kwd_attrs if name in NAMES)
        elif isinstance(node, ast.Call):
            yield from self._called(node)

    def _used(self, node: ast.Name | ast.Attribute) -> Iterator[str]:
        name = node.id if isinstance(node, ast.Name) else node.attr
        if name in (BARE if isinstance(node, ast.Name) else NAMES):
            yield name
        if name in OF_LIBRARIES and self._is_foreign(node):
            yield name
        if (
            isinstance(node, ast.Attribute)
            and _is(node.value, "examiner")
            and _hidden(f"examiner.{name}")
        ):
            yield f"examiner.{name}"
        is_set = isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
        if is_set and self._is_foreign(node.value):
            yield f"….{name} = …"

    def _called(self, node: ast.Call) -> Iterator[str]:
        """Yield what computes an attribute's name, unpacks given bytes, or alters a library."""
        unpacks = isinstance(node.func, ast.Attribute) and node.func.attr == "loads"
        if unpacks and node.args and isinstance(getattr(node.args[0], "value", None), bytes):
            yield "loads()"
        if isinstance(node.func, ast.Attribute) and node.func.attr in SETTERS:
            yield from (f"{node.func.attr}()" for value in node.args if self._is_foreign(value))
        if _is(node.func, "vars") and node.args and self._is_foreign(node.args[0]):
            yield "vars()"
        if not (isinstance(node.func, ast.Name) and node.func.id in BY_NAME and node.args):
            return
        named = node.args[1] if len(node.args) > 1 else None
        constant = isinstance(named, ast.Constant) and isinstance(named.value, str)
        alters = node.func.id in ("setattr", "delattr") and self._is_foreign(node.args[0])
        if alters or not constant or named.value in NAMES:
            yield f"{node.func.id}()"

    def _imported(self) -> Iterator[str]:
        for node in self._nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                given = OWN_STATE if getattr(node, "module", "") == "flask" else set()
                for alias in node.names:
                    if alias.name not in given:
                        yield (alias.asname or alias.name).partition(".")[0]

    def _is_foreign(self, value: ast.expr) -> bool:
        """Return whether an expression is an imported name, or an attribute of one."""
        if isinstance(value, ast.Attribute) and value.attr in OWN_STATE:
            return False
        while isinstance(value, ast.Attribute):
            value = value.value
        return isinstance(value, ast.Name) and value.id in self._foreign


def _is(value: ast.expr, name: str) -> bool:
    return isinstance(value, ast.Name) and value.id == name


def _hidden(name: str) -> bool:
    """Return whether a module is none that an answer needs."""
    top = name.partition(".")[0]
    if top == "examiner":
        return not any(name == given or name.startswith(f"{given}.") for given in GIVEN)
    return top in MODULES or name in MODULES

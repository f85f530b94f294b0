"""Tell which calls of a cell touch nothing that another thread could see or change.

A hash of a token, a random text, the time, what the workbench gives, and functions of the cell's
own that do no more than that: whether another thread passes before such a call or behind it makes
no difference. Where a name could mean something else than it says, nothing is taken for granted.
"""

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cached_property

# Module, class or object → what of it is pure; None for all of it.
PURE: dict[str, frozenset[str] | None] = {
    "base64": frozenset({"b64decode", "b64encode", "urlsafe_b64decode", "urlsafe_b64encode"}),
    "datetime": None,
    "datetime.datetime": None,
    "datetime.timezone": None,
    "examiner.workbench": frozenset(
        {"SESSION_LIFETIME", "new_access_token", "refuse", "sent_token"}
    ),
    "examiner.workbench.clock": frozenset({"now"}),
    "examiner.workbench.users": frozenset({"is_active", "role"}),
    "flask": frozenset({"jsonify"}),
    "hashlib": frozenset(
        {
            *("blake2b", "blake2s", "md5", "new", "pbkdf2_hmac", "scrypt", "sha1", "sha224"),
            *("sha256", "sha384", "sha3_224", "sha3_256", "sha3_384", "sha3_512", "sha512"),
        }
    ),
    "hmac": frozenset({"compare_digest", "digest", "new"}),
    "secrets": frozenset({"compare_digest", "token_bytes", "token_hex", "token_urlsafe"}),
    "time": frozenset({"monotonic", "time", "time_ns"}),
    "uuid": frozenset({"uuid1", "uuid4"}),
}
# Of texts, bytes, hashes and times, which nobody can change.
METHODS = frozenset(
    {
        *("decode", "digest", "encode", "endswith", "hex", "hexdigest", "isoformat", "lower"),
        *("removeprefix", "startswith", "strip", "timestamp", "total_seconds", "upper"),
    }
)
# By these, a name can come to mean something else without being written down.
RENAMING = frozenset(
    {
        *("__dict__", "__getattr__", "__getattribute__", "__globals__", "__setattr__", "compile"),
        *("delattr", "eval", "exec", "globals", "importlib", "locals", "modules", "patch"),
        *("setattr", "vars", "*"),
    }
)
# An expression of these alone, and of names, touches nothing but those.
PLAIN = (
    *(ast.Constant, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Compare, ast.IfExp, ast.Tuple),
    *(ast.List, ast.JoinedStr, ast.FormattedValue),
    *(ast.expr_context, ast.boolop, ast.unaryop, ast.operator, ast.cmpop),
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
NAMING_NO_VARIABLE = (ast.alias, ast.Attribute, ast.keyword)
JUDGED = (ast.If, ast.Assign, ast.AugAssign, ast.Return, ast.Expr, ast.Pass)


class PureCalls:
    """Judge the expressions of one tree; `tree` is not altered before."""

    def __init__(self, tree: ast.AST) -> None:
        self._nodes = list(ast.walk(tree))
        self._origins = {} if self._may_rename() else self._bound_once()
        for name in self._handed_on():
            del self._origins[name]
        self._methods = METHODS - set(self._given_to_objects())
        self._constants: frozenset[str] = frozenset()
        self._functions: frozenset[str] = frozenset()
        while (found := (self._unchanged(), self._calling_nothing_else())) != self._found():
            self._constants, self._functions = found

    def is_own(self, value: ast.AST, own: Collection[str]) -> bool:
        """Return whether an expression touches nothing but the variables `own` of its function."""
        if isinstance(value, ast.Name):
            return value.id in own or value.id in self._constants or self._is_pure(value)
        if isinstance(value, ast.Call):
            return self.is_pure_call(value, own)
        if isinstance(value, ast.Attribute):
            made = isinstance(value.value, ast.Call) and self.is_pure_call(value.value, own)
            return self._is_pure(value) or made
        return isinstance(value, PLAIN) and all(
            self.is_own(part, own) for part in ast.iter_child_nodes(value)
        )

    def is_pure_call(self, call: ast.Call, own: Collection[str]) -> bool:
        """Return whether a call, with its arguments, touches nothing but variables of `own`."""
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        return self._is_callee(call.func, own) and all(self.is_own(a, own) for a in arguments)

    def is_idle(self, statement: ast.stmt, own: Collection[str]) -> bool:
        """Return whether a statement, but for others in it, does nothing that others notice."""
        if isinstance(statement, ast.If | ast.While):
            return self.is_own(statement.test, own)
        if isinstance(statement, ast.Assign):
            return all(self.is_own(part, own) for part in [statement.value, *statement.targets])
        if isinstance(statement, ast.AugAssign):
            return self.is_own(statement.value, own) and self.is_own(statement.target, own)
        if isinstance(statement, ast.Return | ast.Expr):
            return statement.value is None or self.is_own(statement.value, own)
        return isinstance(statement, ast.Pass)

    @cached_property
    def called(self) -> frozenset[str]:
        """Return the names that are called somewhere."""
        calls = (node.func for node in self._nodes if isinstance(node, ast.Call))
        return frozenset(function.id for function in calls if isinstance(function, ast.Name))

    def _is_callee(self, function: ast.expr, own: Collection[str]) -> bool:
        if isinstance(function, ast.Name) and function.id in self._functions:
            return True
        if isinstance(function, ast.Attribute) and function.attr in self._methods:
            return self.is_own(function.value, own)
        return self._is_pure(function)

    def _is_pure(self, value: ast.expr) -> bool:
        """Return whether a name, or what is taken of it, is something pure of a library."""
        container, _, name = self._origin(value).rpartition(".")
        members = PURE.get(container, frozenset())
        return members is None or name in members

    def _origin(self, value: ast.expr) -> str:
        """Return where something comes from, such as "hashlib.sha256"; "" for what is not known."""
        if isinstance(value, ast.Attribute):
            container = self._origin(value.value)
            return container and f"{container}.{value.attr}"
        return self._origins.get(value.id, "") if isinstance(value, ast.Name) else ""

    def _may_rename(self) -> bool:
        """Return whether a name could come to mean something else out of sight."""
        return not RENAMING.isdisjoint(text for node in self._nodes for text in _texts_of(node))

    def _bound_once(self) -> dict[str, str]:
        """Return name → where it comes from, of those that mean one thing wherever they stand."""
        bound = defaultdict(set)
        for node in self._nodes:
            for name, origin in _bound_by(node):
                bound[name].add(origin)
        return {name: origins.pop() for name, origins in bound.items() if len(origins) == 1}

    def _handed_on(self) -> set[str]:
        """Return the names of what is given, and used otherwise than it is given for.

        Whoever has such an object may change it, as in clock.now = later.
        """
        taken = {id(node.value): node for node in self._nodes if isinstance(node, ast.Attribute)}
        names = [node for node in self._nodes if isinstance(node, ast.Name)]
        given = [node for node in names if self._is_pure(node) or self._origin(node) in PURE]
        uses = [(node.id, taken.get(id(node), node)) for node in given]
        return {
            name for name, use in uses if not (isinstance(use.ctx, ast.Load) and self._is_pure(use))
        }

    def _given_to_objects(self) -> Iterator[str]:
        """Yield the names that objects of the cell may have: there they mean something else."""
        for node in self._nodes:
            if isinstance(node, FUNCTIONS):
                yield node.name
            elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                yield node.attr
            elif isinstance(node, ast.ClassDef):
                yield from _stored(node)

    def _unchanged(self) -> frozenset[str]:
        """Return the variables of the cell that are given a value once, which nobody can change."""
        return frozenset(
            statement.targets[0].id
            for statement in getattr(self._nodes[0], "body", ())
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
            if self._origins.get(statement.targets[0].id) == _bound_at(statement.targets[0])
            if self.is_own(statement.value, ()) and not _makes_list(statement.value)
        )

    def _calling_nothing_else(self) -> frozenset[str]:
        """Return the functions of the cell that do nothing but what is pure."""
        return frozenset(
            node.name
            for node in self._nodes
            if isinstance(node, ast.FunctionDef) and not node.decorator_list
            if self._origins.get(node.name) == _bound_at(node) and self._does_nothing_else(node)
        )

    def _does_nothing_else(self, function: ast.FunctionDef) -> bool:
        arguments = function.args
        defaults = [*arguments.defaults, *filter(None, arguments.kw_defaults)]
        own = {node.arg for node in ast.walk(arguments) if isinstance(node, ast.arg)}
        own |= set(_stored(function))
        statements = (node for node in ast.walk(function) if isinstance(node, ast.stmt))
        return all(self.is_own(value, ()) for value in defaults) and all(
            isinstance(statement, JUDGED) and self.is_idle(statement, own)
            for statement in statements
            if statement is not function
        )

    def _found(self) -> tuple[frozenset[str], frozenset[str]]:
        return self._constants, self._functions


def _bound_by(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield each name that a node binds, in whatever scope, and where it comes from."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            whole = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or whole, whole
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"
    elif isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id, _bound_at(node)
    elif not isinstance(node, NAMING_NO_VARIABLE):
        for name in _texts_of(node):
            yield name, _bound_at(node)


def _bound_at(node: ast.AST) -> str:
    """Return a place, which is no origin of anything that is imported."""
    return f"line {node.lineno}, {node.col_offset}"


def _texts_of(node: ast.AST) -> Iterator[str]:
    """Yield the names that stand in a node itself."""
    for field in ("id", "attr", "name", "arg", "rest", "names"):
        value = getattr(node, field, None)
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                yield text


def _stored(tree: ast.AST) -> Iterator[str]:
    """Yield the variables that are given a value somewhere in a tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id


def _makes_list(value: ast.expr) -> bool:
    return any(isinstance(node, ast.List) for node in ast.walk(value))

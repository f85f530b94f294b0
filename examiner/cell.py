"""Load the text of a notebook cell as a module, and say in one sentence why it does not load."""

import ast
import linecache
import sys
import traceback
from collections.abc import Callable
from functools import lru_cache
from types import CodeType, ModuleType

NAME = "cell"
FILENAME = "<your cell>"
WITHHELD = ("lesson", "server", "grading")
LONGEST = 200  # characters of what an error says
Compile = Callable[[ast.Module, str], CodeType]


class Unloadable(Exception):
    """Raised with one sentence where a cell does not load."""


def plain(tree: ast.Module, filename: str) -> CodeType:
    """Return the code of a tree as Python makes it."""
    return compile(tree, filename, "exec")


def load(source: str, needed: tuple[str, ...], compiled: Compile = plain) -> ModuleType:
    """Run the cell as a new module; `needed` are the functions it has to define.

    `compiled` makes code of its tree, which it may alter, and of the name of its file.
    Raises Unloadable where it fails, imports what it must not, or leaves a function out.
    """
    code = _compiled(source, compiled)
    linecache.cache[FILENAME] = (len(source), None, source.splitlines(True), FILENAME)
    # Dataclasses, pickle and inspect look a class up in the module that it names.
    module = sys.modules[NAME] = ModuleType(NAME)
    try:
        exec(code, vars(module))
    except BaseException as error:  # sys.exit() among them
        raise Unloadable(f"The cell does not load: {say(error)}") from None
    for name in needed:
        if not callable(getattr(module, name, None)):
            raise Unloadable(f"The cell defines no function {name}(): it has to.")
    return module


def untouched(source: str, names: tuple[str, ...]) -> list[str]:
    """Return those of the functions that do nothing yet; a source that is no Python has none."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [node.name for node in functions if node.name in names and _does_nothing(node)]


def say(error: BaseException) -> str:
    """Return an error as one sentence, with the line of the cell it came from, if any."""
    what = type(error).__name__
    if said := _told(error):
        what += f": {said}"
    steps = traceback.extract_tb(error.__traceback__)
    where = [step for step in steps if step.filename == FILENAME]
    if isinstance(error, SyntaxError) and error.filename == FILENAME:
        what = f"SyntaxError: {error.msg}"
        where = [traceback.FrameSummary(FILENAME, error.lineno, "", line=error.text or "")]
    if not where:
        return f"{what}."
    return f"{what}, at line {where[-1].lineno}: {(where[-1].line or '').strip()[: LONGEST // 2]}"


def _told(error: BaseException) -> str:
    """Return an error's own words on one line, of limited length; some cannot even be told."""
    try:
        words = str(error)
    except Exception:
        return ""
    line = " ".join(words[: 10 * LONGEST].split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


@lru_cache(maxsize=2)  # rules load one text a hundred times, and a twin in between
def _compiled(source: str, compiled: Compile) -> CodeType:
    try:
        tree = ast.parse(source, FILENAME)
        _refuse_imports(tree)
        return compiled(tree, FILENAME)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Unloadable(f"The cell does not load: {say(error)}") from None


def _refuse_imports(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            if name.partition(".")[0] in WITHHELD:
                raise Unloadable(
                    f"Line {node.lineno} imports {name}: the cell has to do without, "
                    "so write in it what you need."
                )


def _does_nothing(function: ast.FunctionDef) -> bool:
    """Return whether a body is a docstring, pass, …, return None or raise NotImplementedError."""
    return all(map(_is_stub, function.body))


def _is_stub(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Return):
        value = statement.value
        return value is None or (isinstance(value, ast.Constant) and value.value is None)
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Raise):
        return "NotImplementedError" in ast.dump(statement)
    return isinstance(statement, ast.Pass)

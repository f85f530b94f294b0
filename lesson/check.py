"""Check a rule on the code of a notebook's cell, in a process of its own."""

import ast
import inspect
import linecache
from collections.abc import Callable

from IPython import get_ipython

from examiner.client.rules import RULES as CLIENT_RULES
from examiner.examination import Examination
from examiner.internal_error import InternalError
from examiner.mistake import Mistake
from examiner.plain_python import plain_python
from examiner.rotation.rules import RULES as ROTATION_RULES
from examiner.rule import Rule, Verdict
from examiner.source_scan import told_before
from lesson.charting.source import own_function

PUBLIC = {rule.name: rule for rule in (*ROTATION_RULES, *CLIENT_RULES)}
_latest: list[Examination] = []
_told: dict[str, str] = {}  # the latest source → the rule with which it was told of


def check(function: Callable, rule: str | Rule) -> Verdict:
    """Return the verdict on the cell that `function` was written in, where it keeps the rule.

    Prints a sentence on each line for which a person will read it before its mark counts, with one
    rule of several.

    Raises Mistake with the verdict's text where it does not, and with a sentence where the rule is
    not known or this machine cannot examine.
    """
    if isinstance(rule, str) and rule not in PUBLIC:
        raise Mistake(f"There is no rule {rule!r} to check here: choose {_choice()}.")
    source = cell_source(function)
    rule = PUBLIC.get(rule, rule)
    _tell(source, rule.name)
    try:
        verdict = _examination(source).examine(rule)
    except InternalError as error:
        raise Mistake(str(error)) from None
    if not verdict.passed:
        raise Mistake(str(verdict))
    return verdict


def _tell(source: str, rule: str) -> None:
    """Print why a person will read a source: with one rule, as often as that is asked."""
    if source not in _told:
        _told.clear()
        _told[source] = rule
    for sentence in told_before(source) if _told[source] == rule else ():
        print(sentence)


def cell_source(function: Callable) -> str:
    """Return the source of the whole cell or file that a function or class was written in."""
    if inspect.isclass(function):
        function = next(filter(inspect.isfunction, vars(function).values()), function)
    function = own_function(function)
    source = "".join(linecache.getlines(function.__code__.co_filename))
    source = as_typed(source, function.__qualname__.partition(".")[0])
    if not source:
        raise Mistake("The source of this function is not known: write it in a notebook's cell.")
    return source


def as_typed(source: str, name: str) -> str:
    """Return a cell as it was typed: IPython keeps what it has made of it, or nothing at all.

    A cell that begins with %%time has no source; it is the newest one that defines the name.
    """
    shell = get_ipython()
    if shell is None or (source and "get_ipython()" not in source):
        return source
    for typed in reversed(shell.history_manager.input_hist_raw):
        if shell.transform_cell(typed) == source or (not source and _defines(typed, name)):
            return typed
    return source


def _defines(typed: str, name: str) -> bool:
    try:
        statements = ast.parse(plain_python(typed).text).body
    except (SyntaxError, ValueError, RecursionError, Mistake):
        return False
    return any(getattr(statement, "name", None) == name for statement in statements)


def _choice() -> str:
    return ", ".join(PUBLIC)


def _examination(source: str) -> Examination:
    """Keep the process of the latest source, so that the next rule need not start one."""
    if not _latest or _latest[0].source != source:
        for examination in _latest:
            examination.stop()
        _latest[:] = [Examination(source)]
    return _latest[0]

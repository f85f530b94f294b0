"""Check a rule on the code of a notebook's cell, in a process of its own."""

import inspect
import linecache
from collections.abc import Callable

from examiner.client.rules import RULES as CLIENT_RULES
from examiner.examination import Examination
from examiner.mistake import Mistake
from examiner.rotation.rules import RULES as ROTATION_RULES
from examiner.rule import Rule, Verdict
from lesson.charting.source import own_function

PUBLIC = {rule.name: rule for rule in (*ROTATION_RULES, *CLIENT_RULES)}
_latest: list[Examination] = []


def check(function: Callable, rule: str | Rule) -> Verdict:
    """Return the verdict on the cell that `function` was written in, where it keeps the rule.

    Raises Mistake with the verdict's text where it does not, and where the rule is not known.
    """
    if isinstance(rule, str) and rule not in PUBLIC:
        raise Mistake(f"There is no rule {rule!r} to check here: choose {_choice()}.")
    verdict = _examination(cell_source(function)).examine(PUBLIC.get(rule, rule))
    if not verdict.passed:
        raise Mistake(str(verdict))
    return verdict


def cell_source(function: Callable) -> str:
    """Return the source of the whole cell or file that a function or class was written in."""
    if inspect.isclass(function):
        function = next(filter(inspect.isfunction, vars(function).values()), function)
    lines = linecache.getlines(own_function(function).__code__.co_filename)
    if not lines:
        raise Mistake("The source of this function is not known: write it in a notebook's cell.")
    return "".join(lines)


def _choice() -> str:
    return ", ".join(PUBLIC)


def _examination(source: str) -> Examination:
    """Keep the process of the latest source, so that the next rule need not start one."""
    if not _latest or _latest[0].source != source:
        for examination in _latest:
            examination.stop()
        _latest[:] = [Examination(source)]
    return _latest[0]

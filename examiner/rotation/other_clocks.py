"""Find the clocks in a source by which a session may end at another time than by clock.now()."""

import ast
import re
from collections.abc import Iterator

SQL_CLOCK = re.compile(
    r"\bCURRENT_(?:TIMESTAMP|DATE|TIME)\b|\bunixepoch\(\s*\)"
    r"|\b(?:datetime|date|time|julianday|unixepoch|strftime)\s*\([^()]*'now'[^()]*\)",
    re.IGNORECASE,
)
COUNTERS = {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time"}
LOCAL = {"utcnow", "utcfromtimestamp", "now", "today", "fromtimestamp"}
ZONED_BY = {"now": 1, "fromtimestamp": 2}  # arguments with which these know their zone
LONGEST = 60  # characters of SQL that a sentence shows
DATABASE = "Line {line} asks the database for the time, {what}: it has a clock of its own."
COUNTER = "time.{what}() in line {line} tells no time of day: no clock that is moved moves it."
NAIVE = "{what}() in line {line} knows no zone: here local clocks are changed in these 30 days."
REMEDY = " Take clock.now()."


def other_clock(source: str) -> str:
    """Return a sentence on the first clock in a source that is another one, or an empty text."""
    try:
        found = next(_told(ast.parse(source)), "")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        found = ""
    return found and found + REMEDY


def _told(tree: ast.Module) -> Iterator[str]:
    nodes = [*ast.walk(tree)]
    for node in nodes:
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and (found := SQL_CLOCK.search(text)):
            what = " ".join(found[0].split())[:LONGEST]
            yield DATABASE.format(line=node.lineno, what=what)
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        name = _name(call.func)
        if name in COUNTERS:
            yield COUNTER.format(line=call.lineno, what=name)
        if name in LOCAL and _is_datetime(call):
            yield NAIVE.format(line=call.lineno, what=f"datetime.{name}")


def _name(node: ast.expr) -> str:
    """Return the last part of a name with dots, nothing for what has no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_datetime(call: ast.Call) -> bool:
    """Return whether it is a method of datetime, called without a zone; clock.now() is none."""
    if not isinstance(call.func, ast.Attribute):
        return False
    named = _name(call.func.value)
    given = len(call.args) + len(call.keywords)
    return named in ("datetime", "date", "dt") and given < ZONED_BY.get(call.func.attr, 9)

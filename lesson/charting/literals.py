"""The statuses that a literal or a constant in a view stands for.

`None` in a set of statuses stands for one that only a run can tell.
"""

import ast
import http

Statuses = frozenset[int | None]
UNKNOWN: Statuses = frozenset({None})
OK, BROKEN = frozenset({200}), frozenset({500})
DISPLAYS = ast.Dict | ast.List | ast.ListComp | ast.DictComp | ast.JoinedStr


def is_text_or_display(node: ast.expr) -> bool:
    """Return whether an expression makes a text, a list or a dict: […], "…" % x, {…} | {…}."""
    if not isinstance(node, ast.BinOp):
        return isinstance(node, DISPLAYS)
    return any(
        isinstance(side, ast.Dict | ast.JoinedStr)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )


def of_value(value: object) -> Statuses:
    """Return the statuses of a constant outside the view, if it is returned."""
    if isinstance(value, tuple) and len(value) in (2, 3):
        return OK if isinstance(value[1], dict | list) else as_status(value[1])
    return OK if isinstance(value, str | bytes | dict | list) else UNKNOWN


def as_status(value: object) -> Statuses:
    """Return the status that a constant says, such as 404 or "404 NOT FOUND"."""
    if isinstance(value, str) and value[:3].isdigit():
        return frozenset({int(value[:3])})
    if isinstance(value, int | http.HTTPStatus) and 100 <= int(value) <= 599:
        return frozenset({int(value)})
    return UNKNOWN

"""Put two runs of a view side by side, and find where they part."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from lesson.tracing.execution_table import Row
from lesson.tracing.layout import aligned, html_table
from lesson.tracing.trace import Trace

Runs = dict[str, Trace]  # two of them, by name


def pairs(rows: list[Row], other: Sequence[Row] = ()) -> list[tuple[int | None, int | None]]:
    """Return which row of one table stands beside which of the other; None is a gap."""
    if not other:
        return [(index, None) for index in range(len(rows))]
    left, right = [row.step for row in rows], [row.step for row in other]
    found: list[tuple[int | None, int | None]] = []
    for _, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if left[a:b] == right[c:d]:
            found += zip(range(a, b), range(c, d), strict=True)
        else:
            found += [(index, None) for index in range(a, b)]
            found += [(None, index) for index in range(c, d)]
    return found


def parting(
    rows: list[Row], other: list[Row], paired: list[tuple[int | None, int | None]]
) -> int | None:
    """Return the place in `paired` where two runs first part, or None where they never do."""
    for place, (left, right) in enumerate(paired):
        if left is None or right is None or _verdict(rows[left]) != _verdict(other[right]):
            return place
    return None


def as_text(runs: Runs) -> str:
    """Return one table with the results of both runs, and where they part."""
    head, rows, said = _merged(runs)
    return "\n".join([*aligned([head, *rows]), said])


def as_html(runs: Runs) -> str:
    """Return the same as HTML that needs no style."""
    head, rows, said = _merged(runs)
    return f"{html_table(head, rows, code=(3, 4))}\n<p>{said}</p>"


def _merged(runs: Runs) -> tuple[tuple[str, ...], list[tuple[str, ...]], str]:
    """Return head and rows of the table with both results, and the sentence below it."""
    left, right = (trace.table for trace in runs.values())
    paired = pairs(left, right)
    here = parting(left, right, paired)
    rows = []
    for a, b in paired:
        row = left[a] if a is not None else right[b]
        results = ("" if a is None else left[a].result, "" if b is None else right[b].result)
        rows.append((row.step, row.action, row.check, *results))
    said = "They never part." if here is None else f"They part at step {rows[here][0]}."
    return ("step", "action", "check", *runs), rows, said


def _verdict(row: Row) -> str:
    """Return how a row ended: yes, no, not reached, a status, or the names that changed."""
    return "" if row.first is None else row.result.replace(",", ":").partition(":")[0][:3]

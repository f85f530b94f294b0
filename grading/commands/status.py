"""Print what became of every submission: graded, ungraded and why, or missing."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

from grading.commands.handed_in import not_graded
from grading.errors import GradingError
from grading.gradebook.book import open_book
from grading.gradebook.doubts import doubts, state
from grading.gradebook.row import GRADED, TO_READ, Row


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--assignment", help="tell of this one (else of all)")


def run(options: argparse.Namespace) -> int:
    """Print everyone's status."""
    with open_book(options.course) as book:
        known = book.assignments()
        if options.assignment and options.assignment not in known:
            raise GradingError(
                f"The gradebook knows no assignment {options.assignment}: "
                f"it knows {', '.join(known) or 'none yet'}."
            )
        asked = [options.assignment] if options.assignment else known
        rows = [row for name in asked for row in book.rows(name)]
        return print_rows(rows, options.json, not_graded(options.course, book, asked))


def print_rows(
    rows: list[Row], is_json: bool, changed: Sequence[str] = (), done: Sequence[str] = ()
) -> int:
    """Print the rows as a table or as JSON; return 1 where a person has to look at one, else 0.

    `changed` are sentences about points that have changed and the like, to be looked at as well,
    and `done` are those on what was asked for.
    """
    print(json.dumps([as_json(row) for row in rows], indent=1) if is_json else table(rows))
    if changed or done:
        print("\n".join([*done, *changed]), file=sys.stderr if is_json else sys.stdout)
    return int(any(row.needs_attention for row in rows) or bool(changed))


def table(rows: list[Row]) -> str:
    """Return a table for each assignment, with a count of its lines, then what is in doubt."""
    names = dict.fromkeys(row.assignment for row in rows)
    parts = [_table([row for row in rows if row.assignment == name]) for name in names]
    parts += ["\n".join(found)] if (found := doubts(rows)) else []
    return "\n\n".join(parts) or "The class list is empty."


def as_json(row: Row) -> dict[str, Any]:
    """Return a row as JSON has it, with the points of each check."""
    names = ("student", "assignment", "status", "reason", "score", "max_score", "late_penalty")
    names += ("best", "another_look", "older_version", "held")
    checks = {mark.check: mark.score for mark in row.result.marks} if row.result else {}
    return {name: getattr(row, name) for name in names} | {"checks": checks}


def _table(rows: list[Row]) -> str:
    width = max(len("student"), *(len(row.student) for row in rows))
    checks = next((len(row.result.marks) for row in rows if row.result), 0)
    head = "".join(f"{number:4}" for number in range(1, checks + 1))
    lines = [f"{rows[0].assignment}, {rows[0].max_score:g} points"]
    lines += [f"{'student':{width}}  {head}   mark"]
    lines += [f"{row.student:{width}}  {_said(row)}" for row in rows]
    counts = Counter(map(state, rows))
    told = ", ".join(f"{count} {status}" for status, count in counts.items())
    return "\n".join([*lines, f"{told}."])


def _said(row: Row) -> str:
    if row.result:
        late = f"  ({row.late_penalty:g} taken off: late)" if row.late_penalty else ""
        late += "  (older version)" if row.older_version else ""
        late += f"  to read: {row.reason}" if row.status == TO_READ else ""
        mark = f"({row.held:g})" if row.status == TO_READ else f"{row.score:g}"
        return "".join(f"{m.score:4g}" for m in row.result.marks) + f"  {mark:>5}{late}"
    if row.status == GRADED:
        return f"{row.score:g} of {row.max_score:g}: {row.reason}"
    return f"{row.status}: {row.reason}" if row.reason else row.status

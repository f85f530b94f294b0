"""Turn a run into an execution table."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from lesson.charting.flow import Box, is_failure
from lesson.tracing.executed_statements import ExecutedStatement, executed_statements
from lesson.tracing.layout import aligned, html_table
from lesson.tracing.run import Run

NOT_REACHED = "not reached"
HEAD = ("step", "action", "input", "check", "result")


@dataclass(frozen=True)
class Row:
    """Hold one row of the execution table; `first` and `last` number its statements, from 1."""

    step: str
    action: str
    input: str
    check: str
    result: str
    box: int | None
    first: int | None = None
    last: int | None = None


def execution_table(run: Run) -> list[Row]:
    """Return the rows: what ran, the steps not reached in their places, and the refusals."""
    ran = executed_statements(run)
    rows = [_row(run, ran, *span) for span in _spans(run, ran)]
    taken = {row.box for row in rows}
    if run.flow.source.labels:
        for number, box in run.flow.table_boxes():
            if box.step and number not in taken:
                row = Row(box.step, _action(box), "", _check(box), NOT_REACHED, number)
                rows.insert(_place(rows, number), row)
    return [*rows, *_refusal(run, ran, rows)]


def as_text(run: Run, table: list[Row]) -> str:
    """Return request, answer and execution table as text."""
    rows = [(r.step, r.action, r.input, r.check, r.result) for r in table]
    first = f"{run.request} {run.sent} → {answer(run)}"
    return "\n".join([first, *aligned([HEAD, *rows])])


def as_html(run: Run, table: list[Row]) -> str:
    """Return request, answer and execution table as HTML that needs no style."""
    rows = [(r.step, r.action, r.input, r.check, r.result) for r in table]
    first = f"{run.request} {run.sent} → {answer(run)}"
    return f"<p>{escape(first)}</p>\n{html_table(HEAD, rows, code=(2, 4))}"


def answer(run: Run) -> str:
    """Return status and body the client got."""
    return f"{run.status or 'no answer:'} {run.body}"


def _place(rows: list[Row], box: int) -> int:
    """Return where the row of a box that did not run belongs: before those of later boxes."""
    return next((i for i, row in enumerate(rows) if (row.box or 0) > box), len(rows))


def _spans(run: Run, ran: list[ExecutedStatement]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of the statements that make one row; refusals have a row of their own."""
    boxes = run.flow.boxes
    first = 0
    for index, statement in enumerate(ran):
        last = index + 1 == len(ran) or ran[index + 1].box != statement.box
        if last:
            if not (boxes and is_failure(boxes[statement.box])):
                yield first, index
            first = index + 1


def _row(run: Run, ran: list[ExecutedStatement], first: int, last: int) -> Row:
    box = run.flow.boxes[ran[last].box] if run.flow.boxes else None
    names = dict.fromkeys(name for m in ran[first : last + 1] for name in m.inputs)
    return Row(
        step=(box.step if box else "") or f"line {ran[last].lines[0]}",
        action=_action(box) if box else "",
        input=run.sent if first == 0 else ", ".join(names),
        check=_check(box) if box else "",
        result=_result(run, box, ran, first, last),
        box=ran[last].box if box else None,
        first=first + 1,
        last=last + 1,
    )


def _action(box: Box) -> str:
    if box.label:
        return box.label.action or "decide"
    words = {"check": "decide", "start": "the request arrives"}
    return words.get(box.kind, box.text)


def _check(box: Box) -> str:
    return box.text if box.kind == "check" else ""


def _result(run: Run, box: Box | None, ran: list[ExecutedStatement], first: int, last: int) -> str:
    span = ran[first : last + 1]
    raised = next((statement.raised for statement in span if statement.raised), None)
    if box and box.kind == "exit" and raised is None:
        return answer(run)
    changed = dict.fromkeys(name for statement in span for name in statement.changed)
    now = span[-1].variables
    values = ", ".join(f"{name} = {now[name]}" for name in changed if name in now)
    outcome = next((m.outcome for m in reversed(span) if m.outcome is not None), None)
    said = _verdict(box, outcome, raised) if box else ""
    if raised or values:
        return ": ".join(filter(None, [said, raised or values]))
    return said + _go(said)


def _verdict(box: Box, outcome: bool | None, raised: str | None) -> str:
    if box.kind == "loop":
        return "raises" if raised else "once more" if outcome else "done"
    if box.kind != "check":
        return "raises" if raised else ""
    if isinstance(box.node, ast.If | ast.pattern):
        return "raises" if raised else _yes(outcome, box.yes_when)
    return "no" if raised else "yes"


def _yes(outcome: bool | None, yes_when: bool) -> str:
    return "" if outcome is None else "yes" if outcome == yes_when else "no"


def _go(said: str) -> str:
    return ", go on" if said == "yes" else "" if said else "done"


def _refusal(run: Run, ran: list[ExecutedStatement], rows: list[Row]) -> list[Row]:
    """Return the last row: where failed checks end, or an answer that no row here gives."""
    first = next((i for i, statement in enumerate(ran, 1) if _fails(run, statement)), None)
    answered = first is None and any(row.first and _is_exit(run, row) for row in rows)
    if answered and not run.flow.failures():
        return []
    failed_or_not_at_all = first is not None or answered
    return [
        Row(
            step=_last_step(rows),
            action="any check fails" if failed_or_not_at_all else "answered elsewhere",
            input="",
            check="",
            result=f"{NOT_REACHED}: {_possible(run)}" if answered else answer(run),
            box=ran[first - 1].box if first else None,
            first=first,
            last=len(ran) if first else None,
        )
    ]


def _last_step(rows: list[Row]) -> str:
    digits = [int(row.step) for row in rows if row.step.isdigit()]
    return str(max(digits) + 1) if digits else "exit"


def _is_exit(run: Run, row: Row) -> bool:
    return row.box is not None and run.flow.boxes[row.box].kind == "exit"


def _fails(run: Run, statement: ExecutedStatement) -> bool:
    return bool(run.flow.boxes) and is_failure(run.flow.boxes[statement.box])


def _possible(run: Run) -> str:
    """Return the refusals, as in: 401 (step 1), 403 (steps 2, 3)."""
    found: dict[str, list[str]] = {}
    for number, step in run.flow.failures():
        for status in sorted(run.flow.boxes[number].statuses):
            found.setdefault(str(status), []).extend([step] if step else [])
    return ", ".join(
        f"{status} (step{'s' * (len(steps) > 1)} {', '.join(steps)})" if steps else status
        for status, steps in found.items()
    )

"""Turn a trace into an execution table and a variable tracker."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from lesson.charting.flow import Box, is_failure
from lesson.tracing.executed_statements import ExecutedStatement, changes, executed_statements

if TYPE_CHECKING:  # a trace has a table, so trace imports this module
    from lesson.tracing.tracing import Trace

NOT_REACHED = "not reached"
UNDEFINED = "-"
HEAD = ("step", "action", "input", "check", "result")


@dataclass(frozen=True)
class Row:
    """Hold one row of the execution table; `first` and `last` number its moments, from 1."""

    step: str
    action: str
    input: str
    check: str
    result: str
    box: int | None
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True)
class State:
    """Hold one row of the variable tracker: the variables after a step of the table."""

    when: str
    variables: Mapping[str, str]
    changed: tuple[str, ...]
    first: int
    last: int


def execution_table(trace: "Trace") -> list[Row]:
    """Return the rows of the table: what ran, the steps not reached, and the refusals."""
    ran = executed_statements(trace)
    rows = [_row(trace, ran, *span) for span in _spans(trace, ran)]
    taken = {row.box for row in rows}
    if trace.flow.source.labels:
        rows += [
            Row(box.step, _action(box), "", _check(box), NOT_REACHED, number)
            for number, box in trace.flow.steps()
            if box.step and number not in taken
        ]
    return [*rows, *_refusal(trace, ran, rows)]


class Tracker:
    """Hold the variables at the start, after each step of the table, and at the end."""

    def __init__(self, states: list[State], names: list[str]) -> None:
        self.states = states
        self.names = names

    def rows(self) -> list[tuple[str, ...]]:
        """Return a row of texts for each state; a star marks what changed, a dash what is not."""
        return [(s.when, *(_cell(s, name) for name in self.names)) for s in self.states]

    def __repr__(self) -> str:
        return "\n".join(aligned([("when", *self.names), *self.rows()]))

    def _repr_html_(self) -> str:
        return html_table(("when", *self.names), self.rows())


def variable_tracker(trace: "Trace") -> Tracker:
    """Return the variables at the start, after each step of the table, and at the end."""
    rows = [row for row in trace.table if row.first is not None]
    ran = executed_statements(trace)
    states = [State("start", trace.start, (), 0, 0)]
    for row in rows:
        variables = ran[row.last - 1].variables
        changed = changes(states[-1].variables, variables)
        states.append(State(f"after {row.step}", variables, changed, row.first, row.last))
    end = len(ran) + 1
    states.append(State("end", trace.end, changes(states[-1].variables, trace.end), end, end))
    return Tracker(states, variable_names(trace))


def variable_names(trace: "Trace") -> list[str]:
    """Return every variable of the trace, in the order in which they appear."""
    seen = [*(step.variables for step in trace.steps), trace.start, trace.end]
    return list(dict.fromkeys(name for variables in seen for name in variables))


def as_text(trace: "Trace") -> str:
    """Return request, answer and execution table as text."""
    rows = [(r.step, r.action, r.input, r.check, r.result) for r in trace.table]
    first = f"{trace.request} {trace.sent} → {answer(trace)}"
    return "\n".join([first, *aligned([HEAD, *rows])])


def as_html(trace: "Trace") -> str:
    """Return request, answer and execution table as HTML that needs no style."""
    rows = [(r.step, r.action, r.input, r.check, r.result) for r in trace.table]
    first = f"{trace.request} {trace.sent} → {answer(trace)}"
    return f"<p>{escape(first)}</p>\n{html_table(HEAD, rows)}"


def answer(trace: "Trace") -> str:
    """Return status and body the client got."""
    return f"{trace.status or 'no answer:'} {trace.body}"


def _spans(trace: "Trace", ran: list[ExecutedStatement]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of the moments that make one row; refusals have a row of their own."""
    boxes = trace.flow.boxes
    first = 0
    for index, moment in enumerate(ran):
        last = index + 1 == len(ran) or ran[index + 1].box != moment.box
        if last:
            if not (boxes and is_failure(boxes[moment.box])):
                yield first, index
            first = index + 1


def _row(trace: "Trace", ran: list[ExecutedStatement], first: int, last: int) -> Row:
    box = trace.flow.boxes[ran[last].box] if trace.flow.boxes else None
    names = dict.fromkeys(name for m in ran[first : last + 1] for name in m.inputs)
    return Row(
        step=(box.step if box else "") or f"line {ran[last].lines[0]}",
        action=_action(box) if box else "",
        input=trace.sent if first == 0 else ", ".join(names),
        check=_check(box) if box else "",
        result=_result(trace, box, ran, first, last),
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


def _result(
    trace: "Trace", box: Box | None, ran: list[ExecutedStatement], first: int, last: int
) -> str:
    span = ran[first : last + 1]
    raised = next((moment.raised for moment in span if moment.raised), None)
    if box and box.kind == "exit" and raised is None:
        return answer(trace)
    changed = dict.fromkeys(name for moment in span for name in moment.changed)
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


def _refusal(trace: "Trace", ran: list[ExecutedStatement], rows: list[Row]) -> list[Row]:
    """Return the last row: where failed checks end, or an answer that no row here gives."""
    first = next((i for i, moment in enumerate(ran, 1) if _fails(trace, moment)), None)
    answered = first is None and any(row.first and _is_exit(trace, row) for row in rows)
    if answered and not trace.flow.failures():
        return []
    failed_or_not_at_all = first is not None or answered
    return [
        Row(
            step=_last_step(rows),
            action="any check fails" if failed_or_not_at_all else "answered elsewhere",
            input="",
            check="",
            result=f"{NOT_REACHED}: {_possible(trace)}" if answered else answer(trace),
            box=ran[first - 1].box if first else None,
            first=first,
            last=len(ran) if first else None,
        )
    ]


def _last_step(rows: list[Row]) -> str:
    digits = [int(row.step) for row in rows if row.step.isdigit()]
    return str(max(digits) + 1) if digits else "exit"


def _is_exit(trace: "Trace", row: Row) -> bool:
    return row.box is not None and trace.flow.boxes[row.box].kind == "exit"


def _fails(trace: "Trace", moment: ExecutedStatement) -> bool:
    return bool(trace.flow.boxes) and is_failure(trace.flow.boxes[moment.box])


def _possible(trace: "Trace") -> str:
    """Return the refusals, as in: 401 (step 1), 403 (steps 2, 3)."""
    found: dict[str, list[str]] = {}
    for number, step in trace.flow.failures():
        for status in sorted(trace.flow.boxes[number].statuses):
            found.setdefault(str(status), []).extend([step] if step else [])
    return ", ".join(
        f"{status} (step{'s' * (len(steps) > 1)} {', '.join(steps)})" if steps else status
        for status, steps in found.items()
    )


def _cell(state: State, name: str) -> str:
    return f"{state.variables.get(name, UNDEFINED)}{'*' * (name in state.changed)}"


def html_table(head: Sequence[str], rows: list[tuple[str, ...]]) -> str:
    """Return a table that every front end shows, JupyterLab's right-aligned cells put right."""
    names = _html_row("th", head)
    return f"<table>{names}{''.join(_html_row('td', row) for row in rows)}</table>"


def _html_row(tag: str, texts: Sequence[str]) -> str:
    cells = (f'<{tag} style="text-align: left">{escape(text)}</{tag}>' for text in texts)
    return f"<tr>{''.join(cells)}</tr>"


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return the rows of a table as lines of text."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]

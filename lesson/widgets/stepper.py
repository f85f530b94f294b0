"""The stepper: walk through what a view really did, beside its chart, source and tables."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import traitlets

from examiner.mistake import Mistake
from lesson.charting.drawing import draw, printable
from lesson.charting.flow import Flow
from lesson.charting.listing import ListedLine, listing
from lesson.charting.picture import image, in_words, shapes
from lesson.scenarios import SCENARIOS
from lesson.tracing import side_by_side
from lesson.tracing.executed_statements import ExecutedStatement, boxes_lit, executed_statements
from lesson.tracing.execution_table import Row, answer
from lesson.tracing.own_request import OwnRequest
from lesson.tracing.recording import Request, record, takes_scenarios
from lesson.tracing.trace import Trace
from lesson.widgets.base import CourseWidget
from lesson.widgets.front_end import es_module, style_sheet

OWN = "own"


class Stepper(CourseWidget):
    """Show traces of one view; each choice in the browser is a new, real request."""

    _esm = es_module("stepper.js")
    _css = style_sheet("stepper.css")
    view = traitlets.Dict().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    choice = traitlets.Dict().tag(sync=True)

    def __init__(self, view: Callable, request: Request, other: str | None) -> None:
        self._view, self._own = view, OwnRequest(view, request)
        name = request if isinstance(request, str) else OWN
        self.runs = {name: record(view, request)}
        if other:
            self.runs[other] = record(view, other)
        super().__init__(
            view=_view(view, self.runs[name].flow) | self._own.shown,
            shown=_shown(self.runs),
            choice={"name": name, "beside": other},
        )
        self.observe(self._answer, "choice")

    def as_html(self) -> str:
        """Return chart and execution table."""
        one, *other = self.runs.values()
        table = side_by_side.as_html(self.runs) if other else one._repr_html_()
        return f"{image(one.flow, boxes_lit(one))}\n{table}"

    def as_text(self) -> str:
        """Return the execution table; of two runs, one table with both results."""
        one, *other = self.runs.values()
        return side_by_side.as_text(self.runs) if other else repr(one)

    def _answer(self, change: dict[str, Any]) -> None:
        """Send the chosen request; what is wrong with it is told in the stepper."""
        chosen = change["new"]
        asked = chosen.get("asked")
        try:
            runs = self._chosen(chosen)
        except Mistake as mistake:
            self.shown = {**_shown(self.runs, asked), "problem": str(mistake)}
            return
        self.runs, self.shown = runs, _shown(runs, asked)

    def _chosen(self, chosen: dict[str, Any]) -> dict[str, Trace]:
        """Return the runs that were asked for, by name; raise Mistake where they make no sense."""
        own = self._own.edited(str(chosen.get("body", "")))
        names = [str(chosen.get("name")), *filter(None, [chosen.get("beside")])]
        return {n: record(self._view, own if n == OWN else str(n)) for n in names}


def _view(view: Callable, flow: Flow) -> dict[str, Any]:
    return {
        "name": flow.source.name,
        "lines": [_line(line) for line in listing(flow.source)],
        "chart": draw(*shapes(flow), title=f"Flow chart of the view {flow.source.name}"),
        "words": [[number, printable(line)] for number, line in in_words(flow).items()],
        "notes": [printable(note) for note in flow.notes],
        "scenarios": [[n, SCENARIOS[n][0]] for n in SCENARIOS] if takes_scenarios(view) else [],
    }


def _line(line: ListedLine) -> dict[str, Any]:
    parts = [[kind, printable(text)] for kind, text in line.parts]
    return {**vars(line), "label": printable(line.label), "parts": parts}


def _shown(runs: dict[str, Trace], asked: int | None = None) -> dict[str, Any]:
    """Return what the browser shows; `asked` is the number of the question it answers."""
    tables = [trace.table for trace in runs.values()]
    paired = side_by_side.pairs(*tables)
    return {
        "asked": asked,
        "runs": [_run(name, trace, trace.table) for name, trace in runs.items()],
        "pairs": [list(pair) for pair in paired],
        "parting": side_by_side.parting(*tables, paired) if len(tables) > 1 else None,
    }


def _run(name: str, trace: Trace, rows: list[Row]) -> dict[str, Any]:
    tracker = trace.tracker
    return {
        "name": name,
        "ended": _ended(trace),
        "positions": _positions(trace, rows),
        "table": [vars(row) for row in rows],
        "states": [
            {"when": state.when, "first": state.first, "last": state.last}
            for state in tracker.states
        ],
        "names": tracker.names,
    }


def _ended(trace: Trace) -> str:
    """Return the answer's status with its phrase, or that there was none."""
    if not trace.status:
        return "no answer"
    known = trace.status in set(HTTPStatus)
    return f"{trace.status} {HTTPStatus(trace.status).phrase}" if known else str(trace.status)


def _positions(trace: Trace, rows: list[Row]) -> list[dict[str, Any]]:
    """Return every place the stepper can stop at: before the view, each statement, the answer."""
    ran = executed_statements(trace)
    start = _position(0, None, trace.start, f"{trace.request} arrives with {trace.sent}.")
    middle = [
        _position(one.box, one.lines, one.variables, _says(one, number, rows, trace), one.changed)
        for number, one in enumerate(ran, 1)
    ]
    last = ran[-1].box if ran else 0
    said = f"The client receives {answer(trace)}." if trace.status else answer(trace)
    if not trace.reached:
        said = f"The view was not reached. {said}"
    elif trace.cut:
        said = f"The view went on for more steps than are kept here. {said}"
    return [start, *middle, _position(last, None, trace.end, said)]


def _position(
    box: int,
    lines: tuple[int, int] | None,
    variables: Mapping[str, str],
    says: str,
    changed: tuple[str, ...] = (),
) -> dict[str, Any]:
    return {
        "box": box,
        "lines": list(lines) if lines else None,
        "variables": dict(variables),
        "changed": list(changed),
        "says": says,
    }


def _brief(row: Row, trace: Trace) -> str:
    """Return a row's result, without the body of an answer: that is told at the end."""
    return str(trace.status) if row.result == answer(trace) else row.result


def _says(statement: ExecutedStatement, number: int, rows: list[Row], trace: Trace) -> str:
    row = next((row for row in rows if row.first and row.first <= number <= row.last), None)
    parts = [f"Line {statement.lines[0]}"]
    if row and row.step.isalnum():
        parts[0] += f", step {row.step}"
    if statement.raised and not (row and number == row.last):
        parts.append(f"raises {statement.raised}")
    elif row and number == row.last:
        parts.append(f"{row.check or row.action} → {_brief(row, trace)}")
    elif statement.changed:
        new = (f"{name} is {statement.variables.get(name, 'gone')}" for name in statement.changed)
        parts.append(", ".join(new))
    elif row:
        parts.append(row.action)
    return f"{': '.join(parts).rstrip('.')}."

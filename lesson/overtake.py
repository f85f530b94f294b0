"""Let one request overtake another before each line of a view, and show what comes of it."""

from collections.abc import Callable
from html import escape
from itertools import groupby
from typing import Any

import traitlets

from examiner.mistake import Mistake
from lesson.charting.source import own_function
from lesson.families import Families
from lesson.races.race import Meeting, meet
from lesson.races.turns import columns
from lesson.tracing.table import aligned, html_table
from lesson.widgets.widget import CourseWidget, front

MOST_LINES, MOST_ROWS, WIDEST = 60, 10, 52
HEAD = ("line", "A is held before", "A", "B", "live", "outcome")
ENDED = "(A has ended)"


def overtake(
    view: Callable,
    line: int | None = None,
    *,
    store: Callable[[], Any] = Families,
    by: Callable | None = None,
) -> "Overtaking | Meeting":
    """Send two requests with one refresh token; B overtakes A, which is held before a line.

    Each time the server is a fresh one, with a new store. With `line`, A is held before that line
    it runs; without, before every line in turn. `by` is a view for `DELETE /logout` that B asks in
    place of `view`. Raises Mistake for what is no view or store, and for a line that A never gets
    to.
    """
    _check(view, line, store, by)
    if line is None:
        return Overtaking(_every(view, store, by))
    meeting = meet(view, line, store, by)
    if meeting.text is None:
        raise Mistake(f"A had ended before line {line}: choose a smaller number.")
    return meeting


class Overtaking(CourseWidget):
    """Show every meeting as a row, and one of them, chosen in the browser, line by line."""

    _esm = front("common.js", "overtaking.js")
    _css = front("common.css", "overtaking.css")
    shown = traitlets.List().tag(sync=True)

    def __init__(self, meetings: list[Meeting]) -> None:
        self.meetings = meetings
        super().__init__(shown=[_shown(meeting) for meeting in meetings])

    @property
    def faults(self) -> list[int]:
        """Return the lines before which something happened that must not be."""
        return [meeting.line for meeting in self.meetings if meeting.fault]

    def as_text(self) -> str:
        """Return a row for each line; where they are many, equal neighbours share one."""
        several = [[meeting] for meeting in self.meetings]
        if len(several) > MOST_ROWS:
            several = [list(group) for _, group in groupby(self.meetings, _result)]
        return "\n".join([*aligned([HEAD, *map(_row, several)]), self.verdict])

    def as_html(self) -> str:
        """Return the same, a row for each line in any case."""
        rows = [_row([meeting]) for meeting in self.meetings]
        return f"{html_table(HEAD, rows)}\n<p>{escape(self.verdict)}</p>"

    @property
    def verdict(self) -> str:
        """Return in a sentence what was found."""
        if not self.faults:
            return "No pause finds a fault."
        words = next(meeting.fault for meeting in self.meetings if meeting.fault)
        return f"A fault, {words}: held before line {', '.join(map(str, self.faults))}."


def _check(view: Callable, line: int | None, store: Any, by: Callable | None) -> None:
    for function in filter(None, [view, by]):
        own_function(function)
    if not callable(store):
        raise Mistake("store= takes what makes a new store, as in: store=Families.")
    if line is not None and (not isinstance(line, int) or line < 1):
        raise Mistake("line= takes the number of a line, from 1.")


def _every(view: Callable, store: Callable[[], Any], by: Callable | None) -> list[Meeting]:
    """Return a meeting before each line, and one after the last."""
    meetings = []
    for line in range(1, MOST_LINES + 1):
        meetings.append(meet(view, line, store, by))
        if meetings[-1].text is None:
            return meetings
    raise Mistake(f"This view runs more than {MOST_LINES} lines: take a shorter one.")


def _result(meeting: Meeting) -> tuple:
    return meeting.text is None, meeting.a, meeting.b, meeting.live, meeting.outcome


def _row(meetings: list[Meeting]) -> tuple[str, ...]:
    first, last = meetings[0], meetings[-1]
    numbers = str(first.line) if first is last else f"{first.line}-{last.line}"
    where = ENDED if first.text is None else _short(first.text)
    return numbers, where, str(first.a), str(first.b), str(first.live), first.outcome


def _short(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _shown(meeting: Meeting) -> dict[str, Any]:
    """Return what the browser shows of a meeting."""
    return {
        "row": _row([meeting]),
        "fault": meeting.fault,
        "kinds": [event.kind for event in meeting.order],
        "order": columns(meeting.order),
        "says": meeting.told,
    }

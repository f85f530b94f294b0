"""Let one request overtake another before each line of a view, and show what comes of it."""

from collections.abc import Callable
from html import escape
from itertools import groupby
from typing import Any

import traitlets

from examiner.mistake import Mistake
from lesson.charting.source import own_function
from lesson.families import Families
from lesson.races.race import Race, columns, run_race
from lesson.tracing.layout import aligned, html_table
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
) -> "Overtaking | Race":
    """Send two requests with one refresh token; B overtakes A, which is paused before a line.

    Each time the server is a fresh one, with a new store. With `line`, A is paused before that line
    it runs; without, before every line in turn. `by` is a view for `DELETE /logout` that B asks in
    place of `view`. Raises Mistake for what is no view or store, and for a line that A never gets
    to.
    """
    _check(view, line, store, by)
    if line is None:
        return Overtaking(_every(view, store, by))
    race = run_race(view, line, store, by)
    if race.text is None:
        raise Mistake(f"A had ended before line {line}: choose a smaller number.")
    return race


class Overtaking(CourseWidget):
    """Show every race as a row, and one of them, chosen in the browser, line by line."""

    _esm = front("common.js", "overtaking.js")
    _css = front("common.css", "overtaking.css")
    shown = traitlets.List().tag(sync=True)

    def __init__(self, races: list[Race]) -> None:
        self.races = races
        super().__init__(shown=[_shown(race) for race in races])

    @property
    def faults(self) -> list[int]:
        """Return the lines before which something happened that must not be."""
        return [race.line for race in self.races if race.fault]

    def as_text(self) -> str:
        """Return a row for each line; where they are many, equal neighbours share one."""
        several = [[race] for race in self.races]
        if len(several) > MOST_ROWS:
            several = [list(group) for _, group in groupby(self.races, _result)]
        return "\n".join([*aligned([HEAD, *map(_row, several)]), self.verdict])

    def as_html(self) -> str:
        """Return the same, a row for each line in any case."""
        rows = [_row([race]) for race in self.races]
        return f"{html_table(HEAD, rows)}\n<p>{escape(self.verdict)}</p>"

    @property
    def verdict(self) -> str:
        """Return in a sentence what was found."""
        if not self.faults:
            return "No pause finds a fault."
        words = next(race.fault for race in self.races if race.fault)
        return f"A fault, {words}: held before line {', '.join(map(str, self.faults))}."


def _check(view: Callable, line: int | None, store: Any, by: Callable | None) -> None:
    for function in filter(None, [view, by]):
        own_function(function)
    if not callable(store):
        raise Mistake("store= takes what makes a new store, as in: store=Families.")
    if line is not None and (not isinstance(line, int) or line < 1):
        raise Mistake("line= takes the number of a line, from 1.")


def _every(view: Callable, store: Callable[[], Any], by: Callable | None) -> list[Race]:
    """Return a race before each line, and one after the last."""
    races = []
    for line in range(1, MOST_LINES + 1):
        races.append(run_race(view, line, store, by))
        if races[-1].text is None:
            return races
    raise Mistake(f"This view runs more than {MOST_LINES} lines: take a shorter one.")


def _result(race: Race) -> tuple:
    return race.text is None, race.a, race.b, race.live, race.outcome


def _row(races: list[Race]) -> tuple[str, ...]:
    first, last = races[0], races[-1]
    numbers = str(first.line) if first is last else f"{first.line}-{last.line}"
    where = ENDED if first.text is None else _short(first.text)
    return numbers, where, str(first.a), str(first.b), str(first.live), first.outcome


def _short(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _shown(race: Race) -> dict[str, Any]:
    """Return what the browser shows of a race."""
    return {
        "row": _row([race]),
        "fault": race.fault,
        "kinds": [event.kind for event in race.order],
        "order": columns(race.order),
        "says": race.told,
    }

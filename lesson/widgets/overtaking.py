"""Overtaking: a row for each race, and one of them line by line."""

from html import escape
from itertools import groupby
from typing import Any

import traitlets

from lesson.races.race import Race, columns
from lesson.tracing.layout import aligned, html_table
from lesson.widgets.base import CourseWidget
from lesson.widgets.front_end import es_module, style_sheet

MOST_ROWS, WIDEST = 10, 52
HEAD = ("line", "A is held before", "A", "B", "live", "outcome")
ENDED = "(A has ended)"


class Overtaking(CourseWidget):
    """Show every race as a row, and one of them, chosen in the browser, line by line."""

    _esm = es_module("overtaking.js")
    _css = style_sheet("overtaking.css")
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
        return f"{html_table(HEAD, rows, code=(1,))}\n<p>{escape(self.verdict)}</p>"

    @property
    def verdict(self) -> str:
        """Return in a sentence what was found."""
        if not self.faults:
            return "No pause finds a fault."
        words = next(race.fault for race in self.races if race.fault)
        return f"A fault, {words}: held before line {', '.join(map(str, self.faults))}."


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

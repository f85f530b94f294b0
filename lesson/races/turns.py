"""Two requests in two columns, one line below the other in the order in which they ran."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from lesson.races.paused_request import Event

HEAD = ("A", "B")
WORDS = {
    "line": "{}",
    "answer": "answer {}",
    "held": "(held before: {})",
    "waits": "(waits at: {})",
}


def columns(order: Iterable[Event]) -> list[tuple[str, str]]:
    """Return a row for each event, in the column of the request it belongs to; lines numbered."""
    done = dict.fromkeys(HEAD, 0)
    rows = []
    for event in order:
        done[event.who] += event.kind == "line"
        number = f"{done[event.who]}: " * (event.kind == "line")
        rows.append(_row(event.who, f"{number}{_said(event)}"))
    return rows


def grouped(order: Sequence[Event]) -> list[tuple[str, str]]:
    """Return the same with one row for all lines that ran without a break, by their numbers."""
    done = dict.fromkeys(HEAD, 0)
    rows = []
    for (who, kind), events in groupby(order, lambda event: (event.who, event.kind)):
        several = list(events)
        if kind == "line":
            rows.append(_row(who, _numbers(done[who] + 1, done[who] + len(several))))
            done[who] += len(several)
        else:
            rows += [_row(who, _said(event)) for event in several]
    return rows


def _said(event: Event) -> str:
    """Return an event in words."""
    return WORDS[event.kind].format(event.text)


def _numbers(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first} to {last}"


def _row(who: str, text: str) -> tuple[str, str]:
    return (text, "") if who == "A" else ("", text)

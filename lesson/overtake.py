"""Let one request overtake another before each line of a view, and show what comes of it."""

from collections.abc import Callable
from typing import Any

from examiner.mistake import Mistake
from lesson.charting.source import own_function
from lesson.families import Families
from lesson.races.race import Race, run_race
from lesson.widgets.overtaking import Overtaking

MOST_LINES = 60


def overtake(
    view: Callable,
    line: int | None = None,
    *,
    store: Callable[[], Any] = Families,
    by: Callable | None = None,
) -> Overtaking | Race:
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

"""The turn of lesson 9: a check that tells a view with a race from one without."""

from collections.abc import Callable

from examiner.mistake import Mistake
from lesson.overtake import overtake
from lesson.turns import race_views as views
from lesson.turns.turn import NotYet, errors_told, told, turn

PATIENCE = 15  # seconds until a check of one view counts as never ending; it sends many requests
WITH_A_RACE = {
    views.no_lock: "a view without any lock",
    views.lock_of_its_own: "a view in which each request makes a lock of its own",
    views.lock_round_the_check: "a view with its lock round the check alone",
    views.lock_round_the_change: "a view with its lock round the change alone",
}
WITHOUT = {
    views.lock_round_both: (
        "a view with one lock round check and change",
        "B waits, which is no fault, and then it is refused",
    ),
    views.lock_nobody_waits_for: (
        "a view that refuses whoever finds its one lock taken",
        "no two requests get tokens, and nobody waits",
    ),
}


@turn("races.check", "it finds the race in four views, and none in the two that have none.")
def check(finds: Callable) -> None:
    """Let the learner's check judge each view."""
    for view, (words, why) in WITHOUT.items():
        found = _found(finds, view, words)
        if found:
            raise NotYet(f"{finds.__name__} said {found} of {words}: {why}.")
    for view, words in WITH_A_RACE.items():
        found = _found(finds, view, words)
        if not found:
            lines = " or ".join(map(str, overtake(view).faults))
            why = f"both requests get tokens when A is held before line {lines}"
            raise NotYet(f"{finds.__name__} said {found} of {words}: {why}.")


def _found(finds: Callable, view: Callable, words: str) -> bool:
    """Return what the learner's check says of a view."""
    who = f"{finds.__name__}, with {words},"
    try:
        with errors_told(who, PATIENCE):
            found = finds(view)
    except Mistake as error:
        raise NotYet(f"{who} raised {told(error)}.") from None
    if not isinstance(found, bool):
        returned = "nothing" if found is None else f"a {type(found).__name__}"
        raise NotYet(
            f"{finds.__name__} returned {returned} for {words}; expected was True or False."
        )
    return found

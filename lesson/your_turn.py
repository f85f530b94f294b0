"""Say in one sentence whether what a learner wrote in a lesson does what it has to."""

from collections.abc import Callable

from examiner.mistake import Mistake
from lesson.charting.source import own_function
from lesson.turns import (
    build_rotation,
    logged_out,
    lost_replies,
    races,
    rotation,
    token_route,
    two_tokens,
    why,
)
from lesson.turns.turn import NotYet, Turn

TURNS = {
    turn.name: turn
    for module in (
        build_rotation,
        logged_out,
        lost_replies,
        races,
        rotation,
        token_route,
        two_tokens,
        why,
    )
    for turn in vars(module).values()
    if isinstance(turn, Turn)
}


def your_turn(name: str, written: Callable) -> None:
    """Print "Done" or "Not yet", and why; raise Mistake for no such name, function or class."""
    if name not in TURNS:
        raise Mistake(f"There is no turn {name!r}: leave the name as the lesson has it.")
    if not TURNS[name].of_class:
        own_function(written)
    elif not isinstance(written, type):
        raise Mistake("This is no class: pass the class of the cell above, without brackets.")
    try:
        TURNS[name].check(written)
    except (NotYet, Mistake) as missing:
        print(f"Not yet: {missing}")
    else:
        print(f"Done: {TURNS[name].done}")

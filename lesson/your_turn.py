"""Say in one sentence whether what a learner wrote in a lesson does what it has to."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

from examiner.mistake import Mistake
from lesson import turns
from lesson.say import say
from lesson.turns.turn import NotYet, Turn

MODULES = [import_module(f"lesson.turns.{found.name}") for found in iter_modules(turns.__path__)]
TURNS = {
    turn.name: turn
    for module in MODULES
    for turn in vars(module).values()
    if isinstance(turn, Turn)
}


def your_turn(name: str, written: Callable) -> None:
    """Print "Done" or "Not yet", and why; raise Mistake for no such name, function or class."""
    if name not in TURNS:
        raise Mistake(f"There is no turn {name!r}: leave the name as the lesson has it.")
    TURNS[name].require(written)
    try:
        TURNS[name].check(written)
    except (NotYet, Mistake) as missing:
        say(f"Not yet: {missing}")
    else:
        say(f"Done: {TURNS[name].done}")

"""Plan where a thread is held next: at each place once, and a few times where it comes back."""

from collections import Counter
from collections.abc import Iterable

MOST_VISITS = 6  # of one place by a request, as in a loop


class Schedule:
    """Plan for these places; each turn holds one thread, at the first place that is left.

    What comes to a place again is held there, in a later turn, at that visit: so much is known from
    a rehearsal, in which nobody is held, and from what comes after somebody was.
    """

    def __init__(self, places: Iterable[int]) -> None:
        self._untried = set(places)
        self._visits: list[tuple[int, int]] = []  # places, and at which visit to hold there
        self._wanted: dict[int, int] = {}  # place → visits until somebody is held
        self._planned: dict[int, int] = {}
        self._held: tuple[int, int, int] | None = None  # place, visit and thread of this turn
        self._rehearsed: Counter[int] | None = None  # place → visits, while they are counted
        self._most: Counter[int] = Counter()  # place → the last visit that is planned

    def is_left(self) -> bool:
        """Return whether there is another turn."""
        return bool(self._untried or self._visits)

    def rehearse(self) -> tuple[list[int], Counter[int]]:
        """Begin to count visits, and hold nobody; return the places to watch, and the count."""
        self._rehearsed = Counter()
        return list(self._untried), self._rehearsed

    def end_rehearsal(self) -> None:
        """Count no more."""
        self._rehearsed = None

    def plan_visits(self, visits: Counter[int]) -> None:
        """Plan a turn for each visit of a place that is left, but the first, which has one."""
        for place in self._untried & visits.keys():
            for visit in range(2, min(visits[place], MOST_VISITS) + 1):
                self._plan_visit(place, visit)

    def plan(self) -> list[int]:
        """Begin a turn; return the places to watch."""
        self._held = None
        self._wanted = dict.fromkeys(self._untried, 1)
        if not self._untried and self._visits:
            place, visit = self._visits.pop()
            self._wanted = {place: visit}
        self._planned = dict(self._wanted)
        return list(self._wanted)

    def comes(self, place: int, thread: int) -> bool:
        """Note that a thread comes to a place; return whether to hold it there."""
        if self._rehearsed is not None:
            self._rehearsed[place] += 1
            return False
        if place in self._wanted:
            self._wanted[place] -= 1
            if self._wanted[place]:
                return False
            self._held = place, self._planned[place], thread
            self._wanted = {}
            self._untried.discard(place)
            return True
        self._note_return(place, thread)
        return False

    def pause(self) -> None:
        """Hold nobody until the next turn."""
        self._wanted = {}

    def give_up(self) -> None:
        """Note that nobody has come to any place that is left."""
        self._untried.clear()

    def _note_return(self, place: int, thread: int) -> None:
        if self._held is None or (place, thread) != (self._held[0], self._held[2]):
            return
        visit, self._held = self._held[1], None
        if visit < MOST_VISITS:
            self._plan_visit(place, visit + 1)

    def _plan_visit(self, place: int, visit: int) -> None:
        if visit > self._most[place]:
            self._most[place] = visit
            self._visits.append((place, visit))

"""Each place has its turn, and a place that somebody comes back to has a few."""

import pytest

from examiner.schedule import MOST_VISITS, Schedule


def held(schedule: Schedule, path: list[int]) -> int | None:
    """Go along a path of places in one turn; return at which step somebody was held."""
    schedule.plan()
    steps = [step for step, place in enumerate(path) if schedule.comes(place, thread=1)]
    if not steps:
        schedule.give_up()
    schedule.pause()
    assert len(steps) < 2
    return steps[0] if steps else None


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([0, 1, 2], [0, 1, 2, None]),
        ([2, 0], [0, 1, None]),
        ([], [None]),
        ([1, 1, 1, 1, 1, 1, 1, 2], [0, 7, None, 1, 2, 3, 4, 5]),
    ],
)
def test_is_somebody_held_at_each_place(steps, expected):
    schedule, found = Schedule(range(4)), []
    while schedule.is_left():
        found.append(held(schedule, steps))
    assert found == expected
    assert steps.count(1) < 2 or len(found) == 3 + MOST_VISITS - 1


def test_does_another_thread_not_count_as_coming_back():
    schedule = Schedule([0])
    schedule.plan()
    assert schedule.comes(0, thread=1)
    assert not schedule.comes(0, thread=2)
    assert not schedule.is_left()


def test_is_nobody_held_while_it_pauses():
    schedule = Schedule([0, 1])
    schedule.plan()
    schedule.pause()
    assert not schedule.comes(0, thread=1)
    assert schedule.is_left()


def test_is_a_place_held_at_visits_that_only_a_rehearsal_has_shown():
    """Who is overtaken may be refused at once, and does not come there again."""
    schedule = Schedule([0, 1])
    places, visits = schedule.rehearse()
    assert sorted(places) == [0, 1]
    assert not any(schedule.comes(place, thread=1) for place in [0, 1, 0, 0])
    schedule.end_rehearsal()
    schedule.plan_visits(visits)
    found = []
    while schedule.is_left():
        schedule.plan()
        found.append(next(n for n, place in enumerate([0, 1, 0, 0]) if schedule.comes(place, 1)))
        schedule.pause()
    assert sorted(found) == [0, 1, 2, 3]

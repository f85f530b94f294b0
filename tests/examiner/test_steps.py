"""Two threads that stop at each place go on together, and one of them can be left behind."""

import pytest

from examiner.steps import MOST_LOOKS, MOST_STEPS, Steps


def test_do_two_go_on_once_both_have_stopped():
    steps = Steps()
    assert steps.is_first
    assert steps.stop("a") == []
    assert steps.is_waiting
    assert steps.stop("b") == ["a", "b"]
    assert not steps.is_first
    assert not steps.is_waiting
    assert steps.shared == 1


@pytest.mark.parametrize("uneven", [1, 3])
def test_is_one_left_behind_at_one_step(uneven):
    steps = Steps(uneven)
    gone = [steps.stop("a") + steps.stop("b") for _ in range(uneven)]
    assert gone == [["a", "b"]] * (uneven - 1) + [["a"]]
    assert [steps.stop("a"), steps.stop("a")] == [["a"], ["b"]]
    assert steps.stop("b") == ["a", "b"]
    assert steps.stop("b") + steps.stop("a") == ["b", "a"]
    assert steps.shared == uneven + 2


def test_do_both_go_on_where_the_one_ahead_has_to_wait():
    steps = Steps(1)
    assert steps.stop("a") + steps.stop("b") == ["a"]
    assert steps.look(awake=False) == ["b"]
    assert steps.stop("b") + steps.stop("a") == ["b", "a"]


def test_does_one_go_on_alone_where_all_others_sleep():
    steps = Steps()
    steps.stop("a")
    assert steps.look(awake=False) == ["a"]
    assert steps.shared == 0


def test_is_one_waited_for_that_is_awake_but_not_for_ever():
    steps = Steps()
    steps.stop("a")
    looks = [steps.look(awake=True) for _ in range(MOST_LOOKS)]
    assert looks == [[]] * (MOST_LOOKS - 1) + [["a"]]
    steps.stop("a")
    assert steps.look(awake=True) == ["a"]


def test_is_nobody_stopped_any_more_after_many_steps():
    steps = Steps()
    for _ in range(MOST_STEPS):
        assert steps.stop("a") == []
        steps.look(awake=False)
    assert steps.stop("a") == ["a"]

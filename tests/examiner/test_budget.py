"""The processor seconds of an examination: what is counted, for what, and what is said beyond."""

import pytest

from examiner.budget import Budget, Spent
from examiner.standing import LONGEST, Standing, read, told_line

SOURCE = "import hashlib\n\n\nhashlib.scrypt(b'x')\n"


def test_is_counted_what_each_process_uses():
    budget = Budget()
    for reads in ([1.0, 3.0], [0.5], [2.0, 2.0]):
        budget.begin()
        for read_now in reads:
            budget.count(read_now)
    assert budget.used == 5.5


def test_is_nothing_counted_that_is_aside():
    budget = Budget()
    budget.count(1.0)
    with budget.aside():
        assert not budget.is_due("GET /me")
        budget.count(7.0)
    budget.count(7.5)
    assert budget.used == 1.5


def test_is_it_told_which_request_and_which_line_used_most():
    budget = Budget(SOURCE, seconds=10)
    for asked, read_now in [("POST /login", 2.0), ("POST /token", 7.0), ("POST /token", 11.0)]:
        budget.require()
        budget.is_due(asked)
        budget.count(read_now)
    budget.note_lines({1: Standing(1, 1.0, True), 2: Standing(4, 1.0, False)})
    budget.note_lines({1: Standing(1, 1.2, True), 2: Standing(4, 6.0, False)})
    with pytest.raises(Spent) as raised:
        budget.require()
    assert str(raised.value).splitlines() == [
        "Your code has used 11 s of processor time: POST /token took 4.5 s, most of it at line 4, "
        "\"hashlib.scrypt(b'x')\".",
        "A slow hash is for passwords; a random token needs one fast hash, and is looked up by it.",
    ]


def test_is_it_asked_once_a_process_at_which_lines_it_is():
    budget = Budget(seconds=2)
    assert not budget.runs_low()
    for _ in range(2):
        budget.begin()
        budget.count(1.5)
        assert [budget.runs_low(), budget.runs_low()] == [True, False]


@pytest.mark.parametrize(
    "told", [None, "x", [1, 2], [["1", 2, 3.0, True]], [[1, 2]], [[True, 2, 3.0, True]]]
)
def test_is_nothing_taken_from_a_worker_that_reads_unlike_a_line(told):
    assert read(told) == {}


@pytest.mark.parametrize("line", [-1, 0, 3, 10**9])
def test_is_a_line_that_there_is_not_told_without_a_text(line):
    assert told_line("a\nb", line) == f"line {line}, ''"


def test_is_a_long_line_shortened():
    assert len(told_line("x" * 500, 1)) == LONGEST + len("line 1, ''")

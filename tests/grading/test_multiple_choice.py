"""A question of choice is marked by the letter that stands in a cell, and no cell is run."""

import json

import pytest

from grading.errors import Ungradable
from grading.examining.exercise import Check
from grading.examining.multiple_choice import COMPUTED, literal, mark
from grading.submission import Cell

RIGHT = Check(
    "check-1",
    2,
    "from examiner.choice import letter\n"
    "print('chatter')\n"
    'assert letter(1, answer_1) == "B", "Not this one: " + answer_1\n',
)


def own(source: str) -> Cell:
    return Cell("code", source, ("answer-1", None))


def marked(*found: Cell):
    return mark(RIGHT, list(found))[0]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('answer_1 = "A"', "A"),
        ("answer_1 = ' b '", " b "),
        ('answer_1: str = "A"', "A"),
        ('answer_2 = answer_1 = "A"', "A"),
        ('(answer_1) = "A"', "A"),
        ('answer_1 = ("A")', "A"),
        ('answer_1 = "A" ""', "A"),
        ('answer_1 = "A"\nanswer_1 = "C"', "C"),
        ('answer_1 = "A"; answer_1 = "C"  # "D"', "C"),
        ('"""answer_1 = "X" """\nanswer_1 = "A"', "A"),
        ("answer_1 = 5", 5),
        ('answer_1 = b"A"', b"A"),
        ('answer_1 = ""', None),
        ('answer_1 = "  "', None),
        ("answer_1 = None", None),
        ('answer_1 = "A"\nanswer_1 = ""', None),
        ("answer_1: str", None),
        ('answer_11 = "A"', None),
        ('answer_1 == "A"', None),
        ('if 1:\n    answer_1 = "A"', None),
        ('answer_1, b = "A", "B"', None),
        ('x.answer_1 = "A"', None),
        ('answer_1 = "A', None),
        ("answer_1 = \0", None),
        ("(" * 10_000, None),
        ("-" * 15_000 + "1", None),
        ('answer_1 = "A" #' + "x" * 20_000, None),
        ('answer_1 = "A"[0]', COMPUTED),
        ('answer_1 = f"A"', COMPUTED),
        ("answer_1 = chr(65)", COMPUTED),
        ('answer_1 = "A" or "B"', COMPUTED),
        ('answer_1 = ["A"]', COMPUTED),
        ('answer_1 = "A"\nanswer_1 = input()', COMPUTED),
        ("answer_1 = -1", COMPUTED),
    ],
)
def test_what_does_a_source_give(source, value):
    assert literal(source, "answer_1") == value


@pytest.mark.parametrize("letter", ["B", "b", " B\\n"])
def test_does_the_right_letter_bring_the_points(letter):
    found, source = mark(RIGHT, [own(f'answer_1 = "{letter}"')])
    assert (found.score, found.points, found.message) == (2, 2, "Right.")
    assert (found.answer, found.attempted, found.check) == ("B", True, "check-1")
    assert source == f'answer_1 = "{letter}"'


@pytest.mark.parametrize(
    ("value", "answer", "says"),
    [
        ('"A"', "A", "Not this one: A"),
        ('"E"', "", 'answer_1 must be "A", "B", "C" or "D"'),
        ('"AB"', "", "must be"),
        ('"\N{CYRILLIC CAPITAL LETTER VE}"', "", "a Latin letter"),
        (r'"\ud800"', "", "must be"),
        ("0x" + "f" * 9000, "", "must be"),
        ("1e999", "", "must be"),
        ("True", "", "must be"),
        ("...", "", "must be"),
        ('"B".strip()', "", "what has to be computed does not count"),
    ],
)
def test_does_anything_else_bring_none_and_say_why(value, answer, says, capsys):
    found = marked(own(f"answer_1 = {value}"))
    assert (found.score, found.answer, found.attempted) == (0, answer, True)
    assert says in found.message
    json.dumps(found.message, ensure_ascii=False).encode()
    assert "chatter" not in capsys.readouterr().out


@pytest.mark.parametrize("given", [[], [own("")], [own('answer_1 = ""')], [own("print(1)")]])
def test_does_a_blank_read_that_nothing_was_attempted(given):
    found = marked(*given)
    assert (found.score, found.attempted) == (0, False)
    assert "has no answer yet" in found.message


def test_is_an_answer_never_run(tmp_path):
    trace = tmp_path / "ran"
    source = f"open({str(trace)!r}, 'w')\nraise SystemExit\nanswer_1 = 'B'"
    assert marked(own(source)).score == 2
    assert not trace.exists()


def test_is_no_cell_beside_it_run_either(tmp_path):
    beside = Cell("code", f"open({str(tmp_path / 'ran')!r}, 'w')\nassert False")
    rewritten = Cell("code", "letter = lambda *a: 'B'", ("check-1", None))
    assert marked(beside, own('answer_1 = "A"'), rewritten).score == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["'A'", "'B'"], "A, B"),
        (["f()", "'B'"], "B, computed"),
        (["'B'", "f()"], "B, computed"),
        ([r"'\ud800'", "'B'"], r"B, \?"),
        (["'" + "A" * 99 + "'", "'B'"], "A{10}, B"),
    ],
)
def test_do_cells_that_disagree_get_no_mark(values, told):
    with pytest.raises(Ungradable, match=rf"^Several cells give answer_1 and disagree: {told}\.$"):
        marked(*(own(f"answer_1 = {value}") for value in values))


def test_do_cells_that_agree_count_once():
    assert marked(own("answer_1 = 'b'"), own("answer_1 = 'B '"), own("")).score == 2


def test_does_an_answer_in_another_cell_count_where_the_own_one_is_blank():
    other = Cell("code", "answer_1 = 'B'")
    assert marked(own('answer_1 = ""'), other).score == 2
    assert marked(other).score == 2
    assert marked(own("answer_1 = 'A'"), other).score == 0


def test_does_no_check_and_no_text_answer_for_a_student():
    check = Cell("code", "answer_1 = 'B'", ("check-1", None))
    renamed = Cell("code", "answer_1 = 'B'", ("x", "check-9"))
    text = Cell("markdown", "answer_1 = 'B'")
    assert not marked(own('answer_1 = ""'), check, renamed, text).attempted

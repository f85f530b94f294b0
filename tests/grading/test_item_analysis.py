"""The numbers of the class report, on classes small enough to count by hand."""

import pytest

from grading.examining.result import Mark, Result
from grading.gradebook.row import GRADED, MISSING, UNGRADED, Row
from grading.reporting.failures import failures_of, options_of
from grading.reporting.item_analysis import checks_of, count_statuses, questions_of, spread_of
from grading.reporting.similarity import LONGEST, Pair, pairs_of, words
from grading.reporting.summary import (
    MOST_PAIRS,
    failure_lines,
    in_short,
    option_lines,
    pair_lines,
    whole_class,
)
from grading.reporting.tables import names, number, percent, sentences, table, text
from tests.exercises.solutions import solutions, source

CODE = (
    "def token():\n    found = sessions.get(sent_token())\n    return refuse(403, 'no') or found\n"
)


def row(student: str, marks=(), score: float | None = 1, best: float = 9, code: str = "") -> Row:
    result = Result(tuple(marks), {"answer": code})
    return Row(student, "a", GRADED, score=score, max_score=best, result=result)


def letters(given: str, key: str = "ABCDA") -> list[Mark]:
    """One point a question; a blank is not attempted."""
    return [
        Mark(f"check-{n}", 1, one == right, "", one != " ", one.strip())
        for n, (one, right) in enumerate(zip(given, key, strict=True), start=1)
    ]


def rule(kept: bool, said: str = "", attempted: bool = True, number: int = 1) -> Mark:
    return Mark(f"check-{number}", 2, 2 * kept, said, attempted, title="It works.", rule="works")


def choosers(*given: str) -> list[Row]:
    return [row(f"s{n:02}", letters(one)) for n, one in enumerate(given)]


def coders(*codes: str) -> list[Row]:
    return [row(f"s{n}", [rule(False)], code=code) for n, code in enumerate(codes)]


def test_is_every_status_counted():
    rows = [Row("a", "x", GRADED), Row("b", "x", MISSING), Row("c", "x", MISSING)]
    assert count_statuses(rows) == {GRADED: 1, MISSING: 2}
    assert whole_class(rows) == [
        [GRADED, 1, "33 %"],
        [UNGRADED, 0, "0 %"],
        [MISSING, 2, "67 %"],
        ["class list", 3, "100 %"],
    ]


def test_are_marks_summed_up_without_those_who_have_none():
    marks = [row("a", score=9), row("b", score=4), row("c", score=2)]
    spread = spread_of([*marks, Row("d", "a", UNGRADED, score=0), row("e", score=None)])
    assert (spread.marks, spread.best, spread.full) == (3, 9, 1)
    assert (spread.lowest, spread.median, spread.mean, spread.highest) == (2, 4, 5, 9)


def test_has_a_class_without_marks_no_spread():
    assert spread_of([Row("d", "a", MISSING, max_score=9)]) is None


@pytest.mark.parametrize(
    ("marks", "best", "bars"),
    [
        ([0, 2, 2], 2, {"0": 1, "1": 0, "2": 2}),
        ([0, 1, 23, 24], 24, {"0 to 1": 2, "22 to 23": 1, "24": 1}),
        ([13], 13, {"10 to 11": 0, "12 to 13": 1}),
        ([0.5, 1, 1.5], 2, {"0 to <1": 1, "1 to <2": 2, "2": 0}),
        ([99.5, 100], 100, {"90 to <100": 1, "100": 1}),
        ([11], 9, {"9": 0, "11": 1}),
        ([-1, 0], 1, {"0": 2, "1": 0}),
    ],
)
def test_does_each_mark_stand_in_its_bar(marks, best, bars):
    spread = spread_of([row(f"s{n}", score=mark, best=best) for n, mark in enumerate(marks)])
    found = {bar.name: bar.count for bar in spread.bars}
    assert bars.items() <= found.items()
    assert sum(found.values()) == len(marks)
    assert len(found) <= 13


def test_is_difficulty_the_share_of_the_points():
    rows = [row("a", [rule(True)]), row("b", [rule(False)]), row("c", [rule(False, "", False)])]
    [question] = questions_of(rows)
    assert question.share == pytest.approx(1 / 3)
    assert (question.label, question.answered, question.graded) == ("1 works", 2, 3)
    assert question.reading.startswith("Fewer than half got it.")


def test_stands_the_second_check_before_the_tenth():
    paper = [Mark(f"check-{n}", 1, 1, "") for n in (10, 2, 1)]
    assert checks_of([tuple(paper)]) == ["check-1", "check-2", "check-10"]


def graded_in(*columns: list[int]) -> list[Row]:
    """A question a column, a student a place in it."""
    return [
        row(f"s{n}", [Mark(f"check-{k}", 1, got, "") for k, got in enumerate(line, start=1)])
        for n, line in enumerate(zip(*columns, strict=True))
    ]


def test_does_discrimination_leave_the_question_itself_out():
    first = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    second = [1, 1, 1, 1, 0, 1, 0, 0, 0, 0]
    question, other = questions_of(graded_in(first, second))
    # The rest of one is the other: by hand, (4 · 4 - 1 · 1) / (5 · 5) = 0.6.
    assert question.discrimination == pytest.approx(0.6)
    assert other.discrimination == pytest.approx(0.6)
    assert question.reading == "More than half got it. It tells strong from weak clearly."


def test_is_a_question_that_the_strong_miss_pointed_out():
    column = [1] * 5 + [0] * 5
    questions = questions_of(graded_in(column, column, column[::-1]))
    assert questions[2].discrimination == pytest.approx(-1)
    assert "read the question and its key again" in questions[2].reading
    rows = graded_in(column, column, column[::-1])
    assert "Read again, as the strong got it less often: 3." in in_short(rows, None, questions, [])


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (([1, 0] * 4 + [1], [0, 1] * 4 + [1]), "fewer than 10 are graded"),
        (([1] * 10, [0, 1] * 5), "everyone got the same here"),
        (([0, 1] * 5, [0.1] * 10, [0.2] * 10), "everyone got the same on the other questions"),
        (
            ([0, 1] * 5, [0.1, 0.3] * 5, [0.2, 0] * 5),
            "everyone got the same on the other questions",
        ),
    ],
)
def test_does_it_say_where_discrimination_cannot_be_told(columns, why):
    question = questions_of(graded_in(*columns))[0]
    assert question.discrimination is None
    assert question.why_not == why
    assert f"cannot be told: {why}." in question.reading
    assert number(question.discrimination) == "cannot be told"


def test_brings_a_question_without_points_no_share():
    [question] = questions_of([row("a", [Mark("check-1", 0, 0, "")])])
    assert question.share is None
    assert question.reading == "It brings no points."


def test_is_every_letter_counted_and_a_blank_apart():
    options = options_of(choosers("ABCDA", "BBCDA", "BBCDA", "CBCDA", " BCDA", "EBCDA"))
    first = options[0]
    assert first.right == "A"
    assert first.chosen == {"A": 1, "B": 2, "C": 1, "D": 0}
    assert (first.other, first.blank, first.favourite) == (1, 1, "B")
    assert option_lines(options)[0] == ["1", "A", 1, 2, 1, 0, 1, 1, "B"]
    assert options[1].favourite == ""


def test_is_the_right_letter_unknown_where_nobody_got_it():
    [first, *_] = options_of(choosers("BBCDA", "CBCDA"))
    assert first.right == ""
    assert first.favourite == "B and C"
    assert option_lines([first])[0][-1] == "cannot be told"


def test_has_code_no_letters():
    assert options_of([row("a", [rule(False)])]) == []
    assert failures_of(choosers("ABCDA")) == []


def test_stands_the_most_broken_rule_first_with_what_most_read():
    said = "Expected 403, came 200.\nA spent token is spent.\n  1  POST /token"
    often = [row(f"s{n}", [rule(True), rule(False, said, number=2)]) for n in range(2)]
    once = row("t", [rule(False, "Nothing came.", number=1), rule(False, "", False, number=2)])
    other = row("u", [rule(True), rule(False, "Other.", number=2)])
    first, second = failures_of([*often, once, other])
    assert (first.label, first.failed, first.blank, first.graded) == ("2 works", 3, 1, 4)
    assert (first.said, first.heard) == ("Expected 403, came 200.\nA spent token is spent.", 2)
    assert (second.label, second.failed) == ("1 works", 1)
    assert failure_lines([first])[0][-1].endswith("A spent token is spent.\n(read by 2 of 3)")


def test_do_comments_and_layout_not_count_and_names_do():
    changed = CODE.replace("    ", "\t").replace("(403, 'no')", "(  403 ,  # mine\n'no')")
    assert words(changed) == words(CODE)
    assert words(CODE.replace("found", "hit")) != words(CODE)


@pytest.mark.parametrize("broken", ["def (:\n 'x", "a\n  b\n c", "x = '''", "\0 $ ?", "(" * 500])
def test_is_text_that_is_no_python_compared_too(broken):
    assert words(broken) == words(broken + "\n")


def test_is_a_copy_with_comments_found_and_other_code_is_not():
    other = "class Store:\n" + "".join(f"    def m{n}(self): return {n}\n" for n in range(9))
    rows = coders(CODE, other, f"# mine\n{CODE}")
    assert pairs_of(rows) == [Pair("s0", "s2", 1, "words and signs, in the same order")]


def test_is_the_share_that_of_the_words():
    [pair] = pairs_of(coders(CODE, CODE.replace("found", "hit")))
    count = len(words(CODE))
    assert pair.share == pytest.approx(1 - 2 / count)


def test_is_of_a_huge_submission_the_beginning_compared():
    head = "x = 1\n" * (LONGEST // 3 + 1)
    [pair] = pairs_of(coders(head + CODE * 50, head + "y = 2\n" * 2000))
    assert pair.share == 1


def test_are_blanks_and_a_few_words_left_out():
    blank = [row(f"b{n}", [rule(False, "", False)], code=CODE) for n in range(2)]
    assert pairs_of([*blank, *coders("pass", "pass")]) == []
    assert pairs_of([row("a", letters("     ")), row("b", letters("     "))]) == []


def test_do_solutions_written_apart_not_look_alike():
    right = solutions("rotation", "right")
    rows = [row(path.stem, [rule(True)], code=source(path)) for path in right]
    # These three were written from one another.
    one = {"bits_of_all_seen", "keeps_many_other_things", "words_with_dots"}
    found = [{pair.first, pair.second} for pair in pairs_of(rows)]
    assert len(found) == 3
    assert set().union(*found) == one


def test_do_letters_look_alike_where_three_wrong_ones_and_all_others_agree():
    rows = choosers("BCDDA", "BCDDA", "BCDDB", "BCCDA", "BCCDA", "ABCDA", "ABCDA")
    assert pairs_of(rows) == [Pair("s00", "s01", 1, "the same wrong answers: 1 B, 2 C, 3 D")]


def test_are_the_most_alike_first_and_many_cut_short():
    pairs = pairs_of(coders(CODE.replace("found", "hit"), CODE, *[CODE] * 20))
    assert pairs[0].share == 1
    assert pairs[-1].share < 1
    assert len(pairs) == 22 * 21 / 2
    assert len(pair_lines(pairs)) == MOST_PAIRS


def test_does_the_summary_say_what_matters():
    column = [1] * 7 + [0] * 3
    rows = graded_in([1] * 9 + [0], column)
    rows.append(Row("z", "a", UNGRADED, "No notebook."))
    said = in_short(rows, spread_of(rows), questions_of(rows), [Pair("a", "b", 1, "")])
    assert said == [
        "10 of 11 students are graded; 1 handed in what could not be graded, and 0 handed in "
        "nothing.",
        "The median mark is 1 of 9 points; marks go from 1 to 1, and 0 got full marks.",
        "Hardest was 2 with 70 % of its points, easiest 1 with 90 %.",
        "One pair of submissions looks alike.",
    ]


def test_does_the_summary_of_nobody_say_so():
    assert in_short([], None, [], []) == ["Nobody is on the class list."]


def test_is_every_text_escaped_and_every_odd_sign_shown():
    assert text("<b>&\"'") == "&lt;b&gt;&amp;&quot;&#x27;"
    assert text("a\nb") == "a<br>b"
    assert text("\0\ud800\u202e") == "\ufffd" * 3
    assert len(text("x" * 1000)) == 400


def test_is_markup_in_a_table_or_a_list_only_text():
    for made in [table("<i>", ["<i>"], [["<i>"]]), sentences(["<i>"] * 2), names(["<i>"])]:
        assert "<i>" not in made.data
        assert "&lt;i&gt;" in made.data


def test_has_a_table_headers_for_columns_and_rows():
    made = table("T", ["id", "n"], [["7", 1], ["8", 2]]).data
    assert made.count('<th scope="col"') == 2
    assert made.count('<th scope="row">') == 2
    assert '<td class="number">2</td>' in made


def test_is_a_share_said_in_whole_per_cent():
    assert (percent(0.426), percent(0), percent(None)) == ("43 %", "0 %", "no points")

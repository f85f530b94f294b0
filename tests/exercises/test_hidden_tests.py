"""Every hidden test gives its points to the right letter and to nothing else, and says why."""

import re
from pathlib import Path

import pytest

from grading.commands.demo import answer_key
from tests.exercises.sections import lesson_sections

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
LETTERS = "ABCD"
REVISIT = re.compile(r" Revisit ([^.]+ · [^.]+)\.$")


@pytest.fixture(scope="session", params=["pattern_test", "practice"])
def assignment(request) -> str:
    """Those whose answers are letters."""
    return request.param


@pytest.fixture
def key(source):
    """Question → right letter."""
    return answer_key(source)


@pytest.fixture
def refusal(cell):
    """Run the check of a question and return what it says about a wrong answer."""

    def refusal(number: int, answer: object) -> str:
        with pytest.raises(AssertionError) as caught:
            exec(cell(f"check-{number}"), {f"answer_{number}": answer})
        return str(caught.value).partition("\n")[0]

    return refusal


def wrong_letters(key):
    return [(number, wrong) for number in key for wrong in LETTERS.replace(key[number], "")]


def test_does_each_question_offer_four_options(key, option):
    for number in key:
        assert len({option(number, letter) for letter in LETTERS}) == 4


def test_does_each_question_stand_out_and_have_a_worked_solution(key, cell):
    for number, right in key.items():
        assert re.search(r"^\*\*.+\*\*$", cell(f"question-{number}"), re.MULTILINE), number
        assert f"**Answer: {right}.**" in cell(f"worked-{number}")


def test_are_the_right_letters_spread(key):
    letters = list(key.values())
    assert set(letters) == set(LETTERS)
    assert max(map(letters.count, LETTERS)) <= 3


def test_is_no_option_much_longer_than_the_others(key, option):
    """Else the longest would be a good guess."""
    longest = [
        number
        for number, right in key.items()
        if len(option(number, right))
        > 1.5 * max(len(option(number, w)) for w in LETTERS if w != right)
    ]
    assert longest == []


def test_is_the_right_option_seldom_the_longest(key, option):
    """Of four options each is the longest in a quarter of the questions, by chance."""
    longest = [
        number
        for number, right in key.items()
        if len(option(number, right)) == max(len(option(number, letter)) for letter in LETTERS)
    ]
    assert len(longest) <= len(key) / 3


def test_does_the_right_letter_pass(cell, key, capsys):
    for number, right in key.items():
        for answer in [right, right.lower()]:
            exec(cell(f"check-{number}"), {f"answer_{number}": answer})
        assert capsys.readouterr().out == f"Question {number}: your answer is {right}.\n" * 2


def test_does_every_wrong_letter_fail_with_its_own_sentence(key, option, refusal):
    sentences = set()
    for number, wrong in wrong_letters(key):
        sentence = REVISIT.sub("", refusal(number, wrong))
        assert re.fullmatch(r"[^.]+(\.[^. ]+[^.]*)*\.", sentence)
        assert not re.search(rf"\b{key[number]}\b", sentence.removeprefix("A "))
        assert option(number, key[number]) not in sentence
        sentences.add(sentence)
    assert len(sentences) == 3 * len(key)


@pytest.mark.parametrize("answer", ["", None, "E", 7, ["A"]])
def test_does_a_blank_or_anything_else_fail(cell, key, answer):
    for number in key:
        with pytest.raises(Exception, match=f"Question {number}"):
            exec(cell(f"check-{number}"), {f"answer_{number}": answer})


def test_does_a_deleted_answer_fail(cell, key):
    for number in key:
        with pytest.raises(Exception, match=f"Question {number} has no answer yet"):
            exec(cell(f"check-{number}"), {})


@pytest.mark.parametrize("assignment", ["pattern_test"])
class TestSections:
    """A miss in the pattern test names the section of a lesson that answers the question."""

    def test_does_each_wrong_letter_name_the_section_of_its_check(self, cell, key, refusal):
        for number, wrong in wrong_letters(key):
            [section] = re.findall(r'^section = "(.+)"$', cell(f"check-{number}"), re.MULTILINE)
            assert REVISIT.search(refusal(number, wrong))[1] == section

    def test_is_each_section_a_heading_of_its_lesson(self, cell, key):
        checks = "\n".join(cell(f"check-{number}") for number in key)
        sections = set(re.findall(r'^section = "(.+)"$', checks, re.MULTILINE))
        assert sections <= lesson_sections()
        lessons = {section.split(" · ")[0] for section in sections}
        assert lessons == {"Two tokens", "The token route", "Why it is built so"}

"""Predictions: each question as its lesson asks it, each choice kept, told and brought back."""

import json
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from examiner.mistake import Mistake
from lesson import believed, predict, quiz
from lesson.predictions import after_cell, kept
from lesson.predictions.kept import Kept, keep, kept_file, read_kept
from lesson.predictions.questions import read_questions
from lesson.quiz import read_quizzes

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9]*.ipynb"))
QUESTIONS = read_questions()
OPTION = re.compile(r"^- ([A-D]) · (.+)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path) -> Path:
    """The learner's own folder, outside a notebook: a verdict comes at once."""
    monkeypatch.setattr(after_cell, "get_ipython", lambda: None)
    monkeypatch.setattr(kept, "user_data_path", lambda name: tmp_path / name)
    return tmp_path


def asked_in(path: Path) -> dict[str, tuple[str, str, str]]:
    """Return name → question, code and explanation of each prediction of a lesson."""
    cells = nbformat.read(path, as_version=4).cells
    found = {}
    for index, cell in enumerate(cells):
        if "predict" in cell.metadata.get("tags", []):
            [name] = re.findall(r'^predict\("([\w.-]+)", ""\)$', cell.source, re.MULTILINE)
            found[name] = cells[index - 1].source, cell.source, cells[index + 1].source
    return found


ASKED = {name: texts for path in NOTEBOOKS for name, texts in asked_in(path).items()}


def test_is_every_prediction_written_down_in_the_order_of_the_lessons():
    assert list(QUESTIONS) == list(ASKED)
    assert {question.lesson for question in QUESTIONS.values()} <= set(read_quizzes())


@pytest.mark.parametrize("name", QUESTIONS)
def test_is_a_question_the_one_of_its_lesson(name):
    before, code, after = ASKED[name]
    question = QUESTIONS[name]
    assert code.startswith("predict(")
    assert f"**{question.ask}**" in before
    assert dict(OPTION.findall(before)) == {x: c.text for x, c in question.choices.items()}
    assert f"\n**{question.right}.**" in after


@pytest.mark.parametrize("name", QUESTIONS)
def test_has_every_choice_a_sentence_of_its_own(name):
    says = [choice.says for choice in QUESTIONS[name].choices.values()]
    assert [text for text in says if not re.fullmatch(r"[^\n]{20,240}[.!?)]", text)] == []
    assert len(set(says)) == len(says) == len({c.text for c in QUESTIONS[name].choices.values()})


def test_does_no_letter_pay_for_whoever_guesses():
    chances = Counter(letter for q in QUESTIONS.values() for letter in q.choices)
    right = Counter(question.right for question in QUESTIONS.values())
    assert {
        letter for letter in chances if not 0.2 <= right[letter] / chances[letter] <= 0.4
    } == set()


def test_is_the_longest_choice_no_hint():
    longest = [
        max(question.choices, key=lambda x: len(question.choices[x].text)) == question.right
        for question in QUESTIONS.values()
    ]
    assert sum(longest) <= len(longest) / 3


@pytest.fixture
def said(capsys):
    """Return what was printed, a paragraph a text, whatever its lines are."""
    return lambda: [" ".join(part.split()) for part in capsys.readouterr().out.split("\n\n")]


def test_does_a_wrong_choice_hear_what_it_mixes_up(said):
    question = QUESTIONS["why.first"]
    wrong = next(letter for letter in question.choices if letter != question.right)
    predict("why.first", f" {wrong.lower()} ", sure=3)
    right = question.right
    assert said() == [
        f"Your choices are kept in {kept_file()}, on this machine alone.",
        f"You chose {wrong}, and {right} is right. {question.choices[wrong].says}",
    ]
    assert json.loads(kept_file().read_text())["sure"] == 3


def test_does_no_line_end_inside_a_word(capsys):
    predict("why.first", "A")
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 79 or " " not in line for line in lines)
    assert QUESTIONS["why.first"].choices["A"].says in " ".join(lines)


def test_does_a_right_choice_hear_why_it_holds(said):
    question = QUESTIONS["why.stop"]
    predict("why.stop", question.right)
    says = question.choices[question.right].says
    assert said()[1:] == [f"{question.right} is right. {says}"]


def test_is_the_first_choice_the_one_that_counts(capsys):
    for letter in "ABA":
        predict("why.first", letter)
    said = capsys.readouterr().out.splitlines()
    assert said.count("You chose A first, and that choice stays the one that is kept.") == 1
    assert read_kept()[0]["why.first"].text == QUESTIONS["why.first"].choices["A"].text
    assert len(kept_file().read_text().splitlines()) == 1


def test_is_nothing_kept_without_a_letter(capsys):
    predict("why.first", "")
    assert capsys.readouterr().out.startswith("No letter was chosen")
    assert not kept_file().exists()


WRONG = {
    "no such letter": (("why.first", "E"), {}, "'E' is no choice here: put A, B or C"),
    "a word": (("why.first", "yes"), {}, "'yes' is no choice here"),
    "no text": (("why.first", 2), {}, "2 is no choice here"),
    "no such question": (("why.last", "A"), {}, "no prediction 'why.last'"),
    "too sure": (("why.first", "A"), {"sure": 4}, "sure= takes 1"),
    "a yes for a number": (("why.first", "A"), {"sure": True}, "sure= takes 1"),
}


@pytest.mark.parametrize("case", WRONG)
def test_is_what_cannot_be_chosen_told_before_the_cell_goes_on(case):
    given, named, sentence = WRONG[case]
    with pytest.raises(Mistake, match=re.escape(sentence)):
        predict(*given, **named)
    assert not kept_file().exists()


def test_is_a_choice_told_of_where_it_cannot_be_kept(folder, said):
    (folder / "refresh-token-course").write_text("a file in the place of the folder")
    predict("why.first", QUESTIONS["why.first"].right)
    told, verdict = said()
    assert told.startswith(f"Your choice could not be kept in {kept_file()} (")
    assert verdict.startswith(f"{QUESTIONS['why.first'].right} is right.")


def test_is_no_line_lost_where_several_notebooks_write():
    choices = [Kept(name, question.choices["A"].text) for name, question in QUESTIONS.items()]
    with ThreadPoolExecutor(8) as notebooks:
        list(notebooks.map(keep, choices))
    assert set(read_kept()[0]) == set(QUESTIONS)


SPOILED = [
    "{",
    "[]",
    '"text"',
    '{"name": "why.first"}',
    '{"name": 1, "text": "x", "sure": null}',
    "\udcff",
]


@pytest.mark.parametrize("line", SPOILED)
def test_is_a_spoiled_line_counted_and_the_rest_read(line):
    keep(Kept("why.first", QUESTIONS["why.first"].choices["A"].text))
    with kept_file().open("ab") as file:
        file.write(line.encode(errors="surrogateescape") + b"\n")
    assert len(read_kept()[0]) == 1
    assert f"these lines of {kept_file()} cannot be read: 1." in repr(believed())


def choose(name: str, right: bool, sure: int | None = None) -> str:
    """Keep a right or a wrong choice; return its text."""
    question = QUESTIONS[name]
    letter = next(x for x in question.choices if (x == question.right) == right)
    keep(Kept(name, question.choices[letter].text, sure))
    return question.choices[letter].text


def test_does_the_page_begin_with_what_one_was_surest_of_and_missed():
    texts = [
        choose("start-here.clock", right=True, sure=3),
        choose("why.first", right=False),
        choose("why.stop", right=False, sure=3),
    ]
    page = believed()
    assert [row[2] for row in page.rows] == [texts[2], texts[1], texts[0]]
    assert repr(page).startswith("Predictions that are kept: 3. Of these are right: 1.")
    cells = re.findall(r"<td[^>]*>(.*?)</td>", page._repr_html_())
    assert len(cells) == 18


def test_is_an_empty_page_told():
    assert "None of your predictions is kept yet" in repr(believed())
    assert "None of your predictions is kept yet" in believed()._repr_html_()


def test_is_a_choice_of_an_older_course_left_out_and_told():
    keep(Kept("why.first", "what no version asks"))
    keep(Kept("why.gone", "x"))
    assert "this version of the course asks otherwise: 2." in repr(believed())


def returning(name: str) -> list[str]:
    own = len(read_quizzes()[name]["question"])
    return [question["ask"] for question in quiz(name).questions[own:]]


def test_does_a_miss_come_back_two_lessons_later_and_nowhere_else():
    choose("two-tokens.read", right=False)
    assert [name for name in read_quizzes() if returning(name)] == ["why"]
    [ask] = returning("why")
    assert ask.endswith(QUESTIONS["two-tokens.read"].ask.replace("`", ""))


def test_does_what_was_right_not_come_back():
    choose("start-here.clock", right=True)
    assert [name for name in read_quizzes() if returning(name)] == []


def test_do_two_misses_at_most_come_back_the_surest_first():
    names = [name for name in QUESTIONS if name.startswith("two-tokens.")][:3]
    for sure, name in enumerate(names, 1):
        choose(name, right=False, sure=sure)
    found = returning("why")
    assert [ask.partition(": ")[2] for ask in found] == [
        QUESTIONS[name].ask.replace("`", "") for name in reversed(names[1:])
    ]


def test_does_a_page_without_a_kernel_show_no_misses():
    """Stored outputs are for every learner: a maintainer's own misses do not stand there."""
    before = repr(quiz("why"))
    choose("two-tokens.read", right=False)
    assert returning("why")
    assert repr(quiz("why")) == before

"""What is said of real products: each word with a source, on the page and in the text."""

import re

import pytest

from examiner.mistake import Mistake
from lesson.products import products, read_products

TOLD = read_products()
QUESTIONS = list(TOLD["question"])
KINDS = [
    r"(?m)^.*(?:revokes|ends the session|session ends).*$",
    r"(?m)^.*refused(?:, and nothing else|; that more ends).*$",
    r"(?m)^it works again: .*$",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_does_every_answer_name_its_sources(question):
    answers = [product[question] for product in TOLD["product"] if question in product]
    assert len(answers) >= 8
    assert [says for says, *sources in answers if not sources] == []
    assert {name for _, *sources in answers for name in sources} <= set(TOLD["source"])


def test_is_every_source_cited_and_an_address():
    cited = {
        name for product in TOLD["product"] for q in QUESTIONS for name in product.get(q, [])[1:]
    }
    assert cited == set(TOLD["source"])
    assert [a for a in TOLD["source"].values() if not re.fullmatch(r"https://[^\s\"<>]+", a)] == []


def test_is_nothing_said_that_no_question_asks_for():
    assert {key for product in TOLD["product"] for key in product} == {"name", *QUESTIONS}


@pytest.mark.parametrize("question", QUESTIONS)
def test_do_page_and_text_say_the_same(question):
    page, text = products(question)._repr_html_(), repr(products(question))
    cells = re.findall(r"<td[^>]*>(.*?)</td>", page)
    assert [text for cell in cells if re.sub("<[^>]*>", "", cell) not in text] == []
    assert len(cells) == 3 * (len(text.splitlines()) - 1)
    assert TOLD["question"][question] in page
    assert len(text.splitlines()) <= 1 + len(TOLD["product"])


def test_are_there_as_many_of_each_kind_as_the_lesson_says():
    """Seven end more than the spent token, three refuse it and no more, three go on with it."""
    says = [product["reuse"][0] for product in TOLD["product"]]
    assert [len(re.findall(kind, "\n".join(says))) for kind in KINDS] == [7, 3, 3]
    assert len(says) == 13


def test_has_a_product_without_an_answer_no_row():
    assert "Okta" in repr(products("reuse"))
    assert "Okta" not in repr(products("stored"))


def test_is_a_question_that_nobody_was_asked_told_in_a_sentence():
    with pytest.raises(Mistake, match="family, reuse, grace, stored, races"):
        products("colour")

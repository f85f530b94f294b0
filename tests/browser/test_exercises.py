"""The two exercises in which students write code, answered in a real JupyterLab."""

import pytest

from grading.code_exercises import CODE_EXERCISES
from tests.exercises.solutions import solution

RIGHT = {"rotation": "dataclass_enum", "client": "condition"}
# A wrong answer, the check that it misses, and how the tutor puts it.
WRONG = {
    "rotation": ("same_token_back", "check-2", "That refreshes the access token and rotates"),
    "client": ("keeps_old_refresh", "check-3", "A refresh replaces both tokens"),
}


@pytest.fixture(scope="module", params=CODE_EXERCISES)
def exercise(lab, request) -> str:
    """An exercise that is open."""
    path = f"exercises/{request.param}/{request.param}.ipynb"
    lab.open(path)
    yield request.param
    lab.open(path)
    lab.close()


@pytest.fixture
def answer(lab, exercise):
    """Write a sample into the answer cell of the exercise, and return the cell's id."""

    def answer(sample: str) -> str:
        lab.write(CODE_EXERCISES[exercise].answer, solution(exercise, sample))
        return CODE_EXERCISES[exercise].answer

    return answer


def test_does_every_public_check_say_that_a_right_answer_keeps_it(lab, answer, picture, exercise):
    answer(f"right/{RIGHT[exercise]}")
    cells = lab.run_all()
    assert [o for cell in cells for o in cell["outputs"] if o["output_type"] == "error"] == []
    said = {cell["id"]: cell["outputs"] for cell in cells if cell["id"].startswith("check-")}
    for number, rule in enumerate(CODE_EXERCISES[exercise].rules, start=1):
        [output] = said.pop(f"check-{number}")
        verdict = f"{rule.name} · {rule.points} of {rule.points} point"
        assert output["data"]["text/plain"].startswith(verdict)
    assert said
    assert not any(said.values())  # the checks of the hidden rules say nothing
    lab.show("check-1")
    picture(f"{exercise}_right")


def test_does_a_wrong_answer_get_the_tutors_lines_and_no_traceback(lab, answer, picture, exercise):
    sample, check, sentence = WRONG[exercise]
    lab.run_one(answer(f"wrong/{sample}"))
    [output] = lab.run_one(check)["outputs"]
    rule = CODE_EXERCISES[exercise].rules[int(check.removeprefix("check-")) - 1]
    assert output["evalue"].startswith(f"{rule.name} · 0 of {rule.points} point")
    assert sentence in output["evalue"]
    assert f"Read again: {rule.section}" in output["evalue"]
    lab.show(check)
    shown = lab.front.locator(".jp-OutputArea-output", has_text=f"{rule.name} · 0 of").first
    assert shown.inner_text().strip() == output["evalue"]
    picture(f"{exercise}_wrong")

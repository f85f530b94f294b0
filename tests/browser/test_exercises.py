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


@pytest.fixture
def answer(lab):
    """Open an exercise and write a sample into its answer cell; close it after the test."""

    def answer(exercise: str, sample: str) -> str:
        lab.open(f"exercises/{exercise}/{exercise}.ipynb")
        lab.write(CODE_EXERCISES[exercise].answer, solution(exercise, sample))
        return CODE_EXERCISES[exercise].answer

    yield answer
    lab.close()


def test_is_the_button_there_that_the_practice_speaks_of(lab, repository):
    path = "exercises/practice/practice.ipynb"
    assert "the *Validate* button above" in (repository / path).read_text(encoding="utf-8")
    lab.open(path)
    lab.page.get_by_role("button", name="Validate").wait_for()
    lab.close()


@pytest.mark.parametrize("exercise", CODE_EXERCISES)
def test_does_every_public_check_say_that_a_right_answer_keeps_it(lab, answer, picture, exercise):
    answer(exercise, f"right/{RIGHT[exercise]}")
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


@pytest.mark.parametrize("exercise", CODE_EXERCISES)
def test_does_a_wrong_answer_get_the_tutors_lines_and_no_traceback(lab, answer, picture, exercise):
    sample, check, sentence = WRONG[exercise]
    lab.run_one(answer(exercise, f"wrong/{sample}"))
    [output] = lab.run_one(check)["outputs"]
    rule = CODE_EXERCISES[exercise].rules[int(check.removeprefix("check-")) - 1]
    assert output["evalue"].startswith(f"{rule.name} · 0 of {rule.points} point")
    assert sentence in output["evalue"]
    assert f"Read again: {rule.section}" in output["evalue"]
    lab.show(check)
    shown = lab.page.locator(".jp-OutputArea-output", has_text=f"{rule.name} · 0 of").first
    assert shown.inner_text().strip() == output["evalue"]
    picture(f"{exercise}_wrong")

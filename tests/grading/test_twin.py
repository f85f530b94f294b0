"""A wrong solution beside an answer is found wrong, or a person has to look why it is not."""

import pytest

from examiner.examination import Examination
from grading.examining import twin
from grading.examining.code_answers import RULES
from tests.exercises.solutions import solution

RIGHT = {"rotation": "right/opaque_dict_lock", "client": "right/one_lock"}
# What keeps the examiner from seeing faults of one kind, whoever has them.
TAMPERING = {
    "hashed": """
import sys
kept = sys.modules["examiner.rotation.retention"].Retention
kept.of = lambda *arguments, **named: {"texts": [], "unseen": []}
""",
    "race": """
import sys, threading
def patch(main):
    turns, answered = threading.Lock(), main.answered
    def one_at_a_time(app, request):
        with turns:
            return answered(app, request)
    main.answered, main.patched = one_at_a_time, True
main = sys.modules["__main__"]
hasattr(main, "patched") or patch(main)
""",
    "single": """
import sys, threading
def patch(call):
    turns, run = threading.Lock(), call.run
    def one_at_a_time(self):
        with turns:
            run(self)
    call.run, call.patched = one_at_a_time, True
call = sys.modules["__main__"].Call
hasattr(call, "patched") or patch(call)
""",
}


def exercise_of(rule: str) -> str:
    return "client" if rule in RULES["client"] else "rotation"


@pytest.mark.parametrize("store", range(len(twin.STORES)))
@pytest.mark.parametrize("rule", twin.TWINS)
def test_has_each_twin_its_fault(monkeypatch, rule, store):
    monkeypatch.setattr(twin.secrets, "choice", lambda found: found[store % len(found)])
    monkeypatch.setattr(twin, "NAMES", ())  # one letter for all of them is no name
    source = twin.source_of(rule)
    exercise = exercise_of(rule)
    with Examination(source) as examination:
        verdict = examination.examine(RULES[exercise][rule])
        assert examination.examine(next(iter(RULES[exercise].values()))).passed
    assert not verdict.passed
    assert "expected" in verdict.message


def test_has_each_twin_names_of_its_own():
    first, second = (twin.source_of("race") for _ in range(2))
    assert first != second
    assert not any(f" {name}" in first for name in ("look", "keep", "owners"))


@pytest.mark.parametrize("rule", TAMPERING)
def test_is_an_answer_read_that_keeps_the_twin_from_being_found(rule):
    exercise = exercise_of(rule)
    source = solution(exercise, RIGHT[exercise]) + TAMPERING[rule]
    with Examination(source) as examination:
        assert examination.examine(RULES[exercise][rule]).passed
        twin.watch(examination, RULES[exercise][rule])
    assert twin.MISSED.format(rule=rule) in examination.to_read


@pytest.mark.parametrize("rule", twin.TWINS)
def test_is_a_right_answer_not_read(rule):
    exercise = exercise_of(rule)
    with Examination(solution(exercise, RIGHT[exercise])) as examination:
        assert examination.examine(RULES[exercise][rule]).passed
        twin.watch(examination, RULES[exercise][rule])
    assert examination.to_read == []

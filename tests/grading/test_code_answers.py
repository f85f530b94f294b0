"""A check is bound to the rule that it names: never by its place, and never to other points."""

import re
from dataclasses import replace

import pytest

from examiner.rule import Rule, Verdict
from examiner.source_scan import reaches
from grading.code_exercises import CODE_EXERCISES
from grading.errors import GradingError, Ungradable
from grading.examining import code_answers, twin
from grading.examining.assignment import read_exercise
from grading.examining.code_answers import RULES, bind, named_rule, refuse_unreadable
from grading.examining.exercise import CODE
from grading.examining.result import Mark, Marked, Result


class Examined:
    """Stand for an examination of a source that breaks one rule."""

    told = late = to_read = ()
    broken: str

    def __init__(self, source: str, launcher: None) -> None:
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def finds(self, rule: Rule, source: str) -> bool:
        return True

    def examine(self, rule: Rule) -> Verdict:
        passed = rule.name != self.broken
        return Verdict(rule.name, rule.points, rule.title, rule.section, passed)


@pytest.fixture(scope="module", params=sorted(CODE_EXERCISES))
def exercise(request, repository):
    return read_exercise(repository, request.param)


def changed(exercise, name: str, old: str, new: str, **metadata):
    """Return the exercise with another text, or other nbgrader metadata, in one of its cells."""
    cells = []
    for cell in exercise.cells:
        if cell["id"] == name:
            marked = cell["metadata"]["nbgrader"] | metadata
            source = cell["source"].replace(old, new)
            cell = cell | {"source": source, "metadata": {"nbgrader": marked}}
        cells.append(cell)
    return replace(exercise, cells=tuple(cells))


def complaint(exercise) -> str:
    with pytest.raises(GradingError) as error:
        bind(exercise)
    assert str(error.value).count("\n") == 0
    return str(error.value)


def test_are_the_exercises_of_code_those_that_have_rules():
    assert set(CODE) == set(CODE_EXERCISES) == set(RULES)


def test_is_each_check_bound_to_the_rule_that_it_names(exercise):
    bound = bind(exercise)
    assert [*bound] == [check.name for check in exercise.checks]
    assert {rule.name for rule in bound.values()} == set(RULES[exercise.name])
    for check in exercise.checks:
        assert re.search(rf"\b{bound[check.name].name}\b", check.source)


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ('check(token, "one_use")', "one_use"),
        ("import lesson\nlesson.check(token, reuse)", "reuse"),
        ("# check(token, 'x')", None),
        ("check(token)", None),
        ("check(token, 'x", None),
    ],
)
def test_is_a_rule_read_from_the_source_of_a_check(source, rule):
    assert named_rule(source) == rule


def test_do_marks_follow_the_names_when_rules_swap_places(exercise, monkeypatch):
    """One rule is broken, and its check alone loses, in whatever order the rules stand."""
    lost = exercise.checks[1].name
    Examined.broken = bind(exercise)[lost].name
    monkeypatch.setattr(code_answers, "Examination", Examined)
    rules = RULES[exercise.name]
    for order in (rules, dict(reversed(rules.items()))):
        monkeypatch.setitem(RULES, exercise.name, order)
        marks = {mark.check: mark for mark in code_answers.mark(exercise, "", None).result.marks}
        assert marks[lost].rule == Examined.broken
        assert {name: mark.score for name, mark in marks.items()} == {
            check.name: check.points * (check.name != lost) for check in exercise.checks
        }


class Timed(Examined):
    """Stand for an examination in which one rule takes too long, and the others are kept."""

    def __init__(self, source: str, launcher: None) -> None:
        self.late = []

    def examine(self, rule: Rule) -> Verdict:
        verdict = super().examine(rule)
        self.late += [] if verdict.passed else [rule.name]
        return verdict


@pytest.mark.parametrize("place", [0, 1, 2])
def test_is_decided_anew_what_a_time_out_had_decided_until_one_is_late_again(
    exercise, monkeypatch, place
):
    monkeypatch.setattr(code_answers, "Examination", Timed)
    names = [check.name for check in exercise.checks[:3]]
    zeros = [Mark(check.name, check.points, 0, "late") for check in exercise.checks]
    before = Marked(Result(tuple(zeros), {"answer": "source"}), names)
    Timed.broken = bind(exercise)[names[place]].name
    found = code_answers.mark_again(exercise, "source", before, None)
    assert found.late == names[place:]
    assert [mark.check for mark in found.result.marks] == [mark.check for mark in zeros]
    assert [mark.check for mark in found.result.marks if mark.score] == names[:place]
    assert found.result.answers == before.result.answers


def test_is_it_told_which_marks_a_time_out_has_decided(exercise, monkeypatch):
    monkeypatch.setattr(code_answers, "Examination", Timed)
    Timed.broken = bind(exercise)[exercise.checks[1].name].name
    assert code_answers.mark(exercise, "", None).late == [exercise.checks[1].name]


class Tampered(Examined):
    """Stand for an examination in which something comes up that a person has to look at."""

    broken = ""
    to_read = ("Something came up.",)


def test_does_what_a_person_has_to_read_come_from_the_source_and_its_examination(
    exercise, monkeypatch
):
    monkeypatch.setattr(code_answers, "Examination", Tampered)
    found = code_answers.mark(exercise, "import gc", None)
    assert found.result.to_read == (*reaches("import gc"), "Something came up.")
    assert found.result.score == sum(check.points for check in exercise.checks)
    before = Marked(replace(found.result, to_read=reaches("import gc")), [])
    again = code_answers.mark_again(exercise, "import gc", before, None)
    assert again.result.to_read == found.result.to_read


class Blind(Examined):
    """Stand for an examination in which no fault of another source is found."""

    broken = ""

    def __init__(self, source: str, launcher: None) -> None:
        self.to_read = []

    def finds(self, rule: Rule, source: str) -> bool:
        return False


def test_is_an_answer_read_beside_which_no_twin_is_found(exercise, monkeypatch):
    monkeypatch.setattr(code_answers, "Examination", Blind)
    rules = [rule.name for rule in bind(exercise).values() if rule.name in twin.TWINS]
    told = [twin.MISSED.format(rule=name) for name in rules]
    assert [*code_answers.mark(exercise, "", None).result.to_read] == told
    assert told


def test_is_what_nobody_can_look_through_refused():
    with pytest.raises(Ungradable, match=r"nested too deeply .* regrade --as-read"):
        refuse_unreadable("x = " + "-" * 5000 + "1")
    refuse_unreadable("import gc")


def test_are_other_points_one_clear_error(exercise):
    check = exercise.checks[-1]
    said = complaint(changed(exercise, check.name, "", "", points=check.points + 1))
    name, rule = check.name, bind(exercise)[check.name]
    assert said.startswith(f"{name} of solutions/{exercise.name} brings {check.points + 1:g}, and")
    assert f"its rule {rule.name} is worth {rule.points}" in said


def test_is_a_check_without_a_rule_an_error(exercise):
    check = exercise.checks[0]
    assert "names no rule" in complaint(changed(exercise, check.name, check.source, "pass"))


def test_is_an_unknown_rule_an_error_that_names_the_known_ones(exercise):
    check = exercise.checks[0]
    rule = bind(exercise)[check.name].name
    said = complaint(changed(exercise, check.name, rule, "no_such_rule"))
    assert f"{check.name} of solutions/{exercise.name} names the rule no_such_rule" in said
    assert rule in said


def test_is_a_rule_that_two_checks_name_an_error(exercise):
    one, two, *_ = exercise.checks
    rules = bind(exercise)
    moved = changed(exercise, two.name, rules[two.name].name, rules[one.name].name)
    assert f"{two.name} and {one.name} of solutions/{exercise.name} both name" in complaint(moved)


def test_is_a_rule_that_no_check_names_an_error(exercise):
    last = exercise.checks[-1]
    cells = tuple(cell for cell in exercise.cells if cell["id"] != last.name)
    said = complaint(replace(exercise, cells=cells))
    assert said.startswith(f"No check of solutions/{exercise.name} names the rule")


def test_is_the_difference_told_when_the_assignment_is_read(repository, tmp_path):
    source = (repository / "solutions/client/client.ipynb").read_text(encoding="utf-8")
    target = tmp_path / "solutions/client/client.ipynb"
    target.parent.mkdir(parents=True)
    target.write_text(source.replace('check(Session, \\"carries\\")', "pass"), encoding="utf-8")
    with pytest.raises(GradingError, match="check-1 of solutions/client names no rule"):
        read_exercise(tmp_path, "client")

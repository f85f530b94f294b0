"""Mark the exercises in which students write code: their one cell is examined rule by rule."""

from dataclasses import replace

from examiner.examination import Examination
from examiner.launching import Launcher
from examiner.mistake import Mistake
from examiner.plain_python import plain_python
from examiner.rule import Rule, Verdict
from examiner.source_scan import reaches
from grading.code_exercises import CODE_EXERCISES, answer_source
from grading.errors import GradingError, Ungradable
from grading.examining import twin
from grading.examining.exercise import Check, Exercise, named_rule
from grading.examining.hidden_rules import client, rotation
from grading.examining.result import Mark, Marked, Result
from grading.submission import Cell

HIDDEN: dict[str, tuple[Rule, ...]] = {"rotation": rotation.RULES, "client": client.RULES}
# Exercise → name → rule, the public ones and the hidden ones.
RULES: dict[str, dict[str, Rule]] = {
    name: {rule.name: rule for rule in (*exercise.rules, *HIDDEN[name])}
    for name, exercise in CODE_EXERCISES.items()
}
UNNAMED = "{check} of {exercise} names no rule: write check(answer, rule) into it."
UNKNOWN = "{check} of {exercise} names the rule {rule}, which there is not: choose {known}."
TWICE = "{check} and {other} of {exercise} both name the rule {rule}: each rule has one check."
UNCHECKED = "No check of {exercise} names the rule {rule}: give it a cell, with its points."
OTHER_POINTS = (
    "{check} of {exercise} brings {points:g}, and its rule {rule} is worth {worth}: "
    "write the same into both."
)
GONE = "Its version of {name} asks the rule {rule}, which there is not any more: mark it by hand."
UNREADABLE = "{why} Read it, then regrade --as-read."
NOT_ASKED = "Not asked of this version."


def answers(exercise: Exercise, found: list[Cell]) -> dict[str, str]:
    """Return cell id → source of the code that was handed in; raise as `answer_source` does."""
    code = CODE_EXERCISES[exercise.name]
    return {code.answer: answer_source(code, found, exercise.answers[code.answer])}


def mark(exercise: Exercise, source: str, launcher: Launcher) -> Marked:
    """Return the marks on a source that was handed in; each check brings those of its rule.

    A check without points is of a rule that this version does not ask. Raises Ungradable where it
    asks one that there is not any more.
    """
    asked = _asked(exercise)
    with Examination(source, launcher) as examination:
        verdicts = {name: _examined(examination, rule) for name, rule in asked.items()}
    marks = [_mark(check, verdicts.get(check.name)) for check in exercise.checks]
    answer, told = CODE_EXERCISES[exercise.name].answer, list(examination.told)
    notes, to_read = {answer: told} if told else {}, _to_read(source, examination)
    result = Result(tuple(marks), {answer: source}, notes, to_read=to_read)
    return Marked(result, [name for name, rule in asked.items() if rule.name in examination.late])


def mark_again(exercise: Exercise, source: str, before: Marked, launcher: Launcher) -> Marked:
    """Return the marks with those that a time-out has decided decided anew, until one is again.

    That one and those after it stay as they were: a source that hangs costs one more time-out.
    """
    checks = {check.name: check for check in exercise.checks}
    asked, marks = _asked(exercise), {found.check: found for found in before.result.marks}
    late = list(before.late)
    with Examination(source, launcher) as examination:
        for name in before.late:
            verdict = _examined(examination, asked[name])
            if examination.late:
                break
            marks[name] = _mark(checks[name], verdict)
            late.remove(name)
    to_read = tuple(dict.fromkeys((*before.result.to_read, *examination.to_read)))
    return Marked(replace(before.result, marks=tuple(marks.values()), to_read=to_read), late)


def _examined(examination: Examination, rule: Rule) -> Verdict:
    """Return the verdict on a rule; one that was kept has to see the fault of a twin as well."""
    verdict = examination.examine(rule)
    if verdict.passed:
        twin.watch(examination, rule)
    return verdict


def _to_read(source: str, examination: Examination) -> tuple[str, ...]:
    """Return why a person has to read a source: what it reaches for, and what came of it."""
    try:
        told = reaches(plain_python(source).text)
    except Mistake as error:
        told = (str(error),)
    return tuple(dict.fromkeys((*told, *examination.to_read)))


def _asked(exercise: Exercise) -> dict[str, Rule]:
    """Return the rules that a version asks, by the names of its checks."""
    return {check.name: _rule_today(exercise, check) for check in exercise.checks if check.points}


def bind(exercise: Exercise) -> dict[str, Rule]:
    """Return the rule of each check, by the check's name.

    Raises GradingError where a check names no rule or one that is not there, where two name the
    same, where none names a rule, and where a check and its rule are worth different points.
    """
    bound: dict[str, Rule] = {}
    for check in exercise.checks:
        rule = _rule_of(exercise, check)
        for other in (name for name, taken in bound.items() if taken is rule):
            raise _wrong(TWICE, exercise, check=check.name, other=other, rule=rule.name)
        if rule.points != check.points:
            points = {"points": check.points, "worth": rule.points}
            raise _wrong(OTHER_POINTS, exercise, check=check.name, rule=rule.name, **points)
        bound[check.name] = rule
    for rule in RULES[exercise.name].values():
        if rule not in bound.values():
            raise _wrong(UNCHECKED, exercise, rule=rule.name)
    return bound


def refuse_unreadable(source: str) -> None:
    """Raise Ungradable where a source cannot be looked through, or is nothing to run."""
    try:
        text = plain_python(source).text
    except Mistake as error:
        raise Ungradable(str(error)) from None
    try:
        reaches(text)
    except Mistake as error:
        raise Ungradable(UNREADABLE.format(why=error)) from None


def _rule_of(exercise: Exercise, check: Check) -> Rule:
    rules = RULES[exercise.name]
    name = named_rule(check.source)
    if name is None:
        raise _wrong(UNNAMED, exercise, check=check.name)
    if name not in rules:
        raise _wrong(UNKNOWN, exercise, check=check.name, rule=name, known=", ".join(rules))
    return rules[name]


def _rule_today(exercise: Exercise, check: Check) -> Rule:
    name = named_rule(check.source)
    if name not in RULES[exercise.name]:
        raise Ungradable(GONE.format(name=exercise.name, rule=name))
    return RULES[exercise.name][name]


def _wrong(sentence: str, exercise: Exercise, **found: object) -> GradingError:
    return GradingError(sentence.format(exercise=f"solutions/{exercise.name}", **found))


def _mark(check: Check, verdict: Verdict | None) -> Mark:
    if verdict is None:
        return Mark(check.name, 0, 0, NOT_ASKED, attempted=False, asked=False)
    return Mark(
        check=check.name,
        points=check.points,
        score=check.points if verdict.passed else 0,
        message="Right." if verdict.passed else str(verdict),
        attempted=verdict.attempted,
        rule=verdict.rule,
        title=verdict.title,
        section="" if verdict.passed or not verdict.attempted else verdict.section,
    )

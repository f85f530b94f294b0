"""The numbers in what learners and instructors read are those of the questions and rules."""

import re
from collections import Counter

import pytest

from grading.code_exercises import CODE_EXERCISES
from grading.examining.assignment import read_exercise
from grading.examining.code_answers import RULES, bind
from tests.conftest import full_marks, points_of
from tests.exercises.solutions import HERE, loses

WORDS = [
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
]
LEVELS = {"easy": 1, "medium": 2, "hard": 3}


def says(text: str, count: int, what: str) -> bool:
    """Return whether a text says so many of what, in words or figures."""
    word = WORDS[count] if count < len(WORDS) else count
    return bool(re.search(rf"\b(?:{word}|{count}) {what}", text, re.IGNORECASE))


def public(assignment: str) -> int:
    return len(CODE_EXERCISES[assignment].rules)


@pytest.fixture
def text(source) -> str:
    """What a notebook says beside its code."""
    return "\n".join(cell.source for cell in source.cells if cell.cell_type == "markdown")


@pytest.fixture
def instructor(repository) -> str:
    return (repository / "docs/instructor.md").read_text(encoding="utf-8")


def test_does_a_notebook_say_how_many_points_there_are(text, assignment):
    assert says(text, full_marks(assignment), "points in all")


def test_does_a_notebook_say_how_many_questions_or_rules_there_are(text, assignment):
    every = len(points_of(assignment))
    if assignment in CODE_EXERCISES:
        first = public(assignment)
        assert says(text, every, "rules are examined")
        assert says(text, first, "you can check as often as you like")
        assert says(text, first, "rules to check\n")
        assert says(text, every - first, "rules examined after you hand in\n")
        assert says(text, first, rf"lines with points tell that the first {WORDS[first]} rules")
    else:
        assert says(text, every, "questions on the")
        assert says(text, every, r"lines that begin with \*Question\*")


@pytest.mark.parametrize("assignment", CODE_EXERCISES)
def test_do_the_tables_of_a_notebook_have_every_rule_with_its_points(repository, text, assignment):
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (\d+) \|", text, re.MULTILINE)
    told = {f"check-{number}": (rule, int(points)) for number, rule, points in rows}
    rules = bind(read_exercise(repository, assignment))
    assert told == {check: (rule.name, rule.points) for check, rule in rules.items()}
    assert len(rows) == len(told)


def test_does_the_readme_say_so_too(repository, assignment):
    readme = (repository / "README.md").read_text(encoding="utf-8")
    [line] = [line for line in readme.splitlines() if f"]({exercise(assignment)})" in line]
    every = len(points_of(assignment))
    if assignment not in CODE_EXERCISES:
        assert says(line, every, "graded questions")
    elif "rules" in line:
        assert says(line, public(assignment), "rules to check at once")
        assert says(line, every - public(assignment), "after handing in")


def test_do_the_lessons_say_how_many_questions_there_are(repository):
    number = rf"\b({'|'.join(WORDS)})"
    asked = {
        "practice": rf"{number} \[practice questions\]",
        "pattern_test": rf"{number} (?:of the \[pattern test\]|graded questions)",
    }
    lessons = "".join(path.read_text("utf-8") for path in repository.glob("notebooks/*.ipynb"))
    for name, pattern in asked.items():
        told = re.findall(pattern, lessons)
        assert len(told) > 1
        assert set(told) == {WORDS[len(points_of(name))]}


def exercise(assignment: str) -> str:
    return f"exercises/{assignment}/{assignment}.ipynb"


def test_does_the_table_of_instructors_say_what_counts(instructor, assignment):
    table = instructor[instructor.index("| difficulty |") :].partition("\n\n")[0]
    header, _, *lines = [re.findall(r"[^|]+(?=\|)", line) for line in table.splitlines()]
    column = [title.strip() for title in header].index(assignment.replace("_", " "))
    told = {line[0].strip(): line[column] for line in lines}
    assert says(told["all"], full_marks(assignment), "points")
    counts = Counter(points_of(assignment).values())
    for level, points in LEVELS.items():
        assert len(numbers(told[level])) == counts[points], level


def numbers(cell: str) -> range | list[int]:
    """Return the numbers in "questions 3, 4" and "questions 4 to 7"; as many as "7 rules" says."""
    found = [int(number) for number in re.findall(r"\d+", cell)]
    if "rule" in cell:
        return range(found[0])
    return range(found[0], found[-1] + 1) if " to " in cell else found


def test_do_instructors_read_how_many_rules_are_public(instructor):
    told = [f"{public(name)} of {len(points_of(name))}" for name in ("rotation", "client")]
    assert f"the public ones ({', '.join(told)})" in instructor


def copied(lesson):
    """Return the points that a lesson's own code loses when it is handed in."""
    path = HERE / f"rotation/wrong/copied_from_{lesson}.py"
    return sum(RULES["rotation"][name].points for name in loses(path))


def test_do_the_decisions_say_what_the_lessons_own_code_brings(repository):
    decisions = (repository / "docs/decisions.md").read_text(encoding="utf-8")
    full = full_marks("rotation")
    assert f"it loses {copied('rotation')} of {full} points: both races" in decisions
    earned = full - copied("build_rotation")
    assert 8 <= earned <= 14
    assert f"done and pasted, earn {earned} of {full} points" in decisions

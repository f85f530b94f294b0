"""A wrong solution that is a fault is made from a right one, or one sentence says why not."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.exercises.solutions import HERE, loses, sample, solution, solutions, source

HEAD = """
loses = ["one_use", "race"]
why = "Nobody looks."
right = "opaque_dict_lock"
"""
SPENT = '        row["spent"] = True\n'


def change(old: str, new: str = "") -> str:
    """Return one change as a fault has it."""
    return f"[[change]]\nold = '''{old}'''\nnew = '''{new}'''\n"


@pytest.fixture
def fault(tmp_path):
    """Write a fault beside the right solution that it names; return its path."""

    def fault(text: str) -> Path:
        for kind in ("right", "wrong"):
            (tmp_path / kind).mkdir()
        shutil.copy(HERE / "rotation/right/opaque_dict_lock.py", tmp_path / "right")
        path = tmp_path / "wrong/never_looks.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return fault


def test_is_a_fault_made_into_the_right_solution_with_its_changes(fault):
    right = (HERE / "rotation/right/opaque_dict_lock.py").read_text(encoding="utf-8")
    _, _, code = right.partition('"""\n')
    made = source(fault(HEAD + change(SPENT) + change("def token():", "def token(old):")))
    assert made.startswith('"""loses: one_use, race\n\nNobody looks.\n"""\n')
    assert made.endswith(code.replace(SPENT, "").replace("def token():", "def token(old):"))


def test_are_the_rules_that_are_lost_read_alike_from_a_fault_and_a_whole_file(fault):
    path = fault(HEAD + change(SPENT))
    whole = path.with_suffix(".py")
    whole.write_text(source(path), encoding="utf-8")
    assert loses(path) == loses(whole) == ["one_use", "race"]


UNFIT = {
    "no_toml": ("loses = ", "is not TOML: Invalid value"),
    "no_head": (change(SPENT), "needs loses, why, right, and changes with old and new."),
    "no_change": (HEAD, "needs loses, why, right, and changes with old and new."),
    "no_new": (
        f"{HEAD}[[change]]\nold = 'def token():'",
        "needs loses, why, right, and changes with old and new.",
    ),
    "unknown_right": (
        HEAD.replace("opaque", "obscure") + change(SPENT),
        "names obscure_dict_lock, which is no right solution.",
    ),
    "old_twice": (
        HEAD + change("row = tokens.get(", "row = tokens.pop("),
        "changes a text and finds it 2 times, and not once, in opaque_dict_lock: "
        "'row = tokens.get('",
    ),
    "old_nowhere": (
        HEAD + change('row["burnt"] = True\n'),
        "changes a text and finds it 0 times, and not once, in opaque_dict_lock: "
        "'row[\"burnt\"] = True\\n'",
    ),
    "old_gone": (
        HEAD + change(SPENT) + change(SPENT),
        "changes a text and finds it 0 times, and not once, in opaque_dict_lock: "
        "'        row[\"spent\"] = True\\n'",
    ),
    "empty_change": (HEAD + change(SPENT, SPENT), "changes nothing in opaque_dict_lock."),
    "empty_list": (f"change = []\n{HEAD}", "changes nothing in opaque_dict_lock."),
}


@pytest.mark.parametrize(("text", "sentence"), UNFIT.values(), ids=UNFIT)
def test_is_a_fault_that_does_not_fit_told_in_one_sentence(fault, text, sentence):
    with pytest.raises(ValueError, match=re.escape(f"never_looks.toml {sentence}")) as caught:
        source(fault(text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("exercise", ["rotation", "client"])
def test_has_each_solution_a_name_and_a_text_of_its_own(exercise):
    paths = [path for kind in ("right", "wrong") for path in solutions(exercise, kind)]
    assert len({source(path) for path in paths}) == len({path.stem for path in paths}) == len(paths)


@pytest.mark.parametrize(
    "name", ["wrong/two_locks", "wrong/select_then_update", "right/generators"]
)
def test_is_a_solution_found_by_its_name(name):
    """A fault, a whole wrong file, and a right one."""
    kind, _, stem = name.partition("/")
    [path] = [path for path in solutions("rotation", kind) if path.stem == stem]
    assert solution("rotation", name) == source(path)


@pytest.mark.parametrize("exercise", ["rotation", "client"])
def test_does_a_sample_lose_all_that_is_lost_by_all(exercise):
    """Every set of rules once, and so every rule."""
    wrong = solutions(exercise, "wrong")
    taken = sample(wrong)
    assert 15 < len(taken) < len(wrong) / 2
    assert Counter(tuple(loses(path)) for path in taken) == Counter(
        {tuple(loses(path)) for path in wrong}
    )

"""What reaches for the examiner is found in a source, and no honest answer is said to do so."""

import ast

import pytest

from examiner.logging_config import Configurations
from examiner.mistake import Mistake
from examiner.source_scan import DEEP, MORE, MOST_TOLD, reaches
from tests.examiner.scanned_sources import HONEST, REACHES
from tests.exercises.solutions import HERE, source

# A chain of 900 can be loaded; to spell it out takes more calls in each other than are allowed.
LONG = "import jwt\nif 0:\n    jwt" + ".a" * 900 + " = 1\n"


def each(kinds: dict[str, list[str]]) -> list:
    """Return kind and source of each, a test each."""
    return [
        pytest.param(text, id=f"{kind} {number}")
        for kind, texts in kinds.items()
        for number, text in enumerate(texts, start=1)
    ]


@pytest.mark.parametrize("text", each(REACHES))
def test_is_it_found(text):
    told = reaches(text)
    assert told
    assert told[0].startswith("Line ")
    assert told[0].endswith(", which reaches for what examines it.")


@pytest.mark.parametrize("text", each(HONEST))
def test_is_an_honest_source_left_alone(text):
    assert reaches(text) == ()


@pytest.mark.parametrize("kinds", [REACHES, HONEST])
def test_are_there_ten_of_each_kind(kinds):
    assert {kind: len(texts) for kind, texts in kinds.items() if len(texts) < 10} == {}


def test_is_each_line_named_in_order():
    told = reaches("import ctypes\nx = 1\nimport gc, pdb")
    assert [sentence.split(",")[0] for sentence in told] == ["Line 1 uses ctypes", "Line 3 uses gc"]


def test_are_many_lines_counted():
    told = reaches("import gc\n" * (MOST_TOLD + 3))
    assert told[-1] == MORE.format(count=3)
    assert len(told) == MOST_TOLD + 1


def told_of(text: str) -> tuple[str, ...]:
    try:
        return reaches(text)
    except Mistake as error:
        return (str(error),)


@pytest.mark.parametrize("deep", [LONG, LONG.replace(" = 1", "()"), "x" + "()" * 3000 + "\n"])
def test_does_nesting_hide_nothing(deep):
    [*_, last] = told_of(deep + "import gc")
    assert last == DEEP or "uses gc," in last


def test_is_what_nests_too_deeply_said_to_be_so():
    with pytest.raises(Mistake, match="nested too deeply"):
        reaches("x = " + "-" * 5000 + "1")


def test_does_a_source_that_hands_on_and_on_come_to_an_end():
    """Each name gets what the one below it has, so that a round of looking brings one further."""
    handed = "".join(f"x{number} = x{number + 1}\n" for number in range(1000))
    with pytest.raises(Mistake, match="nested too deeply"):
        reaches(f"import sys\ndef f():\n    return x0.modules\n{handed}x1000 = sys\n")


def test_does_a_source_whose_values_branch_come_to_an_end():
    """Each line takes an attribute of all that the lines before it may have given."""
    with pytest.raises(Mistake, match="nested too deeply"):
        reaches("import os as x\n" + "".join(f"x = x.a{number}\n" for number in range(3000)))


@pytest.mark.parametrize("exercise", ["rotation", "client"])
@pytest.mark.parametrize("kind", ["right", "wrong"])
def test_does_no_sample_of_the_exercises_reach_too_far(exercise, kind):
    paths = sorted((HERE / exercise / kind).glob("*.*"))
    assert len(paths) > 10
    told = {path.name: reaches(source(path)) for path in paths}
    assert {name: why for name, why in told.items() if why} == {}


def test_are_all_nodes_looked_at_once_however_many_calls_there_are():
    """A look at all of them for each call took minutes for an answer of 100 kB."""
    looks = []

    class Nodes(list):
        def __iter__(self):
            looks.append(1)
            return super().__iter__()

    lines = (f"a{number} = {{}}\nf(a{number})" for number in range(50))
    nodes = list(ast.walk(ast.parse("\n".join(lines))))
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    configurations = Configurations(Nodes(nodes))
    before = len(looks)
    assert all(map(configurations.is_plain, calls))
    assert len(calls) == 50
    assert len(looks) == before > 0

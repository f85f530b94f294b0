"""A cell is loaded as a module, and what is wrong with it fits into a line."""

import sys

import pytest

from examiner.cell import NAME, load, say


class Mute(Exception):
    def __str__(self) -> str:
        raise ValueError


@pytest.mark.parametrize(
    "source",
    [
        "from __future__ import annotations\nimport dataclasses, typing\n"
        "@dataclasses.dataclass\nclass A:\n    b: typing.ClassVar[list[A]]\n",
        "import pickle\nclass A: pass\npickle.loads(pickle.dumps(A()))\n",
        "import inspect\nclass A: pass\ndef f(): pass\nassert 'def f' in inspect.getsource(f)\n",
    ],
)
def test_can_a_cell_be_looked_up_as_a_module(source, monkeypatch):
    monkeypatch.setitem(sys.modules, NAME, None)
    assert load(source, ("A",)) is sys.modules[NAME]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("a\nb" + " " * 500), "ValueError: a b."),
        (ValueError("spent " * 5000), f"ValueError: {('spent ' * 40)[:199]}…."),
        (Mute(), "Mute."),
        (KeyError(), "KeyError."),
    ],
)
def test_does_an_error_fit_into_a_line(error, said):
    assert say(error) == said

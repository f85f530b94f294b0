"""A cell's code is checked from the notebook, by its name and the name of a rule."""

import linecache

import pytest

from examiner import process
from examiner.mistake import Mistake
from examiner.rotation.rules import RULES
from examiner.source_scan import HINT, reaches
from lesson import check
from lesson.check import cell_source
from tests.exercises.solutions import solution

RIGHT = solution("rotation", "right/dataclass_enum")
WRONG = solution("rotation", "wrong/never_invalidated")


@pytest.fixture
def cell():
    """Run a text as a notebook runs a cell; return what it defines."""

    def cell(text: str) -> dict:
        name = f"<cell {len(linecache.cache)}>"
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        scope = {"__name__": "__main__"}
        exec(compile(text, name, "exec"), scope)
        return scope

    return cell


def test_does_a_rule_that_is_kept_show_its_points(cell):
    token = cell(RIGHT)["token"]
    assert repr(check(token, "rotates")).startswith("rotates · 1 of 1 point · Every refresh")


def test_does_a_broken_rule_raise_what_the_verdict_says(cell):
    token = cell(WRONG)["token"]
    with pytest.raises(Mistake, match="one_use · 0 of 2 points") as caught:
        check(token, "one_use")
    assert "expected 403, came 200" in caught.value._render_traceback_()[0]


def test_can_a_rule_be_given_that_has_no_public_name(cell):
    token = cell(RIGHT)["token"]
    assert check(token, RULES[0]).passed


def test_is_it_said_before_handing_in_what_a_person_will_read(cell, capsys):
    """It is a hint: the rule brings its points all the same."""
    right, reaching = cell(RIGHT)["token"], cell(f"import gc\n{RIGHT}")["token"]
    assert check(right, "rotates").passed
    assert capsys.readouterr().out == ""
    assert check(reaching, "rotates").passed
    told = [*reaches("import gc"), HINT]
    assert capsys.readouterr().out.splitlines() == told
    assert check(reaching, "renews").passed  # the next check of the same cell does not repeat it
    assert capsys.readouterr().out == ""
    assert check(reaching, "rotates").passed
    assert capsys.readouterr().out.splitlines() == told


def test_is_one_process_kept_for_one_text(cell):
    from lesson.check import _latest

    token = cell(RIGHT)["token"]
    check(token, "renews")
    first = _latest[0]._worker
    check(token, "missing")
    assert _latest[0]._worker is first
    other = cell(RIGHT + "\n# changed\n")["token"]
    check(other, "renews")
    assert len(_latest) == 1
    assert _latest[0]._worker is not first
    assert not first.folder.exists()


def test_is_an_unknown_rule_named(cell):
    with pytest.raises(Mistake, match="no rule 'rotate' to check here: choose renews, rotates,"):
        check(cell("def token(): pass")["token"], "rotate")


@pytest.mark.parametrize("thing", [None, "token", 5, len, type("A", (), {})])
def test_is_a_mistake_made_of_what_is_no_function(thing):
    with pytest.raises(Mistake):
        check(thing, "renews")


def test_is_the_whole_cell_read_whatever_wraps_the_function(cell):
    text = (
        "import functools\n"
        "def again(f):\n"
        "    @functools.wraps(f)\n"
        "    def wrapped(): return f()\n"
        "    return wrapped\n"
        "@again\n"
        "def token(): pass\n"
        "class Client:\n"
        "    def get(self): pass\n"
    )
    scope = cell(text)
    assert cell_source(scope["token"]) == text
    assert cell_source(scope["Client"]) == text


def test_does_a_machine_that_starts_no_process_say_so(cell, monkeypatch):
    monkeypatch.setattr(process, "STARTING", 0)
    with pytest.raises(Mistake, match=r"^Nothing can be examined on this machine now"):
        check(cell(RIGHT + "\n# not started\n")["token"], "renews")

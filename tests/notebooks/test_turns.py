"""What a learner writes in a lesson, in three states: untouched, wrong in several ways, and right.

A right one is the folded solution itself, so that too is tried.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from examiner.mistake import Mistake
from examiner.workbench import SystemClock, clock
from lesson import later, your_turn
from lesson.your_turn import TURNS

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9]*.ipynb"))
CALL = re.compile(r'^your_turn\("([\w.-]+)", (\w+)\)$')
SOLUTION = re.compile(r"<summary>One solution</summary>\n\n```python\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Written:
    """Hold what stands before a turn in its lesson, the turn as given and as solved, its check."""

    before: str
    given: str
    solved: str
    check: str


def turns_in(path: Path) -> dict[str, Written]:
    """Return name → turn, for all of a lesson."""
    cells, found = nbformat.read(path, as_version=4).cells, {}
    code = [
        (index, cell.source)
        for index, cell in enumerate(cells)
        # What an unstored cell comes to is chance, so nothing later needs it.
        if cell.cell_type == "code" and "unstored" not in cell.metadata.get("tags", [])
    ]
    for place, (index, source) in enumerate(code):
        if called := CALL.match(source):
            before = [text for _, text in code[: place - 1] if "your_turn(" not in text]
            setup = "from lesson import your_turn"
            [solved] = SOLUTION.findall(cells[index + 1].source)
            given = code[place - 1][1]
            found[called[1]] = Written("\n\n".join([setup, *before]), given, solved, source)
    return found


WRITTEN = {name: turn for path in NOTEBOOKS for name, turn in turns_in(path).items()}
# A wrong attempt is the solution with one text in place of another, and what it is told.
ATTEMPTS = {
    name: attempts
    for path in sorted(Path(__file__).with_name("attempts").glob("*.toml"))
    for name, attempts in tomllib.loads(path.read_text(encoding="utf-8")).items()
}


@pytest.fixture(autouse=True)
def real_time(monkeypatch):
    """What a lesson does to the workbench's clock ends with the test."""
    monkeypatch.setattr(clock, "now", clock.now)


@pytest.fixture
def said(tmp_path, capsys):
    """Write a lesson up to one of its turns, with the turn as given; return what is said of it."""

    def said(name: str, turn: str) -> str:
        written = WRITTEN[name]
        file = tmp_path / "lesson_so_far.py"
        file.write_text("\n\n\n".join([written.before, turn, written.check]), encoding="utf-8")
        exec(compile(file.read_text(encoding="utf-8"), file, "exec"), {"__name__": "lesson_so_far"})
        return capsys.readouterr().out.splitlines()[-1]

    return said


def test_are_these_all_turns():
    assert set(WRITTEN) == set(TURNS) == set(ATTEMPTS)


@pytest.mark.parametrize("name", WRITTEN)
def test_is_an_untouched_turn_not_yet_done(said, name):
    assert said(name, WRITTEN[name].given).startswith("Not yet: ")


@pytest.mark.parametrize("name", WRITTEN)
def test_is_the_folded_solution_done(said, name):
    assert said(name, WRITTEN[name].solved) == f"Done: {TURNS[name].done}"


@pytest.mark.parametrize(
    ("name", "attempt"), [(name, attempt) for name in ATTEMPTS for attempt in ATTEMPTS[name]]
)
def test_is_a_wrong_attempt_told_what_is_missing(said, name, attempt):
    change = ATTEMPTS[name][attempt]
    assert change["old"] in WRITTEN[name].solved
    sentence = said(name, WRITTEN[name].solved.replace(change["old"], change["new"]))
    assert sentence.startswith("Not yet: ")
    assert change["told"] in sentence


def test_is_a_wrong_name_or_no_function_told():
    with pytest.raises(Mistake, match=r"There is no turn 'build-rotation\.last'"):
        your_turn("build-rotation.last", later)
    with pytest.raises(Mistake, match="pass a function written with def"):
        your_turn("build-rotation.swap", "token")
    with pytest.raises(Mistake, match="Pass a class written with class"):
        your_turn("read-store.hashes", later)


def test_does_later_move_the_workbenchs_clock_and_stop_it():
    before = SystemClock().now()
    later(days=1, minutes=1)
    assert 0 <= clock.now() - before - 86460 < 60
    assert clock.now() == clock.now()

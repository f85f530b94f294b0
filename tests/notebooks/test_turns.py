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
from lesson.your_turn import MODULES, TURNS

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
# A wrong attempt is the solution with one text in place of another, and what it is told. A right
# one is written out.
ATTEMPTS = {
    name: attempts
    for path in sorted(Path(__file__).with_name("attempts").glob("*.toml"))
    for name, attempts in tomllib.loads(path.read_text(encoding="utf-8")).items()
}


def every(key: str) -> list[tuple[str, str]]:
    """Return the turn and the name of each attempt that has such a key."""
    return [
        (name, one) for name in ATTEMPTS for one in ATTEMPTS[name] if key in ATTEMPTS[name][one]
    ]


@pytest.fixture
def real_time(monkeypatch):
    """What moves the workbench's clock ends with the test."""
    monkeypatch.setattr(clock, "now", clock.now)


@pytest.fixture(scope="module")
def so_far(request, tmp_path_factory):
    """Run a lesson up to one of its turns, once for all that is written there.

    A learner, too, writes and checks a turn again and again in one kernel, so a check may rely on
    nothing that an earlier attempt left. The names are put back, for a turn may define others.
    """
    folder, scope = tmp_path_factory.mktemp("turn"), {"__name__": "lesson_so_far"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", clock.now)
        run(folder / "before.py", WRITTEN[request.param].before, scope)
        names = dict(scope)
        yield request.param, folder, scope, names


def run(file: Path, text: str, scope: dict) -> None:
    """Run a text as a file, of which inspect finds the lines."""
    file.write_text(text, encoding="utf-8")
    exec(compile(text, file, "exec"), scope)


@pytest.fixture
def said(so_far, capsys):
    """Run a turn with its check, and return what is said of it."""
    name, folder, scope, names = so_far

    def said(turn: str) -> str:
        scope.clear()
        scope.update(names)
        # A file of its own, for the lines of a file are read once.
        file = folder / f"turn_{len([*folder.iterdir()])}.py"
        capsys.readouterr()
        run(file, f"{turn}\n\n\n{WRITTEN[name].check}", scope)
        found = re.search(r"^(Done|Not yet): .*", capsys.readouterr().out, re.DOTALL | re.MULTILINE)
        return " ".join(found[0].split())

    return said


def turns(names: str, values: list) -> pytest.MarkDecorator:
    """Parametrize a test so that all tests of one turn come together."""
    return pytest.mark.parametrize(names, values, indirect=["so_far"], scope="module")


def test_are_these_all_turns():
    assert set(WRITTEN) == set(TURNS) == set(ATTEMPTS)


@turns("so_far", [*WRITTEN])
def test_is_an_untouched_turn_not_yet_done(said, so_far):
    assert said(WRITTEN[so_far[0]].given).startswith("Not yet: ")


@turns("so_far", [*WRITTEN])
def test_is_the_folded_solution_done(said, so_far):
    name = so_far[0]
    assert said(WRITTEN[name].solved) == f"Done: {TURNS[name].done}"


@turns(("so_far", "attempt"), every("written"))
def test_is_another_right_way_done(said, so_far, attempt):
    name = so_far[0]
    assert said(ATTEMPTS[name][attempt]["written"]) == f"Done: {TURNS[name].done}"


@turns(("so_far", "attempt"), every("told"))
def test_is_a_wrong_attempt_told_what_is_missing(said, so_far, attempt, monkeypatch):
    solved, change = WRITTEN[so_far[0]].solved, ATTEMPTS[so_far[0]][attempt]
    assert change["old"] in solved
    if change.get("endless"):  # a check that waits in vain need not wait for long
        for module in MODULES:
            monkeypatch.setattr(module, "PATIENCE", 2, raising=False)
    sentence = said(solved.replace(change["old"], change["new"]))
    assert sentence.startswith("Not yet: ")
    assert change["told"] in sentence


def test_is_a_wrong_name_or_no_function_told():
    with pytest.raises(Mistake, match=r"There is no turn 'build-rotation\.last'"):
        your_turn("build-rotation.last", later)
    with pytest.raises(Mistake, match="pass a function written with def"):
        your_turn("build-rotation.swap", "token")
    with pytest.raises(Mistake, match="Pass a class written with class"):
        your_turn("read-store.hashes", later)


def test_does_later_move_the_workbenchs_clock_and_stop_it(real_time):
    before = SystemClock().now()
    later(days=1, minutes=1)
    assert 0 <= clock.now() - before - 86460 < 60
    assert clock.now() == clock.now()

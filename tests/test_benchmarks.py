"""The table of benchmarks says what misses its goal, and what else the machine did."""

import subprocess
import sys

import pytest

from benchmarks.__main__ import run
from benchmarks.figures import COLLECTED, Figure, collected, note

SLOW = Figure("grading", 2.0, "s", "stock", 9.0, goal=5)
MANY = Figure("refreshes", 900.0, "a second", "Express", 300.0, goal=2, more_is_better=True)


@pytest.mark.parametrize(
    ("figure", "ratio", "missed"),
    [
        (SLOW, "4.50", True),
        (MANY, "3.00", False),
        (Figure("status", 0.4, "s", goal=0.5), "", False),
        (Figure("status", 0.6, "s", goal=0.5), "", True),
        (Figure("memory", 240.0, "MB"), "", False),
    ],
)
def test_is_a_missed_goal_told(figure, ratio, missed):
    assert figure.is_missed is missed
    assert ("missed" in str(figure)) is missed
    assert ratio in str(figure)


def test_are_figures_handed_on_to_who_collects(tmp_path, monkeypatch):
    file = tmp_path / "figures"
    assert collected(file) == []
    monkeypatch.setenv(COLLECTED, str(file))
    for figure in (SLOW, MANY):
        note(figure)
    assert collected(file) == [SLOW, MANY]


def test_is_foreign_load_told_and_our_own_not(tmp_path):
    work = "import time\nwhile time.process_time() < 1.0: pass"
    _, alone = run(["-c", work], tmp_path / "alone")
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as other:
        code, beside = run(["-c", work + "\nraise SystemExit(3)"], tmp_path / "beside")
        other.kill()
    assert code == 3
    assert beside > 0.25
    assert alone >= 0

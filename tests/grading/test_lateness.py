"""Points for lateness are taken off by nbgrader's plugin, and each run sets them anew."""

import shutil
from datetime import datetime, timedelta

import pytest
from nbgrader.api import Gradebook

from grading.commands.grade import grade
from grading.commands.status import table
from grading.gradebook import lateness
from tests.grading.conftest import LETTERED

DUE = datetime(2027, 3, 1, 12)


@pytest.fixture(scope="module")
def graded(registered_course, hand_in, tmp_path_factory):
    """Two students are graded: one an hour late, one in time."""
    root = registered_course(tmp_path_factory.mktemp("graded") / "course")
    for student, hour in {"late": 13, "early": 11}.items():
        answers = {name: f'{name.replace("-", "_")} = "B"' for name in LETTERED}
        hand_in(root, student, "practice", answers)
        (root / f"submitted/{student}/practice/timestamp.txt").write_text(
            f"2027-03-01 {hour}:00:00 UTC"
        )
    grade(root, "practice", jobs=1)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_assignment("practice", duedate=DUE)
    return root


@pytest.fixture
def course(graded, tmp_path):
    return shutil.copytree(graded, tmp_path / "course")


@pytest.fixture
def zero(monkeypatch):
    """The setting that takes all points off."""
    config = lateness.settings()
    config.LateSubmissionPlugin.penalty_method = "zero"
    monkeypatch.setattr(lateness, "settings", lambda: config)


def marks(root) -> dict[str, tuple[float, float]]:
    rows = grade(root, "practice", jobs=1)
    return {row.student: (row.score, row.late_penalty) for row in rows}


def test_is_nothing_taken_off_by_default(course):
    found = marks(course)
    assert found["late"] == found["early"]
    assert found["early"][0] > 0
    assert found["early"][1] == 0


def test_does_the_plugin_take_off_what_it_is_set_to(course, zero):
    """Nobody who was in time loses a point, and the table says who does."""
    score = marks(course)["early"][0]
    assert marks(course) == {"early": (score, 0), "late": (0, score)}
    assert f"({score:g} taken off: late)" in table(grade(course, "practice", jobs=1))


def test_does_an_extension_bring_the_points_back(course, zero):
    assert marks(course)["late"][0] == 0
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.find_submission("practice", "late").extension = timedelta(hours=2)
        gradebook.db.commit()
    found = marks(course)
    assert found["late"] == found["early"]

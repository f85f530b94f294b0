"""`make quick` leaves out what starts a browser, a kernel or an examiner, and nothing else."""

import sys

import pytest

import lesson
from grading.commands.grade import grade
from grading.commands.worked import write_worked
from server import create_app
from tests.conftest import LONGEST_FIRST
from tests.quick import reached, refuse, started

OPEN = ["tests/server/test_oauth", "tests/lesson/test_trace", "tests/grading/test_collect"]


def grades_deep_within() -> None:
    def within() -> list:
        return [grade(None, "practice") for _ in range(2)]

    within()


def imports_late() -> None:
    from examiner.examination import Examination

    Examination("")


@pytest.mark.parametrize(
    ("function", "what"),
    [
        (grades_deep_within, "an examiner"),
        (imports_late, "an examiner"),
        (lesson.check, "an examiner"),
        (write_worked, "a kernel"),
        (create_app, ""),
        (lesson.start_course, ""),
    ],
)
def test_is_what_a_function_may_start_found(function, what):
    assert reached(function) == what


def test_is_every_test_with_a_browser_left_out(request):
    """By whatever fixtures it asks for; and so is every cell of a lesson."""
    items = request.session.items
    assert {started(item) for item in items if "chromium" in getattr(item, "fixturenames", ())} <= {
        "a browser",
        "an examiner",
    }
    assert all(started(item) for item in items if not isinstance(item, pytest.Function))


def test_is_no_test_left_out_that_could_be_quick(request):
    """Nothing of the kind is in these, and their tests are quick to the last one."""
    for item in request.session.items:
        if item.nodeid.startswith((*OPEN, "tests/test_", "tests/notebooks/test_style")):
            assert started(item) == "", item.nodeid


@pytest.mark.parametrize(
    "command",
    [
        ["/usr/bin/bwrap", "--ro-bind"],
        [sys.executable, "-P", "-m", "examiner.rotation.worker"],
        [sys.executable, "-m", "ipykernel_launcher"],
        "jupyter lab",
    ],
)
def test_does_a_quick_test_fail_that_starts_one_all_the_same(command):
    with pytest.raises(AssertionError, match="say so by pytest"):
        refuse("subprocess.Popen", (command[0], command, None, None))


def test_may_a_quick_test_start_what_is_quick():
    refuse("subprocess.Popen", ("git", ["git", "init"], None, None))
    refuse("open", ("bwrap", "r", 0))


@pytest.mark.parametrize("name", LONGEST_FIRST)
def test_is_what_runs_first_still_there(repository, name):
    assert (repository / name).exists()

"""What a public forge runs is what is run here, on every Python and system that is promised."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parent.parent
WORKFLOW = yaml.safe_load((REPOSITORY / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
JOBS = WORKFLOW["jobs"]
VERSION = "Programming Language :: Python :: "
PYTHONS = [
    line.removeprefix(VERSION) for line in PROJECT["classifiers"] if line.startswith(VERSION)
]


def steps(job: str, key: str) -> list[str]:
    return [step[key] for step in JOBS[job]["steps"] if key in step]


def test_are_the_classifiers_what_the_course_requires():
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"
    assert [f"3.{minor}" for minor in range(11, 15)] == PYTHONS


@pytest.mark.parametrize("job", JOBS)
def test_does_a_job_run_with_every_python(job):
    assert JOBS[job]["strategy"]["matrix"]["python"] == PYTHONS
    [chosen] = [step for step in JOBS[job]["steps"] if "setup-python" in step.get("uses", "")]
    assert chosen["with"]["python-version"] == "${{ matrix.python }}"


def test_does_linux_run_everything():
    assert JOBS["everything"]["runs-on"].startswith("ubuntu-")
    assert steps("everything", "run")[-1] == ".ci/run"


def test_do_windows_and_macos_run_the_learners_part():
    assert JOBS["learner"]["runs-on"] == "${{ matrix.system }}"
    systems = JOBS["learner"]["strategy"]["matrix"]["system"]
    assert [re.match(r"\w+", system)[0] for system in systems] == ["windows", "macos"]
    assert steps("learner", "run") == ["python .ci/learner.py"]
    assert (REPOSITORY / ".ci/learner.py").is_file()

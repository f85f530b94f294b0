"""Learners check their code from a terminal, or into a file."""

import json
import os
import subprocess
import sys

import pytest

from grading.code_exercises import CODE_EXERCISES
from tests.exercises.solutions import solution

RIGHT = {"rotation": "dataclass_enum", "client": "condition"}
WRONG = {"rotation": "same_token_back", "client": "keeps_old_refresh"}
pytestmark = pytest.mark.starts("an examiner")
# As a file is written on Windows, which has no arrow for "request → answer".
ENCODING = "cp1252"


@pytest.fixture
def check(repository, tmp_path):
    """Check an exercise with a sample as its answer; return the exit code and what is printed."""

    def check(exercise: str, sample: str) -> tuple[int, str]:
        released = repository / f"exercises/{exercise}/{exercise}.ipynb"
        notebook = json.loads(released.read_text(encoding="utf-8"))
        [answer] = [
            cell for cell in notebook["cells"] if cell["id"] == CODE_EXERCISES[exercise].answer
        ]
        answer["source"] = solution(exercise, sample)
        (tmp_path / released.name).write_text(json.dumps(notebook), encoding="utf-8")
        command = [sys.executable, "-m", "grading", "check", str(tmp_path / released.name)]
        environment = os.environ | {"PYTHONIOENCODING": ENCODING}
        options = {"cwd": repository, "env": environment, "encoding": ENCODING}
        done = subprocess.run(command, capture_output=True, check=False, **options)
        assert done.stderr == ""
        return done.returncode, done.stdout

    return check


@pytest.mark.parametrize("exercise", CODE_EXERCISES)
def test_does_the_command_say_that_a_right_answer_keeps_all_rules(check, exercise):
    points = sum(rule.points for rule in CODE_EXERCISES[exercise].rules)
    code, said = check(exercise, f"right/{RIGHT[exercise]}")
    assert f"{points} of {points} points" in said
    assert code == 0


@pytest.mark.parametrize("exercise", CODE_EXERCISES)
def test_does_the_command_show_the_requests_that_broke_a_rule(check, exercise):
    code, said = check(exercise, f"wrong/{WRONG[exercise]}")
    assert "POST /token" in said
    assert code == 1

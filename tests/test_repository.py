"""The repository itself: style, pins, set-up, and what the README promises."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

REPOSITORY = Path(__file__).parent.parent


def run(*command, **options) -> subprocess.CompletedProcess:
    options = {"cwd": REPOSITORY, "capture_output": True, "text": True, "check": False} | options
    return subprocess.run(command, **options)


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]])
def test_is_ruff_content(arguments):
    done = run(sys.executable, "-m", "ruff", *arguments)
    assert done.returncode == 0, done.stdout


def requirements() -> dict[str, set[str]]:
    """Return package → pinned versions; a package has two where platforms differ."""
    pins = {}
    for line in (REPOSITORY / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum():
            pin = Requirement(line)
            pins.setdefault(pin.name, set()).add(str(pin.specifier))
    return pins


def test_is_every_version_pinned():
    assert all(re.fullmatch(r"==[\w.]+", pin) for pins in requirements().values() for pin in pins)


def test_does_requirements_end_in_the_course_itself():
    lines = (REPOSITORY / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "-e ."


def test_is_every_dependency_pinned_and_explained():
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    for line in [*project["dependencies"], *project["optional-dependencies"]["test"]]:
        wanted = Requirement(line)
        [pin] = requirements()[wanted.name]
        assert wanted.specifier.contains(pin.removeprefix("=="))
        assert re.search(rf'"{re.escape(line)}",\s+# \w', text), f"{line}: say what it is for"


FAKE_PYTHON = """#!/bin/sh
exec {python} -c 'import sys, {module}
{change}
exec(sys.argv[2])' "$@"
"""
MACHINES = {
    "an old Python": ("sys", "sys.version_info = (3, 9, 2, 0, 0)", "needs Python 3.11 or newer"),
    "no venv": ("sys", 'sys.modules["ensurepip"] = None', "sudo apt install python3-venv"),
    "a full disk": (
        "shutil",
        'shutil.disk_usage = lambda path: type("Usage", (), {"free": 10})',
        "The disk is full",
    ),
}


@pytest.mark.skipif(sys.platform == "win32", reason="make is not used on Windows")
@pytest.mark.parametrize("machine", MACHINES)
def test_does_make_say_what_a_machine_lacks(machine, tmp_path):
    module, change, sentence = MACHINES[machine]
    fake = tmp_path / "python"
    fake.write_text(FAKE_PYTHON.format(python=sys.executable, module=module, change=change))
    fake.chmod(0o755)
    for name in ["Makefile", "requirements.txt", "pyproject.toml"]:
        shutil.copy(REPOSITORY / name, tmp_path)
    done = run("make", "lab", f"PYTHON={fake}", cwd=tmp_path)
    assert done.returncode != 0
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1
    assert sentence in said[0]
    assert not (tmp_path / ".venv").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="make is not used on Windows")
def test_does_make_help_name_every_target():
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    targets = {target for line in named for target in line.split()}
    named = set(re.findall(r"^make (\w+)", run("make").stdout, re.MULTILINE))
    assert named == targets - {"help", "repository"}


def documents() -> list[Path]:
    return [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_does_every_link_and_path_in_the_docs_exist(path):
    text = path.read_text(encoding="utf-8")
    assert len(text) > 500
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        assert "://" in link or (path.parent / link).exists(), link
    for name in re.findall(
        r"`((?:server|lesson|grading|tests|solutions|docs|notebooks)/[\w/.]*)`", text
    ):
        assert (REPOSITORY / name).exists(), name


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_is_every_make_target_in_the_docs_real(path):
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake (\w+)`", path.read_text(encoding="utf-8")):
        assert re.search(rf"^[\w ]*\b{target}\b[\w ]*:", makefile, re.MULTILINE), target


def test_does_git_ignore_what_grading_makes():
    ignored = (REPOSITORY / ".gitignore").read_text(encoding="utf-8").split()
    for name in ["/submitted/", "/autograded/", "/feedback/", "/gradebook.db*", "/demo/"]:
        assert name in ignored


def test_does_ci_run_the_tests():
    script = REPOSITORY / ".ci/run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "make test"

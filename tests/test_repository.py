"""The repository itself: style, set-up, and what the README promises."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
PACKAGES = ["server", "examiner", "lesson", "grading"]


def run(*command, **options) -> subprocess.CompletedProcess:
    options = {"cwd": REPOSITORY, "capture_output": True, "text": True, "check": False} | options
    return subprocess.run(command, **options)


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]])
def test_is_ruff_content(arguments):
    done = run(sys.executable, "-m", "ruff", *arguments)
    assert done.returncode == 0, done.stdout


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


FOLDERS = [*PACKAGES, "lab", "tests", "solutions", "docs", "notebooks", "benchmarks"]


def documents() -> list[Path]:
    return [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_does_every_link_and_path_in_the_docs_exist(path):
    text = path.read_text(encoding="utf-8")
    assert len(text) > 500
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        assert "://" in link or (path.parent / link).exists(), link
    for name in re.findall(rf"`((?:{'|'.join(FOLDERS)})/[\w/.]*)`", text):
        assert (REPOSITORY / name).exists(), name


def test_does_the_readme_lead_to_every_notebook_of_the_course():
    """Those of `solutions/` are not the course: learners get the released ones."""
    paths = [*REPOSITORY.glob("notebooks/*.ipynb"), *REPOSITORY.glob("exercises/*/*.ipynb")]
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    names = sorted(path.relative_to(REPOSITORY).as_posix() for path in paths)
    assert [name for name in names if f"]({name})" not in text] == []


def test_does_the_architecture_name_every_module():
    text = (REPOSITORY / "docs/architecture.md").read_text(encoding="utf-8")
    paths = [path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py")]
    modules = [path.relative_to(REPOSITORY).as_posix() for path in paths]
    missing = [name for name in sorted(modules) if f"`{name}`" not in text]
    assert [name for name in missing if not name.endswith("/__init__.py")] == []


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

"""What decides about a mark is found by its imports; a change of any of it changes the digest."""

import json
import shutil
import subprocess
import sys
from functools import cache
from modulefinder import ModuleFinder

import pytest

from grading.examining import digest
from grading.examining.code_answers import RULES
from grading.examining.digest import (
    EXAMINATION,
    PACKAGES,
    WORKERS,
    deciding_modules,
    version,
    version_of,
)

# Run in a process of its own: what has been imported there, as files of ours.
LOADED = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
print(json.dumps([file for file in files if file and file.startswith(sys.argv[2])]))
"""


@pytest.fixture
def copied(tmp_path):
    """The modules that decide and the pinned packages, in a folder of their own."""
    for path in [*deciding_modules(PACKAGES), *PACKAGES.glob("requirements*.txt")]:
        target = tmp_path / path.relative_to(PACKAGES)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return tmp_path


def names(paths) -> set[str]:
    return {path.relative_to(PACKAGES).as_posix() for path in paths}


@pytest.mark.starts("an examiner")
@pytest.mark.parametrize("module", [EXAMINATION, *WORKERS])
def test_is_everything_that_an_examination_loads_among_what_decides(module):
    command = [sys.executable, "-c", LOADED, module, f"{PACKAGES}/"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PACKAGES, check=True)
    ours = [path for path in json.loads(done.stdout) if "/.venv/" not in path]
    assert len(ours) > 5
    assert set(ours) <= set(map(str, deciding_modules(PACKAGES)))


def test_are_workers_found_that_are_started_by_their_names():
    started = {rule.assignment.worker for rules in RULES.values() for rule in rules.values()}
    assert started == set(WORKERS)
    assert {"examiner/rotation/worker.py", "examiner/client/worker.py"} <= names(
        deciding_modules(PACKAGES)
    )


def test_are_local_and_type_only_imports_followed(tmp_path):
    package = tmp_path / "grading/examining"
    package.mkdir(parents=True)
    for folder in [package.parent, package]:
        (folder / "__init__.py").touch()
    examine = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import grading.typed\n"
    examine += "def f():\n    from grading import local\n"
    (package / "examine.py").write_text(examine)
    for name in ["typed", "local", "unused"]:
        (package.parent / f"{name}.py").touch()
    for worker in WORKERS:
        path = tmp_path.joinpath(*worker.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True)
        for name in ["__init__.py", path.name]:
            (path.parent / name).touch()
        (path.parents[1] / "__init__.py").touch()
    found = {path.stem for path in deciding_modules(tmp_path)}
    assert {"typed", "local", "worker"} <= found
    assert "unused" not in found


@pytest.fixture
def found_once(monkeypatch):
    """Find the modules of a folder once: what is changed here is no import."""
    monkeypatch.setattr(digest, "deciding_modules", cache(deciding_modules))


def test_does_a_change_of_any_module_change_the_digest(copied, found_once):
    before, seen = version_of(copied), set()
    assert version_of(PACKAGES) == before == version()
    for path in [*deciding_modules(copied), *copied.glob("requirements*.txt")]:
        content = path.read_bytes()
        path.write_bytes(content + b"\n# changed\n")
        seen.add(version_of(copied))
        path.write_bytes(content)
    assert before not in seen
    assert len(seen) == len([*deciding_modules(copied), *copied.glob("requirements*.txt")])
    assert version_of(copied) == before


def test_are_the_modules_those_that_modulefinder_finds(monkeypatch):
    """It compiles each text anew and reads every function, and so takes five times as long."""
    found = deciding_modules(PACKAGES)
    monkeypatch.setattr("grading.examining.digest._Imports", ModuleFinder)
    assert deciding_modules(PACKAGES) == found


def test_does_what_does_not_decide_leave_the_digest_alone(copied):
    before = version_of(copied)
    (copied / "grading/commands").mkdir()
    (copied / "grading/commands/export.py").write_text("CHANGED = True\n")
    assert version_of(copied) == before

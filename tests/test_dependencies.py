"""Learners install what learners need: each import is of a dependency, and each of those pinned."""

import ast
import json
import re
import runpy
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import metadata
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parent.parent
PYPROJECT = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(PYPROJECT)["project"]
EXTRAS = PROJECT["optional-dependencies"]
LEARNER = runpy.run_path(str(REPOSITORY / ".ci/learner.py"))
FILES = ["requirements.txt", "requirements-dev.txt"]
# Dependencies that no line of that part imports; pyproject.toml says what each is for.
UNIMPORTED = {
    "learner": {"ipykernel", "ipywidgets", "jupyterlab"},
    "grading": {"psycopg"},
    "test": {"editables", "gunicorn", "hatchling", "nbval", "ruff", "uv"},
}
SAMPLES = {"right", "wrong", "cells"}  # folders of students' code, which may import anything


def named(part: str) -> list[Requirement]:
    lines = PROJECT["dependencies"] if part == "learner" else EXTRAS[part]
    return [Requirement(line) for line in lines]


def names(part: str) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in named(part)}


def test_are_these_the_parts():
    assert list(UNIMPORTED) == ["learner", *EXTRAS]


@pytest.fixture
def files(part, unpacked) -> list[Path]:
    """The modules and notebooks of one part."""
    if part == "learner":
        return [path for path in unpacked.rglob("*") if path.suffix in {".py", ".ipynb"}]
    if part == "grading":
        return [REPOSITORY / "nbgrader_config.py", *(REPOSITORY / "grading").rglob("*.py")]
    return [*modules_in("tests", "benchmarks"), REPOSITORY / "conftest.py"]


def modules_in(*folders: str) -> list[Path]:
    found = chain.from_iterable((REPOSITORY / folder).rglob("*.py") for folder in folders)
    return [path for path in found if path.parent.name not in SAMPLES]


@cache
def imported(path: Path) -> set[str]:
    """Return the packages of others that a module or a notebook imports."""
    found = set(chain.from_iterable(map(imports, sources(path))))
    return {name for name in found - sys.stdlib_module_names if not is_ours(name, path)}


def sources(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield text
    else:
        cells = json.loads(text)["cells"]
        yield from ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def imports(source: str) -> Iterator[str]:
    for node in running(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]


def running(tree: ast.AST) -> Iterator[ast.AST]:
    """Return the statements of a tree but those that only a type checker reads."""
    for node in ast.iter_child_nodes(tree):
        checked = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        if not (checked or isinstance(node, ast.expr)):  # which holds no import
            yield node
            yield from running(node)


def is_ours(name: str, path: Path) -> bool:
    return (REPOSITORY / name).is_dir() or path.with_name(f"{name}.py").exists()


def provided_by(name: str) -> set[str]:
    return {canonicalize_name(found) for found in providers().get(name, [])}


@cache
def providers() -> Mapping[str, list[str]]:
    return metadata.packages_distributions()


@pytest.mark.parametrize("part", UNIMPORTED)
def test_is_every_import_of_a_dependency(part, files):
    """Learners import nothing that an extra brings, grading nothing that the tests bring."""
    parts = list(UNIMPORTED)[: list(UNIMPORTED).index(part) + 1]
    allowed = set().union(*map(names, parts))
    for path in files:
        wrong = [name for name in imported(path) if not provided_by(name) & allowed]
        assert wrong == [], path


@pytest.mark.parametrize("part", UNIMPORTED)
def test_is_every_dependency_imported_or_named_as_used_otherwise(part, files):
    used = set().union(*map(provided_by, set().union(*map(imported, files))))
    assert names(part) - used == UNIMPORTED[part]


def test_do_the_learners_tests_need_no_more_than_is_installed_for_them():
    """Which .ci/learner.py does; a test that needs more is no learner's."""
    tools = [Requirement(tool) for tool in LEARNER["TOOLS"]]
    assert {canonicalize_name(tool.name) for tool in tools} <= names("test")
    there = brought_by([*named("learner"), *tools])
    for path in modules_in(*LEARNER["TESTS"]):
        assert [name for name in imported(path) if not provided_by(name) & there] == [], path


def brought_by(wanted: Iterable[Requirement]) -> set[str]:
    """Return the names of what these requirements bring on this machine, their own included."""
    found, waiting = set(), list(wanted)
    for requirement in waiting:  # grows while it is walked
        key = canonicalize_name(requirement.name), *sorted(requirement.extras)
        if key not in found:
            found.add(key)
            waiting += needs(requirement)
    return {name for name, *_ in found}


def needs(requirement: Requirement) -> list[Requirement]:
    lines = map(Requirement, metadata.requires(requirement.name) or [])
    extras = [{"extra": extra} for extra in ("", *requirement.extras)]
    return [line for line in lines if applies(line, extras)]


def applies(requirement: Requirement, extras: Iterable[dict[str, str]] = ({},)) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate(extra) for extra in extras)


def pins(name: str) -> list[Requirement]:
    lines = (REPOSITORY / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line[:1].isalnum()]


def versions(name: str) -> dict[str, set[str]]:
    """Return package → pinned versions; a package has two where platforms differ."""
    found = {}
    for pin in pins(name):
        found.setdefault(pin.name, set()).add(str(pin.specifier))
    return found


@pytest.mark.parametrize("name", FILES)
def test_is_every_version_pinned(name):
    assert all(re.fullmatch(r"==[\w.]+", str(pin.specifier)) for pin in pins(name))


def test_are_the_learners_pins_a_part_of_all():
    learners, all_of_them = map(versions, FILES)
    assert learners.items() < all_of_them.items()


def test_are_the_learners_pins_what_the_dependencies_bring_and_no_more():
    here = {pin.name for pin in pins("requirements.txt") if applies(pin)}
    assert here == brought_by(named("learner"))


def test_have_learners_nothing_of_nbgrader():
    """Its *Validate* says "Success" to a wrong letter, and its menus are for instructors."""
    learners, all_of_them = map(versions, FILES)
    assert {"nbgrader", "notebook"} <= all_of_them.keys() - learners.keys()


def test_does_the_learners_file_end_in_the_course_itself():
    """And the other does not: pip takes no constraints from such a file."""
    learners, all_of_them = ((REPOSITORY / name).read_text(encoding="utf-8") for name in FILES)
    assert learners.splitlines()[-1] == "-e ."
    assert "-e" not in all_of_them.split()


@pytest.mark.parametrize("line", [*PROJECT["dependencies"], *chain(*EXTRAS.values())])
def test_is_every_dependency_pinned_and_explained(line):
    wanted = Requirement(line)
    [pin] = versions("requirements-dev.txt")[wanted.name]
    assert wanted.specifier.contains(pin.removeprefix("=="))
    assert re.search(rf'"{re.escape(line)}",\s+# \w', PYPROJECT), f"{line}: say what it is for"

"""Imports point one way: between packages, between the rooms of each, and between modules.

Every import counts, also one within a function or for a type alone: what two modules need of each
other belongs in a third.
"""

import ast
import graphlib
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
MAY_IMPORT = {
    "server": {"server"},
    "examiner": {"server", "examiner"},
    "lesson": {"server", "examiner", "lesson"},
    "grading": {"server", "examiner", "grading"},
}


def modules(root: Path, packages) -> dict[str, Path]:
    """Return name → file of every module, a package by the name of its folder."""
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for package in packages
        for path in sorted((root / package).rglob("*.py"))
    }


def imported(path: Path) -> set[tuple[str, str]]:
    """Return each (module, name) that a file imports; the name is empty for a whole module."""
    found = set()
    for node in nodes(path.read_text(encoding="utf-8")):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            found |= {(node.module, alias.name) for alias in node.names}
    return found


@cache
def nodes(source: str) -> list[ast.AST]:
    """Return the imports and the classes of a module, wherever they stand in it."""
    kinds = (ast.Import, ast.ImportFrom, ast.ClassDef)
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]


def graph(root: Path, packages) -> dict[str, set[str]]:
    """Return module → the modules of ours that it imports."""
    known = modules(root, packages)
    found: dict[str, set[str]] = {}
    for name, path in known.items():
        wanted = {f"{module}.{what}" if what else module for module, what in imported(path)}
        whole = {module for module, what in imported(path) if f"{module}.{what}" not in known}
        found[name] = ((wanted | whole) & set(known)) - {name}
    return found


def rooms(imports: dict[str, set[str]], package: str) -> dict[str, set[str]]:
    """Return the imports between a package's own modules and folders, each folder as one."""

    def room(module: str) -> str:
        return module.removeprefix(f"{package}.").partition(".")[0]

    inside = {name for name in imports if name.startswith(f"{package}.")}
    found: dict[str, set[str]] = {room(name): set() for name in inside}
    for name in inside:
        found[room(name)] |= {room(other) for other in imports[name] & inside} - {room(name)}
    return found


def circle(imports: dict[str, set[str]]) -> list[str]:
    """Return the names along a circle of imports; none where there is no circle."""
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


FOLDERS = [
    name for name, path in modules(REPOSITORY, MAY_IMPORT).items() if path.stem == "__init__"
]


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Module → the modules of ours that it imports, of all that are here."""
    return graph(REPOSITORY, MAY_IMPORT)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_do_imports_point_one_way(package):
    for name, path in modules(REPOSITORY, [package]).items():
        ours = {module.partition(".")[0] for module, _ in imported(path)} & {*MAY_IMPORT, "tests"}
        assert ours <= MAY_IMPORT[package], name


def test_do_no_two_modules_import_each_other_in_a_circle(imports):
    assert len(imports) > 120
    assert circle(imports) == []


@pytest.mark.parametrize("package", FOLDERS)
def test_do_no_two_rooms_of_a_package_import_each_other_in_a_circle(package, imports):
    assert circle(rooms(imports, package)) == []


def test_is_no_class_name_used_twice_in_a_package():
    for package in MAY_IMPORT:
        classes: dict[str, str] = {}
        for name, path in modules(REPOSITORY, [package]).items():
            for node in nodes(path.read_text(encoding="utf-8")):
                if isinstance(node, ast.ClassDef):
                    assert classes.setdefault(node.name, name) == name, node.name


@pytest.mark.parametrize(
    "text",
    [
        "import shop.other\n",
        "from shop.other import thing\n",
        "from shop import other\n",
        "def f():\n    from shop.other import thing\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop.other\n",
    ],
)
def test_is_a_circle_found_however_it_is_written(tmp_path, text):
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "one.py").write_text(text)
    (package / "other.py").write_text("")
    assert circle(graph(tmp_path, ["shop"])) == []
    (package / "other.py").write_text("from shop.one import f\n")
    assert set(circle(graph(tmp_path, ["shop"]))) == {"shop.one", "shop.other"}


def test_is_a_circle_of_folders_found_where_no_two_modules_have_one(tmp_path):
    for name, text in {
        "shop/front/a.py": "import shop.back.c\n",
        "shop/front/b.py": "",
        "shop/back/c.py": "",
        "shop/back/d.py": "import shop.front.b\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    imports = graph(tmp_path, ["shop"])
    assert circle(imports) == []
    assert set(circle(rooms(imports, "shop"))) == {"front", "back"}

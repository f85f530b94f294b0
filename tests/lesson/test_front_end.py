"""Each widget's browser side is one ES module, made of true modules, each of which stands once."""

import re

import pytest

from lesson.widgets.front_end import FOLDER, es_module, style_sheet

WIDGETS = ["explorer", "live_tree", "overtaking", "quiz", "stepper"]
SHARED = ["common.js", "buttons.js", "diagram.js", "panes.js"]
PANES = [f"{name}_pane.js" for name in ("chart", "source", "execution", "tracker")]
EXPORTED = re.compile(r"^export (?:function|class|const) (\w+)", re.MULTILINE)
DEFINED = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)
IMPORTED = re.compile(r'^import \{([\w\s,]+)\} from "\./(\w+\.js)";$', re.MULTILINE)


def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def code(name: str) -> str:
    """Return a file without its comments."""
    return re.sub(r"//.*|/\*\*.*\*/", "", source(name))


def called(name: str) -> set[str]:
    """Return functions that a file calls by their bare name, classes it extends, and constants."""
    no_imports = IMPORTED.sub("", code(name))
    no_methods = re.sub(r"^  \w+\(.*\) \{$", "", no_imports, flags=re.MULTILINE)
    used = r"(?:(?<![.\w])|(?<=\.{3}))(?:\w+(?=\()|[A-Z]{2,}\b)|(?<=extends )\w+"
    return set(re.findall(used, no_methods))


@pytest.mark.parametrize("widget", WIDGETS)
def test_has_the_module_its_default_export_alone(widget):
    module = es_module(f"{widget}.js")
    assert re.findall(r"^(?:import|export)\b.*", module, re.MULTILINE) == [
        f"export default shownBy({widget.title().replace('_', '')});"
    ]


@pytest.mark.parametrize("widget", WIDGETS)
def test_is_each_name_defined_once(widget):
    module = es_module(f"{widget}.js")
    names = DEFINED.findall(module)
    assert sorted(set(names)) == sorted(names)
    assert set(EXPORTED.findall(source("common.js"))) < set(names)


@pytest.mark.parametrize("name", [*SHARED[1:], *PANES, *(f"{widget}.js" for widget in WIDGETS)])
def test_does_a_file_import_just_what_it_uses(name):
    lists = [words for words, _ in IMPORTED.findall(source(name))]
    shared = {
        word
        for part in [*SHARED, *PANES]
        if part != name
        for word in EXPORTED.findall(source(part))
    }
    assert set(re.findall(r"\w+", " ".join(lists))) == called(name) & shared


@pytest.mark.parametrize("part", SHARED)
def test_is_a_shared_part_used_by_two_widgets_at_least(part):
    first = DEFINED.search(source(part))[0].removeprefix("export ")
    assert sum(first in es_module(f"{widget}.js") for widget in WIDGETS) >= 2


def write(folder, **files: str):
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    return folder


def test_is_a_part_that_two_files_import_there_once(tmp_path):
    folder = write(
        tmp_path,
        base='export function a() {}\nexport const b = 1;\nconst c = "import";\n',
        middle='import { a } from "./base.js";\nexport class M { m() { return a(); } }\n',
        top='import {\n  a, b,\n} from "./base.js";\nimport { M } from "./middle.js";\n'
        "export const d = b;\nexport default new M(a);\n",
    )
    assert es_module("top.js", folder).split("\n") == [
        *("function a() {}", "const b = 1;", 'const c = "import";', ""),
        *("class M { m() { return a(); } }", ""),
        *("const d = b;", "export default new M(a);", ""),
    ]


WRONG = {
    "a name that is not there": (
        'import { a, z } from "./base.js";\nexport default a;\n',
        "top.js imports z, which base.js does not export",
    ),
    "a name that is kept inside": (
        'import { c } from "./base.js";\nexport default c;\n',
        "top.js imports c, which base.js does not export",
    ),
    "a name that two define": (
        'import { a } from "./base.js";\nconst c = 2;\nexport default a;\n',
        "top.js defines c, as a part it imports does",
    ),
    "another form of import": (
        'import * as base from "./base.js";\nexport default base;\n',
        "top.js has a line of a form that is not put together here: import",
    ),
    "a list of exports": ("const a = 1;\nexport { a };\nexport default a;\n", "a form that is not"),
    "no default export": ("export const a = 1;\n", "the one default export"),
}


@pytest.mark.parametrize("case", WRONG)
def test_is_what_cannot_be_put_together_an_error(case, tmp_path):
    top, said = WRONG[case]
    write(tmp_path, base="export function a() {}\nconst c = 1;\n", top=top)
    with pytest.raises(ImportError, match=re.escape(said)):
        es_module("top.js", tmp_path)


def test_is_a_second_default_export_an_error(tmp_path):
    write(
        tmp_path,
        base="export const a = 1;\nexport default a;\n",
        top='import { a } from "./base.js";\nexport default a;\n',
    )
    with pytest.raises(ImportError, match=r"one default export of its module, and base\.js none"):
        es_module("top.js", tmp_path)


def test_is_a_circle_of_imports_an_error(tmp_path):
    write(
        tmp_path,
        base='import { b } from "./other.js";\nexport const a = 1;\n',
        other='import { a } from "./base.js";\nexport const b = 1;\n',
        top='import { a } from "./base.js";\nexport default a;\n',
    )
    with pytest.raises(ImportError, match=r"circle of imports: top\.js, base\.js, other\.js, base"):
        es_module("top.js", tmp_path)


def test_is_a_file_that_is_not_there_an_error(tmp_path):
    write(tmp_path, top='import { a } from "./base.js";\nexport default a;\n')
    with pytest.raises(FileNotFoundError):
        es_module("top.js", tmp_path)


@pytest.mark.parametrize("widget", WIDGETS)
def test_does_the_common_style_come_first(widget):
    common, own = source("common.css"), source(f"{widget}.css")
    assert style_sheet(f"{widget}.css") == f"{common}\n{own}"


@pytest.mark.parametrize("name", [*SHARED, *(f"{widget}.js" for widget in WIDGETS)])
def test_does_a_widget_ask_its_host_for_five_things_only(name):
    asked = set(re.findall(r"\bmodel\.(\w+)", code(name)))
    assert asked <= {"get", "set", "on", "off", "save_changes"}

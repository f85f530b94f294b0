"""The feedback step by itself, on cells a demo would not make."""

import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grading.plugins.hide_tests import HideTests, verdict
from grading.reporting.safe_page import META, SafePage, exporter

HIDDEN = "visible = 1\n### BEGIN HIDDEN TESTS\nassert answer == 'D'\n### END HIDDEN TESTS"


def check(*outputs):
    meta = {
        "grade": True,
        "solution": False,
        "grade_id": "check-1",
        "locked": True,
        "points": 1,
        "schema_version": 3,
        "task": False,
        "cell_type": "code",
    }
    return new_code_cell(HIDDEN, outputs=list(outputs), metadata={"nbgrader": meta})


def error(name, value):
    return new_output("error", ename=name, evalue=value, traceback=[f"{HIDDEN}\n{name}: {value}"])


def test_does_a_hidden_test_leave_source_and_traceback():
    notebook = new_notebook(cells=[check(error("AssertionError", "Nothing here encrypts."))])
    notebook, _ = HideTests().preprocess(notebook, {})
    [cell] = notebook.cells
    assert cell.source == "visible = 1"
    assert [output.text for output in cell.outputs] == ["Nothing here encrypts."]


def test_does_a_cell_of_the_students_own_show_no_output():
    """It could print the hidden tests, which ran in the same kernel."""
    own = new_code_cell("print(In)", outputs=[new_output("stream", text=HIDDEN)])
    notebook, _ = HideTests().preprocess(new_notebook(cells=[own]), {})
    assert notebook.cells[0].outputs == []


@pytest.mark.parametrize(
    "text",
    [
        "### BEGIN HIDDEN TESTS\npass",
        "### END HIDDEN TESTS",
        "### BEGIN HIDDEN TESTS\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS",
        "### BEGIN MARK SCHEME",
        "### BEGIN SOLUTION\n### END HIDDEN TESTS",
    ],
)
@pytest.mark.parametrize("kind", [new_code_cell, new_markdown_cell])
def test_do_nbgraders_marks_in_a_students_text_end_nothing(kind, text):
    """They stay as text, and the check's own hidden test goes."""
    answer = new_code_cell(text, metadata={"nbgrader": {"grade": False, "solution": True}})
    notebook = new_notebook(cells=[answer, kind(text), check()])
    notebook, _ = HideTests().preprocess(notebook, {})
    assert [cell.source for cell in notebook.cells] == [text, text, "visible = 1"]


def test_does_a_page_run_and_load_nothing():
    page, _ = exporter().from_notebook_node(new_notebook(cells=[check()]))
    head = page.partition("</head>")[0]
    assert head.index("default-src 'none'") < head.index("<style")
    assert "script-src" not in page


def parsed(page: str) -> str:
    """Return a page without what stands between its lines."""
    return " ".join(BeautifulSoup(page, features="html.parser").prettify().split())


@pytest.mark.parametrize("template", ["classic", "lab"])
@pytest.mark.parametrize("written", ["![drawn](a.png)", "<IMG src='a.png'> <b>and", "x < y & z"])
def test_is_a_page_as_nbconvert_makes_it(template, written):
    """Most are not parsed for images without a text; the raw one here has to get its own."""
    cells = [new_markdown_cell(written, id="a"), new_code_cell("x = 1", id="b")]
    notebook = new_notebook(cells=cells)
    page, _ = SafePage(template_name=template).from_notebook_node(notebook)
    expected, _ = HTMLExporter(template_name=template).from_notebook_node(notebook)
    assert parsed(page.replace(META, "", 1)) == parsed(expected)


@pytest.mark.parametrize("sign", "\u202e\u2066\u200f\x85")
def test_is_code_read_as_it_runs(sign):
    """A mark of direction would turn round what a person reads in it."""
    notebook = new_notebook(cells=[new_code_cell(f"x = 1  # {sign}1 = y")])
    page, _ = exporter().from_notebook_node(notebook)
    assert sign not in page
    assert ascii(sign)[1:-1] in page


@pytest.mark.parametrize("sign", "\x1b\x08\0\x7f")
def test_has_a_page_no_control(sign):
    page, _ = exporter().from_notebook_node(new_notebook(cells=[new_code_cell(f"x = '{sign}'")]))
    assert sign not in page


def test_does_what_a_check_prints_stay_out():
    """A student's own print could have been called in it."""
    cell = check(new_output("stream", text=HIDDEN))
    assert verdict(cell).text == "Right."


@pytest.mark.parametrize("name", ["NameError", "KeyError", "CellTimeoutError"])
def test_does_an_accident_say_that_the_check_could_not_run(name):
    text = verdict(check(error(name, "'D'"))).text
    assert text.startswith(f"This check could not run ({name})")
    assert "'D'" not in text

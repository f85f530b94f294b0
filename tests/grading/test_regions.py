"""Solutions and hidden tests are taken out as nbgrader's own preprocessors do it."""

import copy

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions
from traitlets.config import Config

from grading.course import settings
from grading.examining import regions
from grading.examining.regions import Refused, without_hidden_tests, without_solutions

SOLUTION, GRADE, LOCKED = {"solution": True}, {"grade": True}, {"locked": True}
SOURCES = [
    "",
    "x = 1\n### BEGIN SOLUTION\ny = 2\n### END SOLUTION\nz = 3",
    "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n",
    "### BEGIN SOLUTION\n1\n### END SOLUTION\n### BEGIN SOLUTION\n2\n### END SOLUTION",
    "### END SOLUTION\nx = 1\n### END HIDDEN TESTS",
    "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION",
    "### BEGIN SOLUTION\nx = 1",
    "assert x\n### BEGIN HIDDEN TESTS\nassert y\n### END HIDDEN TESTS\n",
    "### BEGIN HIDDEN TESTS\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS",
    "### BEGIN HIDDEN TESTS\nassert x",
    "#= FROM =\nx = 1\n#= TO =",
]
OTHER = Config()
OTHER.ClearSolutions.begin_solution_delimeter = "FROM"
OTHER.ClearSolutions.end_solution_delimeter = "TO"
OTHER.ClearSolutions.code_stub = {"python": "...\n# more"}
OTHER.ClearSolutions.text_stub = "Your turn"
OTHER.ClearHiddenTests.begin_test_delimeter = "FROM"
OTHER.ClearHiddenTests.end_test_delimeter = "TO"
LAX = Config()
LAX.ClearSolutions.enforce_metadata = LAX.ClearHiddenTests.enforce_metadata = False
LAX.ClearSolutions.code_stub = {"julia": "error()"}


@pytest.fixture(params=[settings(), Config(), OTHER, LAX], ids=["ours", "none", "other", "lax"])
def configured(request, monkeypatch) -> Config:
    monkeypatch.setattr(regions, "settings", lambda: copy.deepcopy(request.param))
    return request.param


def released(cells, language, clear_solutions, clear_tests):
    """Return the sources after both steps, or what is said against them."""
    try:
        answered = clear_solutions(cells, language)
        return [cell["source"] for cell in clear_tests(answered)]
    except (Refused, RuntimeError, ValueError) as error:
        return str(error)


def by_nbgrader(cells, language, config):
    notebook = new_notebook(cells=copy.deepcopy(cells))
    notebook.metadata["kernelspec"] = {"language": language}

    def clear_solutions(_, __):
        return ClearSolutions(config=copy.deepcopy(config)).preprocess(notebook, {})[0].cells

    def clear_tests(_):
        return ClearHiddenTests(config=copy.deepcopy(config)).preprocess(notebook, {})[0].cells

    return released(cells, language, clear_solutions, clear_tests)


@pytest.mark.parametrize("new", [new_code_cell, new_markdown_cell])
@pytest.mark.parametrize("marks", [None, SOLUTION, GRADE, LOCKED, SOLUTION | GRADE])
@pytest.mark.parametrize("language", ["python", "julia"])
def test_are_regions_taken_out_as_nbgrader_does(configured, new, marks, language):
    metadata = {} if marks is None else {"nbgrader": marks}
    for source in SOURCES:
        cells = [new(source, metadata=metadata)]
        found = released(cells, language, without_solutions, without_hidden_tests)
        assert found == by_nbgrader(cells, language, configured), source


def test_are_the_solutions_of_the_course_taken_out_as_nbgrader_does(source):
    cells = source.cells
    found = released(cells, "python", without_solutions, without_hidden_tests)
    assert found == by_nbgrader(cells, "python", settings())
    assert not any("BEGIN" in text for text in found)

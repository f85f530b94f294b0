"""Lines of IPython and doubled texts in an answer cost nobody a point."""

import json

import pytest

from examiner import plain_python as module
from examiner.examination import Examination
from examiner.mistake import Mistake
from examiner.plain_python import plain_python
from grading.code_exercises import CODE_EXERCISES, answer_source
from grading.errors import Ungradable
from grading.examining.code_answers import refuse_unreadable
from grading.examining.exercise import Check
from grading.examining.multiple_choice import mark
from grading.submission import Cell, cells, refuse_conflict

CODE = "def one():\n    return 1\n"
CHECK = Check("check-3", 2, 'assert answer_3 == "B", "Not B."')


@pytest.mark.parametrize(
    "line",
    [
        "%pip install httpx",
        "%autoreload 2",
        "!ls -l",
        "?len",
        "len?",
        "files = !ls",
        "found = %who_ls",
        "!pip install \\\n    httpx",
    ],
)
def test_is_a_line_of_ipython_left_out_and_named(line):
    plain = plain_python(f"x = 0\n{line}\n{CODE}")
    found = {}
    exec(plain.text, found)
    assert found["one"]() == 1
    assert plain.text.count("\n") == f"x = 0\n{line}\n{CODE}".count("\n")
    assert plain.told[0].startswith("Line 2 is IPython's and was left out: ")


@pytest.mark.parametrize("magic", ["%%time", "%%capture out"])
def test_does_the_rest_of_a_timed_cell_count(magic):
    plain = plain_python(f"{magic}\n{CODE}")
    assert plain.text == f"\n{CODE}"


def test_are_lines_of_ipython_without_end_left_out_in_one_pass(monkeypatch):
    """Each look at a long text takes seconds."""
    looks, look = [], module._error_line
    monkeypatch.setattr(module, "_error_line", lambda text: looks.append(text) or look(text))
    plain = plain_python("!ls\n%time x = 1\n" * 1000)
    assert plain.text == "pass\nx = 1\n" * 1000
    assert len(looks) == 2
    assert plain.told[-1] == "980 more lines are IPython's and were left out."
    assert len(plain.told) == 21


@pytest.mark.parametrize(
    "inside",
    [
        'x = """Why?\n!ls\n%pip\n"""',
        '"""Why?\nlen?"""',
        "x = (\n    5\n    % 3\n)",
        "x = 5 \\\n    % 3",
        "x = 'a\\\n%b'",
    ],
)
def test_does_a_line_within_a_command_of_python_stay(inside):
    plain = plain_python(f"!ls\n{inside}\nlen?\n")
    assert plain.text == f"pass\n{inside}\npass\n"


def test_is_a_cell_that_ipython_does_not_run_a_sentence():
    with pytest.raises(Mistake, match="The cell begins with %%writefile"):
        plain_python(f"%%writefile x.py\n{CODE}")
    with pytest.raises(Ungradable, match="The cell begins with %%bash"):
        refuse_unreadable(f"%%bash\n{CODE}")
    with Examination(f"%%writefile x.py\n{CODE}") as examination:
        verdict = examination.examine(CODE_EXERCISES["rotation"].rules[0])
    assert "The cell begins with %%writefile" in verdict.message


def test_stays_python_as_it_is():
    for source in (CODE, "", "x = 5 % 3", "no python at all (", 'print("!ls")'):
        assert plain_python(source).text == source


@pytest.mark.parametrize(
    ("source", "score", "message"),
    [
        ('answer_3 = "B"', 2, "Right."),
        ('answer_3 = "B"answer_3 = "B"', 2, "Right."),
        ('%%time\nanswer_3 = "B"', 2, "Right."),
        ('answer_3 = "B"answer_3 = "C"', 0, "Question 3: the letter cannot be read"),
        ('answer_3 = ""  # A or Banswer_3 = "B"', 0, "Question 3: the letter cannot be read"),
    ],
)
def test_is_a_letter_read_however_the_cell_came(source, score, message):
    found, _ = mark(CHECK, [Cell("code", source, ("answer-3", None))])
    assert (found.score, found.attempted) == (score, True)
    assert found.message.startswith(message)


def test_is_a_letter_in_a_cell_that_ipython_does_not_run_left_without_a_mark():
    """As code is: the student ran it and saw nothing go wrong."""
    written = Cell("code", '%%writefile a.py\nanswer_3 = "B"', ("answer-3", None))
    with pytest.raises(Ungradable, match=r"^Question 3: The cell begins with %%writefile, and"):
        mark(CHECK, [written])
    beside = Cell("code", 'answer_3 = "B"')
    assert mark(CHECK, [written, beside])[0].score == 2


RELEASED = """# Everything goes here.
from flask import (
    jsonify,
)

def token():
    \"\"\"Return one.\"\"\"

def end_session():
    \"\"\"Return two.\"\"\"
"""
FIRST = RELEASED.replace("Return two.", "Return 2.").rstrip()
SECOND = RELEASED.replace('''"""Return one."""''', "return 1").rstrip()


def answer_of(source: str) -> str:
    return answer_source(
        CODE_EXERCISES["rotation"], [Cell("code", source, ("answer-rotation", None))], RELEASED
    )


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (f"{FIRST}\n\n{SECOND}", 12),
        (FIRST + SECOND, 10),
        (f"%%time\n{FIRST}\n{SECOND}", 12),
        (f"{RELEASED}{SECOND}", 11),
        (f"{FIRST}\n{FIRST}\n{SECOND}", 21),
    ],
)
def test_is_a_cell_with_two_versions_ungraded_with_the_line_of_the_second(source, line):
    with pytest.raises(Ungradable, match=f"^Line {line} of answer-rotation begins another version"):
        answer_of(source)


@pytest.mark.parametrize(
    "source",
    [
        FIRST,
        f"{FIRST}\n{FIRST}\n",
        FIRST * 3,
        f"{FIRST}\n\ndef token():\n    return 1\n\ndef end_session():\n    return 2\n",
        f"old = '''\n{FIRST}\n'''\n{SECOND}",
        f"{SECOND}\nold = '''\n{FIRST}\n'''",
        f"{FIRST}\n\n# " + SECOND.replace("\n", "\n# "),
        f"{FIRST}\n{SECOND}\nno python (",
    ],
)
def test_is_one_version_read_as_it_is(source):
    assert answer_of(source) == source


CONFLICT = "<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> theirs\n"


def test_is_a_conflict_named_with_its_line():
    with pytest.raises(Ungradable, match=r"^Line 2 begins with <<<<<<<: git could not merge"):
        cells(f"{{\n{CONFLICT}}}".encode())
    cell = Cell("code", CODE + CONFLICT, ("answer-rotation", None))
    with pytest.raises(Ungradable, match=r"^Line 3 of answer-rotation begins with <<<<<<<"):
        answer_source(CODE_EXERCISES["rotation"], [cell])
    with pytest.raises(Ungradable, match=r"^Line 1 of answer-3 begins with"):
        mark(CHECK, [Cell("code", CONFLICT, ("answer-3", None))])


def named_conflict(source: str, kind: str = "code") -> str:
    """Return what is said against a cell, its place left out; "" for nothing."""
    try:
        refuse_conflict([Cell(kind, source)], "it")
    except Ungradable as error:
        return str(error).partition(": git could not merge")[0]
    return ""


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (f"{CODE}=======\n{CODE}", "Line 3 of it begins with ======="),
        (f"!ls\n{CODE}=======\n{CODE}>>>>>>> theirs\n", "Line 4 of it begins with ======="),
        (f"{CODE}>>>>>>> theirs", "Line 3 of it begins with >>>>>>>"),
        (f"<<<<<<< HEAD\n{CODE}", "Line 1 of it begins with <<<<<<<"),
        (f"{CODE}||||||| base\n{CODE}", "Line 3 of it begins with |||||||"),
        ("def one():\n    x = 1\n=======\n    x = 2\n", "Line 3 of it begins with ======="),
        (f"def one(:\n{CONFLICT}", "Line 2 of it begins with <<<<<<<"),
        (f'"""Title\n=======\n"""\n{CODE}', ""),
        (f'text = """\n{CONFLICT}"""\n{CODE}', ""),
        (f'"""Title\n=======\n"""\ndef one(:\n{CODE}', ""),
        (f"# =======\n{CODE}========\n", ""),
    ],
)
def test_is_a_marker_named_that_is_left_of_a_conflict(source, told):
    assert named_conflict(source) == told


def test_is_the_line_under_a_heading_no_conflict():
    assert named_conflict("Title\n=======\nText", "markdown") == ""
    assert named_conflict(CONFLICT, "markdown") == "Line 1 of it begins with <<<<<<<"
    with pytest.raises(Ungradable, match="it is not JSON"):
        cells(b"Title\n=======\nText\n")


@pytest.mark.parametrize("line", ["=======", ">>>>>>> theirs", "=======\r"])
def test_is_a_line_named_that_git_has_left_in_a_file(line):
    content = json.dumps({"cells": []}, indent=1).replace("\n", f"\n{line}\n", 1)
    with pytest.raises(Ungradable, match=rf"^Line 2 begins with {line[:7]}: git could not merge"):
        cells(content.encode())


def test_is_a_notebook_without_a_conflict_no_conflict():
    with pytest.raises(Ungradable, match="it is not JSON"):
        cells(json.dumps({"cells": []})[:-1].encode())

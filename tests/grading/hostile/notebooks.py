"""Build hostile or careless notebooks and folders, and say what each of them deserves.

A builder is given the exercise and its empty folder submitted/<student>/<assignment>. It returns
the bytes of the notebook, or None where it has filled the folder by itself. The reason for the
mark stands in its docstring. The questions bring 1, 1, 2, 2 and 3 points.
"""

import copy
import json
import os
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from grading.demo import answer_key
from tests.grading.hostile.samples import EXERCISES, Deserved

UNGRADED = "ungraded"
SCRIPT = "<script>document.title='left-behind'</script>"
PAGE = f"{SCRIPT}<img src=x onerror=alert(1)>[go](javascript:alert(1))<iframe srcdoc=y></iframe>"

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Exercise:
    """Hold a released exercise, the key to its questions, and a folder of the host's own."""

    repository: Path
    name: str
    host: Path

    def released(self) -> Notebook:
        """Return the notebook as students get it."""
        path = self.repository / f"exercises/{self.name}/{self.name}.ipynb"
        return json.loads(path.read_text(encoding="utf-8"))

    def right(self) -> Notebook:
        """Return it with every answer right, for full marks."""
        notebook = self.released()
        if self.name == "rotation":
            sample = EXERCISES / "rotation/right/lock_free_pop.py"
            cell(notebook, "answer-rotation")["source"] = sample.read_text(encoding="utf-8")
        for number, letter in self.key().items():
            found = cell(notebook, f"answer-{number}")
            found["source"] = "".join(found["source"]).replace('= ""', f'= "{letter}"')
        return notebook

    def key(self) -> dict[int, str]:
        """Return question → letter; nothing for an exercise of code."""
        path = self.repository / f"solutions/{self.name}/{self.name}.ipynb"
        return answer_key(nbformat.read(path, as_version=4))


Builder = Callable[[Exercise, Path], bytes | None]


@dataclass(frozen=True)
class Sample:
    """Hold one builder and what its submission deserves."""

    name: str
    assignment: str
    build: Builder
    deserved: Deserved


SAMPLES: dict[str, Sample] = {}


def deserves(*outcomes: float | str, of: str = "practice") -> Callable[[Builder], Builder]:
    """Register a builder; several outcomes are all right."""

    def register(build: Builder) -> Builder:
        points = tuple((one, one) for one in outcomes if one != UNGRADED)
        allowed = Deserved(points, UNGRADED in outcomes)
        assert build.__name__ not in SAMPLES
        SAMPLES[build.__name__] = Sample(build.__name__, of, build, allowed)
        return build

    return register


def cell(notebook: Notebook, name: str) -> dict[str, Any]:
    """Return the cell with this id."""
    return next(found for found in notebook["cells"] if found.get("id") == name)


def checks(notebook: Notebook) -> list[dict[str, Any]]:
    """Return the cells that bring points."""
    return [found for found in notebook["cells"] if marks(found).get("grade")]


def marks(found: dict[str, Any]) -> dict[str, Any]:
    """Return what nbgrader has written into a cell."""
    return found["metadata"].get("nbgrader", {})


def code(source: str, name: str) -> dict[str, Any]:
    """Return a cell of the student's own."""
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }


def dumped(notebook: Any) -> bytes:
    """Return a notebook as a file's content."""
    return json.dumps(notebook).encode()


def answered(first: str) -> Builder:
    """Return a builder for all answers right, but for what the first answer cell says."""

    def build(exercise: Exercise, folder: Path) -> bytes:
        notebook = exercise.right()
        cell(notebook, "answer-1")["source"] = first
        return dumped(notebook)

    return build


# Name → (what the first answer cell says, the marks it deserves: 9 with a D, 8 without).
# An answer is a literal that can be read off the source; what would have to be run is none.
ANSWERS: dict[str, tuple[str, tuple]] = {
    # Plain spellings of the same letter.
    "lower_case": ('answer_1 = "d"', (9,)),
    "spaces": ('answer_1 = "  D "', (9,)),
    "single_quotes": ("answer_1 = 'D'", (9,)),
    "triple_quotes": ('answer_1 = """D"""', (9,)),
    "brackets": ('answer_1 = ("D")', (9,)),
    "escape": (r'answer_1 = "\x44"', (9,)),
    "two_pieces": ('answer_1 = "D" ""', (9,)),
    "noise": ('import sys, warnings\nprint("x", file=sys.stderr)\nanswer_1 = "D"\nanswer_1', (9,)),
    "warning": ('pattern = "\\d"\nanswer_1 = "D"', (9,)),  # an invalid escape warns the parser
    "windows_lines": ('# my answer\r\nanswer_1 = "D"\r\n', (9,)),
    "second_thoughts": ('answer_1 = "A"\nanswer_1 = "D"', (9,)),  # the last one wins
    "worse_thoughts": ('answer_1 = "D"\nanswer_1 = "A"', (8,)),
    # Literals in another dress: a reader may see them or not, and neither is unfair.
    "annotated": ('answer_1: str = "D"', (8, 9)),
    "plain_f_string": ('answer_1 = f"D"', (8, 9)),
    "several_at_once": ('answer_1, mine = "D", 1', (8, 9)),
    "chain": ('mine = answer_1 = "D"', (8, 9)),
    "below_an_if": ('if True:\n    answer_1 = "D"', (8, 9)),
    "taken_back": ('answer_1 = "D"\ndel answer_1', (8, 9)),
    "error_behind_it": ('answer_1 = "D"\nthis is no Python', (8, 9)),
    "cell_magic": ('%%time\nanswer_1 = "D"', (8, 9)),
    "line_magic": ('%matplotlib inline\nanswer_1 = "D"', (8, 9)),
    "tabs_and_bom": ('\ufeffanswer_1\t=\t"D"', (8, 9)),
    # No letter from A to D, or no answer at all.
    "full_width": ('answer_1 = "\uff24"', (8,)),
    "all_letters": ('answer_1 = "ABCD"', (8,)),
    "list_of_letters": ('answer_1 = ["A", "B", "C", "D"]', (8,)),
    "bytes": ('answer_1 = b"D"', (8,)),
    "starred": ('answer_1 = "*"', (8,)),
    "commented_out": ('# answer_1 = "D"', (8,)),
    "other_name": ('answer1 = "D"', (8,)),
    "emptied": ("", (8,)),
    "nul": ('answer_1 = "D\0"', (8,)),
    "half_a_character": ('answer_1 = "D\ud800"', (8,)),
    "page": (f'answer_1 = "{PAGE}"', (8,)),
    "huge_letter": (f'answer_1 = "{"D" * 2**20}"', (8,)),
    # What only a run would tell.
    "condition": ('answer_1 = "D" if True else "A"', (8,)),
    "either": ('answer_1 = "D" or "A"', (8,)),
    "call": ('answer_1 = str("D")', (8,)),
    "sum": ('answer_1 = "" + "D"', (8,)),
    "globals": ('globals()["answer_1"] = "D"', (8,)),
    "exec": ("exec('answer_1 = \"D\"')", (8,)),
    "reads_the_key": ('answer_1 = open("../../../solutions/practice/practice.ipynb").read()', (8,)),
    "input": ("answer_1 = input()", (8,)),
    "always_equal": (
        "class Right(str):\n    __eq__ = lambda *_: True\n    strip = upper = lambda self: self\n"
        'answer_1 = Right("A")',
        (8,),
    ),
    "in_a_function": ('def answer():\n    answer_1 = "D"', (8,)),
    # What would stop, hang or kill whoever runs or parses it.
    "loops": ('answer_1 = "D"\nwhile True: pass', (9,)),  # it is not run, and the letter is there
    "exits": ('answer_1 = "D"\nimport os; os._exit(0)', (9,)),
    "nested_deeply": (f'answer_1 = "D"\n{"(" * 10_000}{")" * 10_000}', (8, 9)),
    "many_signs": (f'answer_1 = "D"\n{"-" * 100_000}1', (8, 9)),
    "long_chain": (f'answer_1 = "D"\nx = a{".b" * 100_000}', (8, 9)),
    "long_sum": (f'answer_1 = "D"\nx = 1{" + 1" * 100_000}', (8, 9)),
    "huge_number": (f'answer_1 = "D"\nx = {"9" * 1_000_000}', (8, 9)),
    "five_megabytes": (f'answer_1 = "D"\n{"# y" * 1_700_000}', (8, 9)),
}
for _name, (_first, _outcomes) in ANSWERS.items():
    _build = answered(_first)
    _build.__name__ = f"answer_{_name}"
    deserves(*_outcomes)(_build)


@deserves(9)
def honest_practice(exercise: Exercise, folder: Path) -> bytes:
    """All answers right."""
    return dumped(exercise.right())


@deserves(0)
def tag_skip_execution(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; stock nbgrader gives full marks for tests it was told to skip."""
    notebook = exercise.released()
    for found in checks(notebook):
        found["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]
    return dumped(notebook)


@deserves(0)
def transformers_of_ipython(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; the cell empties every later cell before it runs."""
    notebook = exercise.released()
    patch = (
        "shell = get_ipython()\n"
        "shell.input_transformers_cleanup.append(lambda lines: ['pass\\n'])\n"
        "shell.ast_node_interactivity = 'none'\n"
        "shell.run_cell_async = shell.run_cell = lambda *a, **b: None\n"
    )
    notebook["cells"].insert(0, code(patch, "first"))
    return dumped(notebook)


@deserves(0)
def hooks_of_ipython(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; the hook guesses letters from the text of the hidden test."""
    notebook = exercise.released()
    hook = (
        "import lesson.choice, builtins\n"
        "lesson.choice.letter = lambda *a: next(x for x in 'ABCD')\n"
        "def spy(info):\n"
        "    builtins.seen = info.raw_cell\n"
        "    for n in range(1, 6): get_ipython().user_ns[f'answer_{n}'] = 'D'\n"
        "get_ipython().events.register('pre_run_cell', spy)\n"
    )
    notebook["cells"].insert(0, code(hook, "first"))
    return dumped(notebook)


@deserves(0)
def modules_beside_it(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; the files would be loaded by whoever runs Python in this folder."""
    plant = "import builtins\nbuiltins.AssertionError = type('Never', (Exception,), {})\n"
    names = ["jwt.py", "flask.py", "lesson.py", "sitecustomize.py", "usercustomize.py", "json.py"]
    for name in [*names, "conftest.py", "nbgrader_config.py", "jupyter_config.py", "gradebook.db"]:
        (folder / name).write_text(plant)
    (folder / "left_behind.pth").write_text("import os; os._exit(0)\n")
    startup = folder / ".ipython/profile_default/startup/00.py"
    startup.parent.mkdir(parents=True)
    startup.write_text(plant)
    return dumped(exercise.released())


@deserves(0)
def checks_rewritten(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; tests come from the instructor's notebook."""
    notebook = exercise.released()
    for found, source in zip(checks(notebook), ["pass", "100", "-1", "True", ""], strict=True):
        found["source"] = source
    return dumped(notebook)


@deserves(9)
def checks_deleted(exercise: Exercise, folder: Path) -> bytes:
    """All answers are there, and the checks are the instructor's to put back."""
    notebook = exercise.right()
    gone = checks(notebook)
    notebook["cells"] = [found for found in notebook["cells"] if found not in gone]
    return dumped(notebook)


@deserves(1)
def points_raised(exercise: Exercise, folder: Path) -> bytes:
    """One right answer of one point, whatever the notebook says it is worth."""
    notebook = exercise.released()
    cell(notebook, "answer-1")["source"] = 'answer_1 = "D"'
    for found, points in zip(checks(notebook), [1000, -5, 1e308, "9", None], strict=True):
        marks(found)["points"] = points
    return dumped(notebook)


@deserves(9)
def points_lowered(exercise: Exercise, folder: Path) -> bytes:
    """A student who breaks the metadata has still answered."""
    notebook = exercise.right()
    for found in checks(notebook):
        marks(found)["points"] = -5
    return dumped(notebook)


@deserves(1)
def checks_swapped(exercise: Exercise, folder: Path) -> bytes:
    """One right answer of one point; the check of question 1 claims to be that of question 5."""
    notebook = exercise.released()
    cell(notebook, "answer-1")["source"] = 'answer_1 = "D"'
    first, *_, last = checks(notebook)
    marks(first)["grade_id"], marks(last)["grade_id"] = "check-5", "check-1"
    return dumped(notebook)


@deserves(9, UNGRADED)
def answers_swapped(exercise: Exercise, folder: Path) -> bytes:
    """All letters are right by cell id; grade_id says otherwise, so giving up is fair too."""
    notebook = exercise.right()
    marks(cell(notebook, "answer-1"))["grade_id"] = "answer-5"
    marks(cell(notebook, "answer-5"))["grade_id"] = "answer-1"
    return dumped(notebook)


@deserves(0)
def checks_as_solutions(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; a check that claims to be an answer is still a check."""
    notebook = exercise.released()
    for found in checks(notebook):
        marks(found).update(grade=True, solution=True, locked=False)
        found["source"] = "answer_1 = 'D'"
    return dumped(notebook)


@deserves(9)
def manual_grades(exercise: Exercise, folder: Path) -> bytes:
    """All right; the student marks the answers as graded by hand, and as tasks."""
    notebook = exercise.right()
    for number in range(1, 6):
        marks(cell(notebook, f"answer-{number}")).update(grade=True, task=True, points=1000)
    return dumped(notebook)


@deserves(0)
def marks_of_its_own(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; a cell of its own that brings points is not the instructor's."""
    notebook = exercise.released()
    own = code("pass", "check-6")
    own["metadata"]["nbgrader"] = {
        **marks(checks(notebook)[0]),
        "grade_id": "check-6",
        "points": 99,
    }
    notebook["cells"].append(own)
    return dumped(notebook)


@deserves(9)
def cells_copied(exercise: Exercise, folder: Path) -> bytes:
    """Every cell twice, with the same letters: what is meant is clear."""
    notebook = exercise.right()
    notebook["cells"] += copy.deepcopy(notebook["cells"])
    return dumped(notebook)


@deserves(9)
def cells_copied_under_new_ids(exercise: Exercise, folder: Path) -> bytes:
    """As JupyterLab copies cells: nbgrader's metadata stay, the id is new."""
    notebook = exercise.right()
    copies = copy.deepcopy(notebook["cells"])
    for number, found in enumerate(copies):
        found["id"] = f"copy-{number}"
    notebook["cells"] += copies
    return dumped(notebook)


@deserves(UNGRADED)
def two_letters(exercise: Exercise, folder: Path) -> bytes:
    """Two cells with one id and different letters: only the student can say which is meant."""
    notebook = exercise.right()
    other = copy.deepcopy(cell(notebook, "answer-1"))
    other["source"] = 'answer_1 = "A"'
    notebook["cells"].append(other)
    return dumped(notebook)


@deserves(8)
def answer_deleted(exercise: Exercise, folder: Path) -> bytes:
    """The first answer is gone, the others are right."""
    notebook = exercise.right()
    notebook["cells"].remove(cell(notebook, "answer-1"))
    return dumped(notebook)


@deserves(8, 9)
def answer_in_a_cell_of_its_own(exercise: Exercise, folder: Path) -> bytes:
    """The answer cell stays blank and the letter stands below: the exercise asks for the cell."""
    notebook = exercise.right()
    cell(notebook, "answer-1")["source"] = 'answer_1 = ""'
    place = notebook["cells"].index(cell(notebook, "check-1"))
    notebook["cells"].insert(place, code('answer_1 = "D"', "mine"))
    return dumped(notebook)


@deserves(8, 9)
def answer_in_the_place_of_the_deleted(exercise: Exercise, folder: Path) -> bytes:
    """The answer cell was deleted and written anew, without id and marks."""
    notebook = exercise.right()
    place = notebook["cells"].index(cell(notebook, "answer-1"))
    notebook["cells"][place] = code('answer_1 = "D"', "mine")
    return dumped(notebook)


@deserves(8)
def answer_as_markdown(exercise: Exercise, folder: Path) -> bytes:
    """The letter stands in a text, which sets nothing."""
    notebook = exercise.right()
    found = cell(notebook, "answer-1")
    found["cell_type"] = "markdown"
    for name in ["outputs", "execution_count"]:
        found.pop(name)
    return dumped(notebook)


@deserves(8, 9, UNGRADED)
def answer_as_raw(exercise: Exercise, folder: Path) -> bytes:
    """A raw cell is not run, and still has the id."""
    notebook = exercise.right()
    cell(notebook, "answer-1")["cell_type"] = "raw"
    return dumped(notebook)


@deserves(9, UNGRADED)
def ids_gone(exercise: Exercise, folder: Path) -> bytes:
    """As after a trip through an old editor: grade_id still says what is what."""
    notebook = exercise.right()
    for found in notebook["cells"]:
        found.pop("id")
    return dumped(notebook)


@deserves(9)
def marks_gone(exercise: Exercise, folder: Path) -> bytes:
    """As after a trip through Colab: the ids still say what is what."""
    notebook = exercise.right()
    for found in notebook["cells"]:
        found["metadata"] = {}
    return dumped(notebook)


@deserves(9, UNGRADED)
def ids_and_marks_gone(exercise: Exercise, folder: Path) -> bytes:
    """Only the names of the variables say what is what."""
    notebook = exercise.right()
    for found in notebook["cells"]:
        found.pop("id")
        found["metadata"] = {}
    return dumped(notebook)


@deserves(9, UNGRADED)
def ids_numbered(exercise: Exercise, folder: Path) -> bytes:
    """Ids that are no text, too long, or have forbidden characters, where no mark hangs on them."""
    notebook = exercise.right()
    odd = [5, None, "y" * 10_000, "../../x", SCRIPT, ["a"], {}, "", "\0"]
    texts = [found for found in notebook["cells"] if found["cell_type"] == "markdown"]
    for found, name in zip(texts, odd, strict=False):
        found["id"] = name
    return dumped(notebook)


@deserves(9, UNGRADED)
def format_3(exercise: Exercise, folder: Path) -> bytes:
    """A notebook of 2014: cells in a worksheet, source as input."""
    notebook = exercise.right()
    cells = [
        {"cell_type": "code", "language": "python", "input": found["source"], "outputs": []}
        | {"metadata": found["metadata"], "collapsed": False, "prompt_number": None}
        if found["cell_type"] == "code"
        else {"cell_type": "markdown", "metadata": {}, "source": found["source"]}
        for found in notebook["cells"]
    ]
    sheet = {"cells": cells, "metadata": {}}
    return dumped({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [sheet]})


def numbered(major: Any, minor: Any) -> Builder:
    """Return a builder for all answers right in a notebook of that format."""

    def build(exercise: Exercise, folder: Path) -> bytes:
        return dumped({**exercise.right(), "nbformat": major, "nbformat_minor": minor})

    return build


# A later minor format is to be read, by nbformat's own rule; of others the meaning may be open.
FORMATS = {
    "4_0": (4, 0, (9,)),
    "4_99": (4, 99, (9,)),
    "5_0": (5, 0, (9, UNGRADED)),
    "2_0": (2, 0, (9, UNGRADED)),
    "none": (None, None, (9, UNGRADED)),
    "text": ("4", "5", (9, UNGRADED)),
    "huge": (10**30, -1, (9, UNGRADED)),
}
for _name, (_major, _minor, _outcomes) in FORMATS.items():
    _build = numbered(_major, _minor)
    _build.__name__ = f"format_{_name}"
    deserves(*_outcomes)(_build)


def with_schema(version: Any) -> Builder:
    """Return a builder for all answers right, under nbgrader metadata of that version."""

    def build(exercise: Exercise, folder: Path) -> bytes:
        notebook = exercise.right()
        for found in notebook["cells"]:
            if marks(found):
                marks(found)["schema_version"] = version
        return dumped(notebook)

    return build


# Stock nbgrader gives up the whole class over one of these; the answers are there to be read.
for _name, _version in {"old": 1, "new": 99, "text": "3", "none": None, "list": [3]}.items():
    _build = with_schema(_version)
    _build.__name__ = f"schema_{_name}"
    deserves(9)(_build)


@deserves(9)
def marks_of_wrong_types(exercise: Exercise, folder: Path) -> bytes:
    """nbgrader's metadata are a text, a list, a number: the ids say what is what."""
    notebook = exercise.right()
    for found, odd in zip(checks(notebook), ["y", [1], 5, True, {"grade": "yes"}], strict=True):
        found["metadata"]["nbgrader"] = odd
    return dumped(notebook)


@deserves(9, UNGRADED)
def metadata_of_wrong_types(exercise: Exercise, folder: Path) -> bytes:
    """Metadata that are no object make it no notebook; the answers are there all the same."""
    notebook = exercise.right()
    for found, odd in zip(notebook["cells"], [None, [], "y", 5, True], strict=False):
        found["metadata"] = odd
    return dumped({**notebook, "metadata": [1, 2]})


@deserves(9)
def kernel_of_another_language(exercise: Exercise, folder: Path) -> bytes:
    """Nothing is run, so the kernel does not matter."""
    notebook = exercise.right()
    notebook["metadata"] = {
        "kernelspec": {"name": "ir", "language": "R", "display_name": "R"},
        "language_info": {"name": "R", "file_extension": "/../../x", "pygments_lexer": "no-such"},
    }
    return dumped(notebook)


@deserves(9)
def kernel_that_is_a_command(exercise: Exercise, folder: Path) -> bytes:
    """A kernel name that would be a path, and exporters that nbconvert might look up."""
    notebook = exercise.right()
    notebook["metadata"] = {
        "kernelspec": {"name": "../../bash; echo left-behind", "display_name": SCRIPT},
        "title": PAGE,
        "authors": [{"name": PAGE}],
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"y": PAGE}}},
        "celltoolbar": "Create Assignment",
    }
    return dumped(notebook)


@deserves(9)
def renamed(exercise: Exercise, folder: Path) -> None:
    """As browsers save a second download; it is the only notebook here."""
    (folder / "practice (1).ipynb").write_bytes(dumped(exercise.right()))


@deserves(9, UNGRADED)
def renamed_to_an_attack(exercise: Exercise, folder: Path) -> None:
    """A name that a shell, a path or a page would trip over."""
    name = "$(echo left-behind);<b>&'\"\n-rf .ipynb"
    (folder / name).write_bytes(dumped(exercise.right()))


@deserves(9)
def two_notebooks(exercise: Exercise, folder: Path) -> bytes:
    """The one with the right name counts."""
    (folder / "practice-old.ipynb").write_bytes(dumped(exercise.released()))
    return dumped(exercise.right())


@deserves(UNGRADED)
def two_notebooks_renamed(exercise: Exercise, folder: Path) -> None:
    """Neither has the right name: only the student can say which is meant."""
    (folder / "practice (1).ipynb").write_bytes(dumped(exercise.released()))
    (folder / "practice (2).ipynb").write_bytes(dumped(exercise.right()))


@deserves(9)
def notebook_and_its_checkpoint(exercise: Exercise, folder: Path) -> bytes:
    """JupyterLab's own backup lies beside it."""
    (folder / ".ipynb_checkpoints").mkdir()
    backup = folder / ".ipynb_checkpoints/practice-checkpoint.ipynb"
    backup.write_bytes(dumped(exercise.released()))
    return dumped(exercise.right())


@deserves(UNGRADED)
def only_a_checkpoint(exercise: Exercise, folder: Path) -> None:
    """A backup was not handed in."""
    (folder / ".ipynb_checkpoints").mkdir()
    backup = folder / ".ipynb_checkpoints/practice-checkpoint.ipynb"
    backup.write_bytes(dumped(exercise.right()))


def content(data: bytes) -> Builder:
    """Return a builder for a file of these bytes."""
    return lambda exercise, folder: data


# Name → bytes that are no notebook: there is nothing to give points for, and no zero to give.
JUNK = {
    "empty": b"",
    "no_json": b"answer_1 = 'D'",
    "half": b'{"cells": [',
    "null": b"null",
    "list": b"[]",
    "number": b"9",
    "zeros": bytes(1000),
    "noise": bytes(range(256)) * 10,
    "page": b"<html>Please log in</html>",
    "zip": b"PK\x03\x04" + bytes(100),
    "nested": b"[" * 100_000 + b"]" * 100_000,
    "nested_objects": b'{"cells":' * 100_000 + b"1" + b"}" * 100_000,
    "huge_number": b'{"nbformat": ' + b"9" * 100_000 + b', "cells": []}',
    "no_cells": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    "cells_of_wrong_type": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": {}}',
    "cells_of_numbers": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [1, null]}',
}
for _name, _data in JUNK.items():
    _build = content(_data)
    _build.__name__ = f"junk_{_name}"
    deserves(UNGRADED)(_build)


@deserves(0, UNGRADED)
def zero_cells(exercise: Exercise, folder: Path) -> bytes:
    """A good notebook in which nothing is left: nothing answered, or nothing to be graded."""
    return dumped({**exercise.released(), "cells": []})


@deserves(9, UNGRADED)
def utf_16(exercise: Exercise, folder: Path) -> bytes:
    """No notebook by the format's rule, and the meaning is clear."""
    return json.dumps(exercise.right()).encode("utf-16")


@deserves(9)
def utf_8_with_a_mark(exercise: Exercise, folder: Path) -> bytes:
    """As Windows' Notepad saves it."""
    return b"\xef\xbb\xbf" + dumped(exercise.right())


@deserves(9)
def windows_lines(exercise: Exercise, folder: Path) -> bytes:
    """CRLF between the lines of the file."""
    return json.dumps(exercise.right(), indent=1).replace("\n", "\r\n").encode()


@deserves(9, UNGRADED)
def latin_1(exercise: Exercise, folder: Path) -> bytes:
    """One byte in a text cell is no UTF-8."""
    return dumped(exercise.right()).replace(b"Five lines", b"F\xefve lines")


@deserves(9, UNGRADED)
def notebook_of_60_mb(exercise: Exercise, folder: Path) -> bytes:
    """All right below a text of 60 MB; a limit on the size is fair."""
    notebook = exercise.right()
    notebook["cells"].append({**notebook["cells"][0], "id": "long", "source": "y" * 60 * 2**20})
    return dumped(notebook)


@deserves(9, UNGRADED)
def outputs_of_200_mb(exercise: Exercise, folder: Path) -> bytes:
    """All right, and an output of 200 MB is stored; a limit on the size is fair."""
    notebook = exercise.right()
    text = {"output_type": "stream", "name": "stdout", "text": "y" * 200 * 2**20}
    cell(notebook, "check-1")["outputs"] = [text]
    return dumped(notebook)


@deserves(9)
def outputs_of_2_mb(exercise: Exercise, folder: Path) -> bytes:
    """Plotting much is no crime."""
    notebook = exercise.right()
    text = {"output_type": "stream", "name": "stderr", "text": ["y" * 2**20 + "\n"] * 2}
    cell(notebook, "question-2-code")["outputs"] = [text]
    return dumped(notebook)


@deserves(9)
def outputs_that_are_pages(exercise: Exercise, folder: Path) -> bytes:
    """All right; the stored outputs are live pages and forged marks."""
    notebook = exercise.right()
    kinds = ["text/html", "image/svg+xml", "application/javascript", "text/markdown", "text/latex"]
    page = {"output_type": "display_data", "metadata": {}, "data": dict.fromkeys(kinds, PAGE)}
    for found in notebook["cells"]:
        if found["cell_type"] == "code":
            found["outputs"] = [page]
    return dumped(notebook)


@deserves(0)
def outputs_that_are_marks(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; the stored outputs say that all is right."""
    notebook = exercise.released()
    for found in checks(notebook):
        found["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "Right."}]
        marks(found)["score"] = 9
    return dumped(notebook)


@deserves(9)
def texts_that_are_pages(exercise: Exercise, folder: Path) -> bytes:
    """All right; the student's own texts and code are live pages."""
    notebook = exercise.right()
    text = {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": PAGE}
    text["attachments"] = {'x"><script>y</script>.svg': {"image/svg+xml": PAGE}}
    notebook["cells"][0]["source"] = PAGE
    raw = {"cell_type": "raw", "id": "raw", "metadata": {"format": "text/html"}, "source": PAGE}
    notebook["cells"] += [text, raw, code(f'"""{PAGE}</pre>{PAGE}"""', "own-code")]
    return dumped(notebook)


@deserves(9)
def texts_with_expensive_markdown(exercise: Exercise, folder: Path) -> bytes:
    """All right; the text takes a careless Markdown reader very long."""
    notebook = exercise.right()
    sources = ["[" * 5_000, "*a_ " * 3_000, "> " * 500 + "x", "`" * 5_000, "$" * 3_001]
    notebook["cells"] += [
        {"cell_type": "markdown", "id": f"slow-{number}", "metadata": {}, "source": source}
        for number, source in enumerate(sources)
    ]
    return dumped(notebook)


@deserves(9)
def texts_with_templates(exercise: Exercise, folder: Path) -> bytes:
    """All right; the texts are commands of a template language, and links to files."""
    notebook = exercise.right()
    notebook["cells"][0]["source"] = (
        "{{ 7 * 191 }} {% include '/etc/shadow' %} ![x](file:///etc/passwd)\n"
        "![x](../../../gradebook.db) <img src='file:///etc/passwd'> {{ resources }}\n"
        "### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS"
    )
    return dumped(notebook)


@deserves(9, UNGRADED)
def metadata_nested(exercise: Exercise, folder: Path) -> bytes:
    """All right, under metadata of 100,000 levels; what cannot be read may be given up."""
    deep = b"[" * 100_000 + b"]" * 100_000
    return dumped(exercise.right()).replace(
        b'"metadata": {}', b'"metadata": {"y": ' + deep + b"}", 1
    )


@deserves(9, UNGRADED)
def metadata_with_nan(exercise: Exercise, folder: Path) -> bytes:
    """Python reads NaN and Infinity, JSON has neither."""
    odd = b'"metadata": {"y": [NaN, Infinity, -Infinity, 1e999, -0.0]}'
    return dumped(exercise.right()).replace(b'"metadata": {}', odd, 1)


@deserves(9, UNGRADED)
def metadata_with_huge_numbers(exercise: Exercise, folder: Path) -> bytes:
    """Python refuses to read numbers of more than 4,300 digits."""
    odd = b'"metadata": {"y": ' + b"9" * 10_000 + b"}"
    return dumped(exercise.right()).replace(b'"metadata": {}', odd, 1)


@deserves(9, UNGRADED)
def keys_twice(exercise: Exercise, folder: Path) -> bytes:
    """The first answer's source stands twice; of two equal names the last counts."""
    data = dumped(exercise.right())
    return re.sub(rb'"source": "answer_1', rb'"source": "answer_1 = 1", \g<0>', data, count=1)


@deserves(9)
def source_as_a_list(exercise: Exercise, folder: Path) -> bytes:
    """As the file format has it, here cut in the midst of words."""
    notebook = exercise.right()
    for found in notebook["cells"]:
        found["source"] = list("".join(found["source"]))
    return dumped(notebook)


@deserves(8, UNGRADED)
def source_of_wrong_types(exercise: Exercise, folder: Path) -> bytes:
    """Texts that are numbers, and no text in the first answer."""
    notebook = exercise.right()
    cell(notebook, "answer-1")["source"] = None
    for name, odd in {"title": 5, "how-to": {"a": 1}, "question-1": [1, None, ["y"]]}.items():
        cell(notebook, name)["source"] = odd
    return dumped(notebook)


@deserves(9, UNGRADED)
def cells_of_unknown_kinds(exercise: Exercise, folder: Path) -> bytes:
    """Cells of a kind that does not exist, with members that do not."""
    notebook = exercise.right()
    notebook["cells"].insert(0, {"cell_type": "video", "id": "y", "metadata": {}, "source": "y"})
    notebook["cells"].insert(0, {"id": "z", "metadata": {}, "source": "y", "marks": 9})
    return dumped({**notebook, "score": 9})


@deserves(9, UNGRADED)
def ten_thousand_cells(exercise: Exercise, folder: Path) -> bytes:
    """All right among 10,000 empty cells."""
    notebook = exercise.right()
    notebook["cells"] += [code("", f"empty-{number}") for number in range(10_000)]
    return dumped(notebook)


@deserves(UNGRADED)
def link_to_the_system(exercise: Exercise, folder: Path) -> None:
    """A link was handed in, and no notebook."""
    (folder / "practice.ipynb").symlink_to("/etc/shadow")


@deserves(UNGRADED)
def link_to_another_student(exercise: Exercise, folder: Path) -> None:
    """Somebody else's work."""
    link = "../../honest_practice/practice/practice.ipynb"
    (folder / "practice.ipynb").symlink_to(link)


@deserves(UNGRADED)
def link_to_the_solutions(exercise: Exercise, folder: Path) -> None:
    """The instructor's work, with all right letters."""
    link = "../../../solutions/practice/practice.ipynb"
    (folder / "practice.ipynb").symlink_to(link)


@deserves(UNGRADED)
def link_to_itself(exercise: Exercise, folder: Path) -> None:
    """A link without an end."""
    (folder / "practice.ipynb").symlink_to("practice.ipynb")


@deserves(UNGRADED)
def link_to_endless_zeros(exercise: Exercise, folder: Path) -> None:
    """Reading it never ends."""
    (folder / "practice.ipynb").symlink_to("/dev/zero")


@deserves(UNGRADED)
def folder_that_is_a_link(exercise: Exercise, folder: Path) -> None:
    """The whole folder is somebody else's."""
    folder.rmdir()
    folder.symlink_to("../honest_practice/practice")


@deserves(UNGRADED)
def pipe_in_its_place(exercise: Exercise, folder: Path) -> None:
    """Whoever opens it to read waits for ever."""
    os.mkfifo(folder / "practice.ipynb")


@deserves(UNGRADED)
def folder_in_its_place(exercise: Exercise, folder: Path) -> None:
    """A folder with the notebook's name."""
    (folder / "practice.ipynb").mkdir()


@deserves(UNGRADED)
def socket_in_its_place(exercise: Exercise, folder: Path) -> None:
    """A socket with the notebook's name; its path may be no longer than 107 characters."""
    here = os.open(folder, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"/proc/self/fd/{here}/practice.ipynb")
    os.close(here)


@deserves(9)
def links_beside_it(exercise: Exercise, folder: Path) -> bytes:
    """All right; what the links lead to must not be copied to where the student reads it."""
    for number, target in enumerate([exercise.host / "secret.txt", "/etc/shadow", exercise.host]):
        (folder / f"data-{number}.txt").symlink_to(target)
    (folder / "pictures").symlink_to("/etc", target_is_directory=True)
    return dumped(exercise.right())


@deserves(9)
def pipes_beside_it(exercise: Exercise, folder: Path) -> bytes:
    """All right; whoever copies the folder whole waits for ever, or fills the disk."""
    os.mkfifo(folder / "data.csv")
    with (folder / "holes.bin").open("wb") as file:
        file.truncate(2**40)
    return dumped(exercise.right())


@deserves(9)
def folders_beside_it(exercise: Exercise, folder: Path) -> bytes:
    """All right; a tree that is deeper than paths may be long lies beside it."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(60):
        os.mkdir("d" * 100, dir_fd=here)
        below = os.open("d" * 100, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    return dumped(exercise.right())


@deserves(9)
def timestamp_that_is_none(exercise: Exercise, folder: Path) -> bytes:
    """nbgrader reads timestamp.txt; a text that is no time costs nobody a mark."""
    (folder / "timestamp.txt").write_text("9999999-99-99 {{ 7 * 191 }}\n" + "y" * 10_000)
    return dumped(exercise.right())


def with_code(source: str) -> Builder:
    """Return a builder for a rotation notebook whose answer cell has that source."""

    def build(exercise: Exercise, folder: Path) -> bytes:
        notebook = exercise.released()
        cell(notebook, "answer-rotation")["source"] = source
        return dumped(notebook)

    return build


_RIGHT = (EXERCISES / "rotation/right/lock_free_pop.py").read_text(encoding="utf-8")
# Name → (source of the answer cell, its marks). What does not load brings nothing.
CODE: dict[str, tuple[str, tuple]] = {
    "brackets_without_end": ("(" * 10_000, (0, UNGRADED)),
    "signs_without_end": ("-" * 100_000 + "1", (0, UNGRADED)),
    "nots_without_end": ("x = " + "not " * 100_000 + "1", (0, UNGRADED)),
    "chain_without_end": (f"x = a{'.b' * 100_000}", (0, UNGRADED)),
    "blocks_without_end": (
        "".join(f"{' ' * n}if 1:\n" for n in range(99)) + " " * 99 + "pass",
        (0, UNGRADED),
    ),
    "five_megabytes_of_words": (f"x = '{'y' * 5 * 2**20}'\n{_RIGHT}", (24, UNGRADED)),
    "nul": (f"{_RIGHT}\0", (0, UNGRADED)),
    "half_a_character": (f"{_RIGHT}\nodd = '\ud800'\n", (0, 24, UNGRADED)),
    "other_encoding": (f"# -*- coding: utf-7 -*-\n{_RIGHT}", (24,)),
    "unknown_encoding": (f"# -*- coding: no-such -*-\n{_RIGHT}", (24,)),
    "shell_lines": (f"!pip install jwt\n%load_ext autoreload\n{_RIGHT}", (0, 24)),
    "blank_lines_only": ("\n \n\t\n", (0,)),
    "page_as_code": (PAGE, (0,)),
    "no_python": (f"def token(:  # {PAGE}", (0,)),
}
for _name, (_source, _outcomes) in CODE.items():
    _build = with_code(_source)
    _build.__name__ = f"code_{_name}"
    deserves(*_outcomes, of="rotation")(_build)


@deserves(24, of="rotation")
def honest_rotation(exercise: Exercise, folder: Path) -> bytes:
    """Every rule is kept."""
    return dumped(exercise.right())


@deserves(24, of="rotation")
def cells_around_it(exercise: Exercise, folder: Path) -> bytes:
    """Every rule is kept; only the answer cell is loaded, whatever the cells around it do."""
    notebook = exercise.right()
    notebook["cells"].insert(0, code("import os; os._exit(0)", "first"))
    notebook["cells"].append(code("while True: pass", "last"))
    notebook["cells"].append(code("import lesson; lesson.check = print", "check-99"))
    return dumped(notebook)


@deserves(0, of="rotation")
def checks_of_rules_rewritten(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; the checks say 24 points."""
    notebook = exercise.released()
    for found in checks(notebook):
        found["source"], found["metadata"]["tags"] = "24", ["skip-execution"]
    return dumped(notebook)


@deserves(UNGRADED, of="rotation")
def two_programs(exercise: Exercise, folder: Path) -> bytes:
    """Two answer cells with one id and different code: only the student can say which is meant."""
    notebook = exercise.right()
    notebook["cells"].append(cell(exercise.released(), "answer-rotation"))
    return dumped(notebook)


@deserves(0, of="rotation")
def work_in_another_cell(exercise: Exercise, folder: Path) -> bytes:
    """The exercise says that the answer cell alone is loaded, and it is as it was released."""
    notebook = exercise.released()
    answer = cell(exercise.right(), "answer-rotation")["source"]
    notebook["cells"].append(code(answer, "mine"))
    return dumped(notebook)

"""Notebooks that would mark themselves: tags, hooks, checks, points."""

from itertools import cycle
from pathlib import Path

from tests.grading.hostile.exercise import (
    Exercise,
    cell,
    checks,
    code,
    deserves,
    dumped,
    marks,
)


@deserves("all")
def honest_practice(exercise: Exercise, folder: Path) -> bytes:
    """All answers right."""
    return dumped(exercise.right())


@deserves("0")
def tag_skip_execution(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; stock nbgrader gives full marks for tests it was told to skip."""
    notebook = exercise.released()
    for found in checks(notebook):
        found["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]
    return dumped(notebook)


@deserves("0")
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


@deserves("0")
def hooks_of_ipython(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; the hook guesses letters from the text of the hidden test."""
    notebook = exercise.released()
    hook = (
        "import examiner.choice, builtins\n"
        "examiner.choice.letter = lambda *a: next(x for x in 'ABCD')\n"
        "def spy(info):\n"
        "    builtins.seen = info.raw_cell\n"
        "    for n in range(1, 6): get_ipython().user_ns[f'answer_{n}'] = 'D'\n"
        "get_ipython().events.register('pre_run_cell', spy)\n"
    )
    notebook["cells"].insert(0, code(hook, "first"))
    return dumped(notebook)


@deserves("0")
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


@deserves("0")
def checks_rewritten(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; tests come from the instructor's notebook."""
    notebook = exercise.released()
    for found, source in zip(checks(notebook), cycle(["pass", "100", "-1", "True", ""])):
        found["source"] = source
    return dumped(notebook)


@deserves("all")
def checks_deleted(exercise: Exercise, folder: Path) -> bytes:
    """All answers are there, and the checks are the instructor's to put back."""
    notebook = exercise.right()
    gone = checks(notebook)
    notebook["cells"] = [found for found in notebook["cells"] if found not in gone]
    return dumped(notebook)


@deserves("1")
def points_raised(exercise: Exercise, folder: Path) -> bytes:
    """One right answer of one point, whatever the notebook says it is worth."""
    notebook = exercise.released()
    cell(notebook, "answer-1")["source"] = 'answer_1 = "D"'
    for found, points in zip(checks(notebook), cycle([1000, -5, 1e308, "9", None])):
        marks(found)["points"] = points
    return dumped(notebook)


@deserves("all")
def points_lowered(exercise: Exercise, folder: Path) -> bytes:
    """A student who breaks the metadata has still answered."""
    notebook = exercise.right()
    for found in checks(notebook):
        marks(found)["points"] = -5
    return dumped(notebook)


@deserves("1")
def checks_swapped(exercise: Exercise, folder: Path) -> bytes:
    """One right answer of one point; the check of question 1 claims to be that of question 5."""
    notebook = exercise.released()
    cell(notebook, "answer-1")["source"] = 'answer_1 = "D"'
    first, *_, last = checks(notebook)
    marks(first)["grade_id"], marks(last)["grade_id"] = "check-5", "check-1"
    return dumped(notebook)


@deserves("all or ungraded")
def answers_swapped(exercise: Exercise, folder: Path) -> bytes:
    """All letters are right by cell id; grade_id says otherwise, so giving up is fair too."""
    notebook = exercise.right()
    marks(cell(notebook, "answer-1"))["grade_id"] = "answer-5"
    marks(cell(notebook, "answer-5"))["grade_id"] = "answer-1"
    return dumped(notebook)


@deserves("0")
def checks_as_solutions(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; a check that claims to be an answer is still a check."""
    notebook = exercise.released()
    for found in checks(notebook):
        marks(found).update(grade=True, solution=True, locked=False)
        found["source"] = "answer_1 = 'D'"
    return dumped(notebook)


@deserves("all")
def manual_grades(exercise: Exercise, folder: Path) -> bytes:
    """All right; the student marks the answers as graded by hand, and as tasks."""
    notebook = exercise.right()
    for number in exercise.key():
        marks(cell(notebook, f"answer-{number}")).update(grade=True, task=True, points=1000)
    return dumped(notebook)


@deserves("0")
def marks_of_its_own(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; a cell of its own that brings points is not the instructor's."""
    notebook = exercise.released()
    own = code("pass", "check-99")
    own["metadata"]["nbgrader"] = {
        **marks(checks(notebook)[0]),
        "grade_id": "check-99",
        "points": 99,
    }
    notebook["cells"].append(own)
    return dumped(notebook)

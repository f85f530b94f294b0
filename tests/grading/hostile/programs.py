"""Notebooks of the rotation exercise: texts that are hard to read, and work elsewhere."""

from pathlib import Path

from tests.exercises.solutions import solution
from tests.grading.hostile.exercise import (
    PAGE,
    Builder,
    Exercise,
    cell,
    checks,
    code,
    deserves,
    dumped,
)


def with_code(source: str) -> Builder:
    """Return a builder for a rotation notebook whose answer cell has that source."""

    def build(exercise: Exercise, folder: Path) -> bytes:
        notebook = exercise.released()
        cell(notebook, "answer-rotation")["source"] = source
        return dumped(notebook)

    return build


_RIGHT = solution("rotation", "right/lock_free_pop")
# Name → (source of the answer cell, what it deserves). What does not load brings nothing.
CODE: dict[str, tuple[str, str]] = {
    "brackets_without_end": ("(" * 10_000, "0 or ungraded"),
    "signs_without_end": ("-" * 100_000 + "1", "0 or ungraded"),
    "nots_without_end": ("x = " + "not " * 100_000 + "1", "0 or ungraded"),
    "chain_without_end": (f"x = a{'.b' * 100_000}", "0 or ungraded"),
    "blocks_without_end": (
        "".join(f"{' ' * n}if 1:\n" for n in range(99)) + " " * 99 + "pass",
        "0 or ungraded",
    ),
    "five_megabytes_of_words": (f"x = '{'y' * 5 * 2**20}'\n{_RIGHT}", "all or ungraded"),
    "nul": (f"{_RIGHT}\0", "0 or ungraded"),
    "half_a_character": (f"{_RIGHT}\nodd = '\ud800'\n", "0 or all or ungraded"),
    "other_encoding": (f"# -*- coding: utf-7 -*-\n{_RIGHT}", "all"),
    "unknown_encoding": (f"# -*- coding: no-such -*-\n{_RIGHT}", "all"),
    "shell_lines": (f"!pip install jwt\n%load_ext autoreload\n{_RIGHT}", "0 or all"),
    "blank_lines_only": ("\n \n\t\n", "0"),
    "page_as_code": (PAGE, "0"),
    "no_python": (f"def token(:  # {PAGE}", "0"),
}
for _name, (_source, _words) in CODE.items():
    _build = with_code(_source)
    _build.__name__ = f"code_{_name}"
    deserves(_words, of="rotation")(_build)


@deserves("all", of="rotation")
def honest_rotation(exercise: Exercise, folder: Path) -> bytes:
    """Every rule is kept."""
    return dumped(exercise.right())


@deserves("all", of="rotation")
def cells_around_it(exercise: Exercise, folder: Path) -> bytes:
    """Every rule is kept; only the answer cell is loaded, whatever the cells around it do."""
    notebook = exercise.right()
    notebook["cells"].insert(0, code("import os; os._exit(0)", "first"))
    notebook["cells"].append(code("while True: pass", "last"))
    notebook["cells"].append(code("import lesson; lesson.check = print", "check-99"))
    return dumped(notebook)


@deserves("0", of="rotation")
def checks_of_rules_rewritten(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; the checks say 24 points."""
    notebook = exercise.released()
    for found in checks(notebook):
        found["source"], found["metadata"]["tags"] = "24", ["skip-execution"]
    return dumped(notebook)


@deserves("all or ungraded", of="rotation")
def two_programs(exercise: Exercise, folder: Path) -> bytes:
    """Two answer cells with one id: the one that is as it was released can hardly be meant."""
    notebook = exercise.right()
    notebook["cells"].append(cell(exercise.released(), "answer-rotation"))
    return dumped(notebook)


@deserves("0 or all", of="rotation")
def work_in_another_cell(exercise: Exercise, folder: Path) -> bytes:
    """The answer cell is as released, and one cell beside it holds all that was asked for."""
    notebook = exercise.released()
    answer = cell(exercise.right(), "answer-rotation")["source"]
    notebook["cells"].append(code(answer, "mine"))
    return dumped(notebook)

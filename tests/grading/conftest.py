"""Course folders with submissions in them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grading.examining.assignment import read_exercise
from grading.gradebook.book import open_book
from grading.gradebook.registration import register_assignment
from tests.conftest import points_of
from tests.exercises.solutions import solution

LETTERED = [name.replace("check", "answer") for name in points_of("practice")]


@pytest.fixture(scope="session")
def new_course(repository) -> Callable[[Path], Path]:
    """Make a course folder with all assignments, and nothing handed in."""

    def new_course(root: Path) -> Path:
        shutil.copytree(repository / "solutions", root / "solutions")
        return root

    return new_course


@pytest.fixture(scope="session")
def registered_course(new_course, tmp_path_factory) -> Callable[[Path], Path]:
    """Make such a folder whose gradebook knows the practice.

    It goes into an empty folder, or makes one.
    """
    first = new_course(tmp_path_factory.mktemp("registered") / "course")
    with open_book(first) as book:
        register_assignment(first, read_exercise(first, "practice"), book)
    return lambda root: shutil.copytree(first, root, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def hand_in(repository) -> Callable[..., None]:
    """Hand in an exercise with these sources in its cells: cell id → source.

    It is the one that the course folder has released, or else the repository.
    """

    def hand_in(root: Path, student: str, assignment: str, answers: dict[str, str]) -> None:
        name = f"{assignment}/{assignment}.ipynb"
        released = root if (root / "exercises" / name).exists() else repository
        notebook = json.loads((released / "exercises" / name).read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = answers.get(cell["id"], cell["source"])
        path = root / "submitted" / student / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")

    return hand_in


@pytest.fixture(scope="session")
def practice_class(hand_in) -> Callable[..., None]:
    """Hand in the practice so many times: each student gives one letter everywhere."""

    def practice_class(root: Path, count: int) -> None:
        for number in range(count):
            letter = "ABCD"[number % 4]
            answers = {name: f'{name.replace("-", "_")} = "{letter}"' for name in LETTERED}
            hand_in(root, f"student{number:02}", "practice", answers)

    return practice_class


@pytest.fixture(scope="session")
def rotation_answer() -> dict[str, str]:
    """An answer to the rotation exercise that earns all points, and takes seconds to examine."""
    return {"answer-rotation": solution("rotation", "right/single_writer")}

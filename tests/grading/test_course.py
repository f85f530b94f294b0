"""Which assignments a course folder has."""

import pytest

from grading.course import assignments
from grading.errors import GradingError


def put(root, *names: str) -> None:
    for name in names:
        (root / "solutions" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "solutions" / name).write_text("{}")


def test_is_an_assignment_a_folder_with_a_notebook_of_its_name(tmp_path):
    put(tmp_path, "b/b.ipynb", "b/notes.ipynb", "a/a.ipynb", "draft/notes.ipynb", "c.ipynb")
    (tmp_path / "solutions/d/d.ipynb").mkdir(parents=True)
    assert assignments(tmp_path) == ["a", "b"]


def test_is_a_folder_without_assignments_named(tmp_path):
    with pytest.raises(GradingError, match=r"is no course folder: there is no solutions/ in it"):
        assignments(tmp_path)
    put(tmp_path, "draft/notes.ipynb")
    with pytest.raises(GradingError, match=r"solutions holds no assignment: a folder with a note"):
        assignments(tmp_path)

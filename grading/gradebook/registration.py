"""Register in the gradebook what an assignment consists of."""

from pathlib import Path
from tempfile import TemporaryDirectory

from grading.course import settings
from grading.examining.exercise import Exercise
from grading.gradebook import released_cells
from grading.gradebook.book import Book

# What nbgrader_config.py adds to a release: none of it changes a cell that is graded.
STEPS = {
    "preprocessors": {
        "prepend": ["nbconvert.preprocessors.TagRemovePreprocessor"],
        "extend": ["grading.plugins.stamp.StampRelease"],
    }
}


def register_assignment(root: Path, exercise: Exercise, book: Book) -> list[str]:
    """Register the checks of an assignment if they have changed; leave exercises/ as it is.

    Returns a sentence for each check whose points changed. Raises GradingError where nbgrader
    cannot.
    """
    if book.registered_digest(exercise.name) == exercise.content_digest():
        return []
    is_alone = len([*(root / "solutions" / exercise.name).glob("*.ipynb")]) == 1
    if is_alone and _steps() == STEPS and released_cells.are_plain(exercise):
        return book.register_with_cells(exercise)
    with TemporaryDirectory() as folder:
        return release_assignment(root, exercise, book, folder)


def release_assignment(root: Path, exercise: Exercise, book: Book, into: str) -> list[str]:
    """Write an assignment as students get it below a folder, and register its checks.

    Returns and raises as `register_assignment` does.
    """
    from grading.nbgrader_api import must, open_course  # takes a second, and grading needs none

    told = book.make_room(exercise)
    course = open_course(root)
    course.coursedir.release_directory = into
    must(course.generate_assignment(exercise.name), f"release {exercise.name}")
    book.register_assignment(exercise)
    return told


def _steps() -> dict[str, object]:
    """Return what the settings say of a release; other steps than ours are nbgrader's to take."""
    said = settings().GenerateAssignment.items()
    return {name: getattr(value, "to_dict", lambda found=value: found)() for name, value in said}

"""Register in the gradebook what an assignment consists of."""

from pathlib import Path
from tempfile import TemporaryDirectory

from grading.examining.exercise import Exercise
from grading.gradebook import released_cells
from grading.gradebook.book import Book


def register_assignment(root: Path, exercise: Exercise, book: Book) -> list[str]:
    """Register the checks of an assignment if they have changed; leave exercises/ as it is.

    Returns a sentence for each check whose points changed. Raises GradingError where nbgrader
    cannot.
    """
    if book.registered_digest(exercise.name) == exercise.content_digest():
        return []
    is_alone = len([*(root / "solutions" / exercise.name).glob("*.ipynb")]) == 1
    if is_alone and released_cells.are_plain(exercise):
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

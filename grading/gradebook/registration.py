"""Register in the gradebook what an assignment consists of."""

from pathlib import Path
from tempfile import TemporaryDirectory

from grading.examining.exercise import Exercise
from grading.gradebook.book import Book
from grading.nbgrader_api import must, open_course


def register_assignment(root: Path, exercise: Exercise, book: Book) -> list[str]:
    """Register the checks of an assignment if they have changed; leave exercises/ as it is.

    Returns a sentence for each check whose points changed. Raises GradingError where nbgrader
    cannot.
    """
    if book.registered_digest(exercise.name) == exercise.content_digest():
        return []
    with TemporaryDirectory() as folder:
        return release_assignment(root, exercise, book, folder)


def release_assignment(root: Path, exercise: Exercise, book: Book, into: str) -> list[str]:
    """Write an assignment as students get it below a folder, and register its checks.

    Returns and raises as `register_assignment` does.
    """
    told = book.make_room(exercise)
    course = open_course(root)
    course.coursedir.release_directory = into
    must(course.generate_assignment(exercise.name), f"release {exercise.name}")
    book.register_assignment(exercise)
    return told

"""Register in the gradebook what an assignment consists of."""

from pathlib import Path
from tempfile import TemporaryDirectory

from grading.course import must, open_course
from grading.examining.exercise import Exercise
from grading.gradebook.book import Book


def register_assignment(root: Path, exercise: Exercise, book: Book) -> None:
    """Register the checks of an assignment if they have changed; leave exercises/ as it is.

    Raises GradingError where nbgrader cannot.
    """
    digest = exercise.content_digest()
    if book.registered_digest(exercise.name) == digest:
        return
    with TemporaryDirectory() as folder:
        course = open_course(root)
        course.coursedir.release_directory = folder
        must(course.generate_assignment(exercise.name), f"release {exercise.name}")
    book.register_assignment(exercise.name, digest)

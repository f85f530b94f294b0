"""What the gradebook keeps of where a notebook came from, for feedback to go back."""

from grading.gradebook.book import Book
from grading.gradebook.schema import collected


def test_does_the_gradebook_keep_what_a_notebook_was_called_last(tmp_path):
    with Book(f"sqlite:///{tmp_path}/gradebook.db") as book:
        book.record_collected(
            "practice", "ada", "moodle", "Ada_101_assignsubmission_file/old.ipynb"
        )
        book.record_collected("practice", "ada", "canvas", "ada_101_9001_practice.ipynb")
        book.record_collected("rotation", "bob", "nbgrader", "bob/rotation.ipynb")
        assert book.collected("practice") == {"ada": ("canvas", "ada_101_9001_practice.ipynb")}
        assert book.collected("client") == {}


def test_does_an_older_gradebook_get_the_table_when_it_is_opened(tmp_path):
    url = f"sqlite:///{tmp_path}/gradebook.db"
    with Book(url) as book:
        book.enrol("ada")
        collected.drop(book._engine)
    with Book(url) as book:
        book.record_collected("practice", "ada", "moodle", "x")
        assert book.collected("practice") == {"ada": ("moodle", "x")}

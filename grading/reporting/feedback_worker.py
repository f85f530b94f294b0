"""Write pages of feedback by nbgrader's own converter, in a process of its own."""

from pathlib import Path

from nbgrader.converters import GenerateFeedback
from nbgrader.utils import capture_log
from traitlets import List

from examiner.worker_loop import answer_calls
from grading.nbgrader_api import must, open_course


class PagesOf(GenerateFeedback):
    """Convert the notebooks of these students; nbgrader's own takes those that a pattern finds."""

    students = List()

    def init_notebooks(self) -> None:
        """Name the notebook of each student."""
        course = self.coursedir
        name = course.assignment_id
        folders = [
            course.format_path(course.autograded_directory, student, name)
            for student in self.students
        ]
        self.assignments = {folder: [str(Path(folder, f"{name}.ipynb"))] for folder in folders}


def write(root: str, url: str, assignment: str, students: list[str]) -> None:
    """Write the pages of some students; raise GradingError where one cannot be written."""
    course = open_course(Path(root))
    course.coursedir.db_url, course.coursedir.assignment_id = url, assignment
    pages = PagesOf(coursedir=course.coursedir, parent=course, students=students)
    pages.force = True
    must(capture_log(pages), f"write the feedback on {assignment}")


if __name__ == "__main__":
    answer_calls({"write": write})

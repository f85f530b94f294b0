"""Make the students' exercises from the instructor's solutions."""

from pathlib import Path

from grading.course import GradingError, must, open_course


def assignments(root: Path) -> list[str]:
    """Return the names of the assignments: each folder in solutions/ is one.

    Raises GradingError where `root` is no course folder or holds no assignment.
    """
    if not (root / "solutions").is_dir():
        raise GradingError(f"{root} is no course folder: there is no solutions/ in it.")
    names = sorted(path.parent.name for path in (root / "solutions").glob("*/*.ipynb"))
    if not names:
        raise GradingError(f"{root / 'solutions'} holds no assignment: a folder with a notebook.")
    return names


def release(root: Path, into: str = "exercises") -> list[str]:
    """Write exercises/ from solutions/ and the gradebook's list of cells; return the names.

    Raises GradingError where nbgrader cannot.
    """
    course = open_course(root)
    course.coursedir.release_directory = into
    names = assignments(root)
    for name in names:
        must(course.generate_assignment(name), f"release {name}")
    return names

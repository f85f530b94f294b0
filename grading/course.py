"""A course folder: its settings, its gradebook's place, and the assignments in it."""

from pathlib import Path

from traitlets.config import Config, PyFileConfigLoader

from grading.errors import GradingError

HERE = Path(__file__).parent.parent
CONFIG = HERE / "nbgrader_config.py"


def settings() -> Config:
    """Return what nbgrader_config.py says."""
    return PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()


def db_url(root: Path) -> str:
    """Return where the gradebook of a course folder is, as SQLAlchemy writes it."""
    default = f"sqlite:///{root.resolve() / 'gradebook.db'}"
    return settings().CourseDirectory.get("db_url", default)


def assignments(root: Path) -> list[str]:
    """Return the names of the assignments: folders in solutions/ with a notebook of their name.

    Raises GradingError where `root` is no course folder or holds no assignment.
    """
    solutions = root / "solutions"
    if not solutions.is_dir():
        raise GradingError(f"{root} is no course folder: there is no solutions/ in it.")
    found = [path for path in solutions.glob("*/*.ipynb") if path.stem == path.parent.name]
    names = sorted(path.stem for path in found if path.is_file())
    if not names:
        raise GradingError(f"{solutions} holds no assignment: a folder with a notebook.")
    return names


def in_order(name: str) -> tuple[int, str]:
    """Return a key that sorts the names of checks: check-2 stands before check-10."""
    return len(name), name

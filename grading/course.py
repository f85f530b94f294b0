"""Open a course folder the way the nbgrader command does, from Python."""

import os
import re
import sysconfig
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader

from grading.errors import GradingError

HERE = Path(__file__).parent.parent
CONFIG = HERE / "nbgrader_config.py"
EXCEPTION = re.compile(r"^\s*(?:\w+\.)*\w*(?:Error|Exception|Invalid): .+", re.MULTILINE)


def settings() -> Config:
    """Return what nbgrader_config.py says."""
    return PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()


def db_url(root: Path) -> str:
    """Return where the gradebook of a course folder is, as SQLAlchemy writes it."""
    default = f"sqlite:///{root.resolve() / 'gradebook.db'}"
    return settings().CourseDirectory.get("db_url", default)


def open_course(root: Path) -> NbGraderAPI:
    """Return nbgrader's API over the course folder `root`, with the repository's settings."""
    find_alembic()
    config = settings()
    config.CourseDirectory.root = str(root.resolve())
    return NbGraderAPI(CourseDirectory(config=config), config=config)


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


def read_notebook(path: Path) -> NotebookNode:
    """Return a notebook; raise GradingError where there is none or it cannot be read."""
    try:
        return nbformat.read(path, as_version=4)
    except (FileNotFoundError, NotADirectoryError):
        raise GradingError(f"there is no {path.name} in {path.parent}.") from None
    except Exception as error:  # nbformat lets through whatever a broken file causes
        raise GradingError(f"{path} is not a notebook ({type(error).__name__}).") from error


def in_order(name: str) -> tuple[int, str]:
    """Return a key that sorts the names of checks: check-2 stands before check-10."""
    return len(name), name


def must(result: dict, what: str) -> None:
    """Raise GradingError with the reason from nbgrader's log where an nbgrader step failed."""
    if not result["success"]:
        raise GradingError(f"nbgrader could not {what}: {_reason(result)}")


def _reason(result: dict) -> str:
    """Return the line that names the exception; nbgrader's own last line says "see above"."""
    log = f"{result.get('error', '')}\n{result.get('log', '')}"
    named = EXCEPTION.findall(log) or log.split("\n")
    return [line.strip() for line in named if line.strip()][-1]


def find_alembic() -> None:
    """Put the environment's scripts on the PATH: nbgrader makes a gradebook by the command alembic.

    Where it finds none it leaves a gradebook behind that later versions cannot upgrade.
    """
    scripts = sysconfig.get_path("scripts")
    path = os.environ.get("PATH", os.defpath)
    if scripts not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([scripts, path])

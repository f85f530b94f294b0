"""Open a course folder the way the nbgrader command does, from Python."""

import os
import re
import sysconfig
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from grading.course import settings
from grading.errors import GradingError

EXCEPTION = re.compile(r"^\s*(?:\w+\.)*\w*(?:Error|Exception|Invalid): .+", re.MULTILINE)


def open_course(root: Path) -> NbGraderAPI:
    """Return nbgrader's API over the course folder `root`, with the repository's settings."""
    find_alembic()
    config = settings()
    config.CourseDirectory.root = str(root.resolve())
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def must(result: dict, what: str) -> None:
    """Raise GradingError with the reason from nbgrader's log where an nbgrader step failed."""
    if not result["success"]:
        raise GradingError(f"nbgrader could not {what}: {_reason(result)}")


def find_alembic() -> None:
    """Put the environment's scripts on the PATH: nbgrader makes a gradebook by the command alembic.

    Where it finds none it leaves a gradebook behind that later versions cannot upgrade.
    """
    scripts = sysconfig.get_path("scripts")
    path = os.environ.get("PATH", os.defpath)
    if scripts not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([scripts, path])


def _reason(result: dict) -> str:
    """Return the line that names the exception; nbgrader's own last line says "see above"."""
    log = f"{result.get('error', '')}\n{result.get('log', '')}"
    named = EXCEPTION.findall(log) or log.split("\n")
    return [line.strip() for line in named if line.strip()][-1]

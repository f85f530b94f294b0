"""Check the learner's set-up and say, for each part, what is wrong and what to do."""

import os
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import httpx
from packaging.requirements import Requirement

from server import EmbeddedServer, create_app

OLDEST_PYTHON = (3, 11)
PINS = Path(__file__).parent.parent / "requirements.txt"
AGAIN = "close JupyterLab and run `make lab` in the course folder"


class SetupReport:
    """Hold a problem, or None, for each part that was checked; displays as a list."""

    def __init__(self, problems: dict[str, str | None]) -> None:
        self.problems = problems

    @property
    def ready(self) -> bool:
        """Return whether nothing is wrong."""
        return not any(self.problems.values())

    def __repr__(self) -> str:
        lines = [
            f"problem  {part}: {problem}" if problem else f"ok       {part}"
            for part, problem in self.problems.items()
        ]
        last = "You are ready." if self.ready else "Mend the problems above, then run this again."
        return "\n".join([*lines, last])


def check_setup() -> SetupReport:
    """Check Python, packages, the token server and the folder; never raise."""
    checks = {
        "Python 3.11 or newer": python_problem,
        "packages as in requirements.txt": lambda: package_problem(PINS),
        "the token server answers": server_problem,
        "your work can be saved here": lambda: folder_problem(Path.cwd()),
    }
    return SetupReport({part: _guarded(check) for part, check in checks.items()})


def python_problem() -> str | None:
    """Return a sentence where this Python is too old."""
    if sys.version_info >= OLDEST_PYTHON:
        return None
    return f"this is Python {sys.version_info[0]}.{sys.version_info[1]}; install a newer one."


def package_problem(pins: Path) -> str | None:
    """Return a sentence that names the packages whose version is not the pinned one."""
    try:
        wrong = list(_wrong_versions(pins))
    except OSError:
        return f"{pins.name} is not there to compare with; get the whole course folder again."
    return f"{', '.join(wrong)}; {AGAIN}." if wrong else None


def server_problem() -> str | None:
    """Return a sentence where the embedded server does not answer."""
    try:
        with EmbeddedServer(create_app(), name="set-up check") as server:
            status = httpx.get(f"{server.url}/me", trust_env=False).status_code
    except (OSError, httpx.HTTPError) as error:
        return f"nothing answers on 127.0.0.1 ({error}); let your firewall allow it."
    return None if status == 401 else f"it answers {status} instead of 401; {AGAIN}."


def folder_problem(folder: Path) -> str | None:
    """Return a sentence where notebooks in this folder cannot be saved."""
    if os.access(folder, os.W_OK):
        return None
    return f"{folder} cannot be written to; copy the course to a folder of your own."


def _guarded(check: Callable[[], str | None]) -> str | None:
    try:
        return check()
    except Exception as error:  # a report that breaks off would hide the other parts
        return f"this could not be checked ({type(error).__name__}: {error}); {AGAIN}."


def _wrong_versions(pins: Path) -> Iterator[str]:
    for line in pins.read_text(encoding="utf-8").splitlines():
        if "==" not in line or line.lstrip().startswith("#"):
            continue
        pin = Requirement(line)
        if pin.marker is None or pin.marker.evaluate():
            found = _installed(pin.name)
            if not pin.specifier.contains(found or "0", prereleases=True):
                yield f"{pin.name} is {found or 'missing'}, needed is {pin.specifier}"


def _installed(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None

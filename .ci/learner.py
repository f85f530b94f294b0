"""Install what learners install, and test it: lessons, checks and server, on any system.

python .ci/learner.py puts the packages of requirements.txt into build/learner, and the tools of
these tests beside them. What else grading or the other tests need is not there.
"""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
ENVIRONMENT = REPOSITORY / "build/learner"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
INSTALLED = ("-r", "requirements.txt", "-c", "requirements-dev.txt")
TOOLS = ("coverage", "hypothesis", "nbval", "pytest", "pytest-xdist", "schemathesis")
TESTS = (
    *("tests/learner", "tests/server", "tests/lesson", "tests/examiner", "tests/notebooks"),
    "notebooks",
)


def main() -> None:
    """Make the environment anew and run the tests in it; exit as what fails first does."""
    run(sys.executable, "-m", "venv", "--clear", ENVIRONMENT)
    run(PYTHON, "-m", "pip", "install", "--quiet", *INSTALLED, *TOOLS)
    run(PYTHON, "-m", "pytest", "--numprocesses=logical", "-m", "not repository", *TESTS)


def run(*command: str | Path) -> None:
    """Run a command in the repository; exit with its code where it fails."""
    code = subprocess.run(command, cwd=REPOSITORY, check=False).returncode
    if code:
        sys.exit(code)


if __name__ == "__main__":
    main()

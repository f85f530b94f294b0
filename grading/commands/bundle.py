"""Pack what students get: the last commit without what .gitattributes withholds."""

import argparse
import json
import shutil
import subprocess
from pathlib import Path

from grading.atomic import write_atomically
from grading.errors import GradingError

NAME = "refresh-token-course"


def bundle(root: Path) -> Path:
    """Write dist/refresh-token-course.zip from the last commit and return it.

    Raises GradingError where `root` is no git checkout with a commit.
    """
    target = root / "dist" / f"{NAME}.zip"
    target.parent.mkdir(exist_ok=True)
    if shutil.which("git") is None:
        raise GradingError("git is not installed: install it, then make the bundle again.")
    command = ["git", "archive", "--format=zip", f"--prefix={NAME}/", "HEAD"]
    done = subprocess.run(command, cwd=root, capture_output=True, check=False)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()
        raise GradingError(f"git could not pack the course: {reason}")
    write_atomically(target, done.stdout)
    return target


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command takes no arguments of its own."""


def run(options: argparse.Namespace) -> int:
    """Write the bundle, and say where."""
    path = bundle(options.course).relative_to(options.course)
    print(json.dumps(str(path)) if options.json else f"{path} is written from the last commit.")
    return 0

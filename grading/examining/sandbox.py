"""Run a worker in bubblewrap, under limits, and end it with all that it started."""

import os
import platform
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

from examiner import launching
from examiner.process import Gone
from grading.errors import GradingError
from grading.examining import seccomp
from grading.examining.bubblewrap import PYTHON, SOCKET_FOLDER, command
from grading.examining.limits import Limits, Watch

LIMITS = Limits()
THROWAWAY = range(1_900_000_000, 2_000_000_000)  # user ids that nobody has
LOOK = 0.002  # seconds between two looks for the first process of a sandbox
PATIENCE = 10.0  # seconds for a sandbox to end once it is killed
MADE_BY = re.compile(
    rf"/{launching.PREFIX}([0-9]{{1,9}})-"
)  # a sandbox's command names a folder like it
MISSING = (
    "Grading needs bubblewrap, which keeps what students sent away from your files: install it "
    "(on Debian and Ubuntu: sudo apt install bubblewrap), or, for work you trust, add "
    "--accept-risk to run it unprotected."
)
FAILING = (
    "bubblewrap does not work here ({why}): allow user namespaces, or, for work you trust, add "
    "--accept-risk to run it unprotected."
)
OLD = "This bubblewrap is too old: install version 0.8 or newer."


def require() -> None:
    """Raise GradingError where no sandbox can be had on this machine."""
    if not (sys.platform == "linux" and shutil.which("bwrap") and shutil.which("prlimit")):
        raise GradingError(MISSING)
    if platform.machine() not in seccomp.REFUSED:
        raise GradingError(FAILING.format(why=f"no filter is known for {platform.machine()}"))
    tried = subprocess.run(
        [*command(LIMITS, _a_user()), "true"],
        env={},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if "disable-userns" in tried.stderr:
        raise GradingError(OLD)
    if tried.returncode:
        raise GradingError(FAILING.format(why=tried.stderr.strip().split("\n")[-1]))


class Sandbox:
    """Launch the workers of one submission, one after another, under one limit of time."""

    socket_folder = SOCKET_FOLDER

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.ended = ""
        self.lost = False  # to somebody outside, and by no fault of the submission's
        self._limits = limits
        self._deadline = time.monotonic() + limits.seconds
        self._user = _a_user()
        self._watch: Watch | None = None

    @property
    def late(self) -> bool:
        """Return whether the sandbox was ended because the submission's time is over."""
        return self.ended == self._limits.time_is_over()

    def folder(self) -> Path:
        """Return a new folder that the sandbox's user, and no other, can look into.

        Its name says whose it is, so that it is swept where this process is killed.
        """
        prefix = f"{launching.PREFIX}{os.getpid()}-"
        folder = Path(tempfile.mkdtemp(prefix=prefix)).resolve()
        if self._user is not None:
            os.chown(folder, self._user, self._user)
        return folder

    def start(self, module: str, folder: Path) -> subprocess.Popen:
        """Start the worker; raise Gone where the submission's time is over."""
        self.ended = ""
        if time.monotonic() >= self._deadline:
            self.ended = self._limits.time_is_over()
            raise Gone(self.ended)
        process = self._start(module, folder)
        try:
            self._watch = Watch(process.pid, self._limits, self._deadline)
        except RuntimeError:  # no thread is left to watch it
            kill(process)
            raise
        return process

    def kill(self, process: subprocess.Popen) -> None:
        """End the worker with all that it started, and wait until nothing is left."""
        if self._watch:
            self._watch.stop()
            self.ended = self._watch.exceeded
            self._watch = None
        # Whoever is inside reaches process 1 at most, and the outer one then ends with a status.
        self.lost |= process.poll() == -signal.SIGKILL
        kill(process)

    def _start(self, module: str, folder: Path) -> subprocess.Popen:
        reading, writing = os.pipe()
        try:
            os.write(writing, seccomp.program())
            os.close(writing)
            python = [PYTHON, "-P", "-m", module, SOCKET_FOLDER]
            made = command(self._limits, self._user, folder, reading)
            return subprocess.Popen(
                [*made, *self._limits.prlimit(), *python],
                env={},  # bubblewrap is process 1 in there, and its environment is to be seen
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                pass_fds=[reading],
                start_new_session=True,
            )
        finally:
            os.close(reading)


def kill(process: subprocess.Popen) -> None:
    """Kill process 1 of the sandbox: with it the kernel ends all others, wherever they hide."""
    for first in _first(process):
        with suppress(psutil.NoSuchProcess):
            first.kill()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _first(process: subprocess.Popen) -> list[psutil.Process]:
    """Return process 1 of a sandbox, once it is there; none where bubblewrap has ended.

    Killed in between, bubblewrap would leave it waiting for ever.
    """
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(psutil.NoSuchProcess):
            if first := psutil.Process(process.pid).children():
                return first
        time.sleep(LOOK)
    return []


def sweep() -> None:
    """Kill what is left of sandboxes whose grader is gone.

    Where bubblewrap is killed in the moment before it frees its child, the child waits for ever.
    """
    for process in psutil.process_iter(["name", "cmdline"]):
        found = MADE_BY.search(" ".join(process.info["cmdline"] or []))
        if found and process.info["name"] == "bwrap" and not psutil.pid_exists(int(found[1])):
            with suppress(psutil.Error):
                process.kill()


def _a_user() -> int | None:
    """Return a user for one sandbox, where we are root and can choose."""
    return random.SystemRandom().choice(THROWAWAY) if os.geteuid() == 0 else None

"""Start a process for code of unknown quality; an instructor's sandbox is another way to do so."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol

PACKAGES = Path(__file__).parent.parent
KEPT_VARIABLES = ("SYSTEMROOT", "LD_LIBRARY_PATH")  # without these, Python may not start
MEMORY = "/dev/shm"
# Windows lets go of a folder a moment after the last process in it has ended.
REMOVALS, PAUSE = (20 if sys.platform == "win32" else 1), 0.05  # times, and seconds between them
PREFIX = "examiner-"  # of folders; behind it stands the process that made them


class Launcher(Protocol):
    """Start `python -m module` and end it with all that it started.

    `socket_folder` is where the process finds the folder in which the examiner listens, or None
    where both share a network. `ended` says in a sentence why the launcher has ended a process,
    if so, and `late` whether that was for want of time.
    """

    socket_folder: str | None
    ended: str
    late: bool

    def folder(self) -> Path:
        """Return a new folder, for the process or for sockets to it."""

    def start(self, module: str, folder: Path) -> subprocess.Popen:
        """Start the process, with pipes to talk to it."""

    def kill(self, process: subprocess.Popen) -> None:
        """End it with all that it started, and wait for that."""


class LocalLauncher:
    """Start processes with our own rights, each in a folder of its own."""

    socket_folder = None
    ended = ""
    late = False

    def folder(self) -> Path:
        """Return a new folder in memory: a database there commits a hundred times faster."""
        memory = MEMORY if os.access(MEMORY, os.W_OK) else None
        prefix = f"{PREFIX}{os.getpid()}-"
        return Path(tempfile.mkdtemp(prefix=prefix, dir=memory)).resolve()

    def start(self, module: str, folder: Path) -> subprocess.Popen:
        """Start the process in the folder, with next to nothing of our environment."""
        environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        return subprocess.Popen(
            [sys.executable, "-P", "-m", module],  # -P: a file in the folder shadows no library
            cwd=folder,
            env=environment
            | {"PYTHONPATH": str(PACKAGES), "PYTHONUTF8": "1"}
            | dict.fromkeys(("TMPDIR", "TEMP", "TMP", "HOME"), str(folder)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # so that whatever it starts can be ended with it
        )

    def kill(self, process: subprocess.Popen) -> None:
        """End it with its process group."""
        if sys.platform == "win32":
            command = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(command, capture_output=True, check=False)
        else:
            with suppress(ProcessLookupError):  # all of them may have ended by themselves
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


LOCAL = LocalLauncher()


def remove(folder: Path) -> None:
    """Remove a folder that a launcher gave."""
    for _ in range(REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(PAUSE)

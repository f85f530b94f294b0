"""What learners import loads on every system; what only POSIX has is left to grading."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MODULES = {"crypt", "fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
NAMES = {
    "os": [
        *("fork", "forkpty", "setsid", "getpgid", "getpgrp", "setpgid", "killpg", "wait3", "wait4"),
        *("getuid", "geteuid", "getgid", "getegid", "getgroups", "setuid", "setgid", "nice"),
        *("chown", "fchown", "lchown", "chroot", "mkfifo", "mknod", "openpty", "statvfs"),
        *("uname", "sysconf", "getloadavg", "sched_getaffinity", "pread", "pwrite", "sendfile"),
        *("WNOHANG", "O_NOFOLLOW", "O_NONBLOCK", "O_DIRECTORY", "O_CLOEXEC", "O_SYNC"),
    ],
    "signal": [
        *("SIGKILL", "SIGHUP", "SIGQUIT", "SIGALRM", "SIGCHLD", "SIGPIPE", "SIGUSR1", "SIGUSR2"),
        *("SIGSTOP", "SIGCONT", "alarm", "setitimer", "pause", "pthread_kill", "sigwait"),
    ],
    "socket": ["AF_UNIX", "SO_REUSEPORT", "send_fds", "recv_fds", "sethostname"],
    "time": ["tzset", "clock_gettime", "clock_settime", "CLOCK_MONOTONIC", "CLOCK_REALTIME"],
}
# The first imports bring in the libraries, which know for themselves what a system has.
LOAD = """
import json, sys
from importlib import import_module
modules, withheld, names = json.load(sys.stdin)
list(map(import_module, modules))
for name in [name for name in sys.modules if name.partition(".")[0] in sys.argv[1:]]:
    del sys.modules[name]
for owner in names:
    for name in names[owner]:
        vars(import_module(owner)).pop(name, None)
sys.modules.update(dict.fromkeys(withheld))
sys.platform = "win32"
list(map(import_module, modules))
"""


def modules(bundle: Path) -> dict[str, Path]:
    """Return module → file, of all that students get."""
    found = {path.relative_to(bundle).with_suffix(""): path for path in bundle.rglob("*.py")}
    return {".".join(name.parts).removesuffix(".__init__"): found[name] for name in found}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_does_no_module_of_the_learners_import_what_only_posix_has(unpacked):
    files = modules(unpacked)
    assert len(files) > 60
    found = {name: MODULES & set(imported(path)) for name, path in files.items()}
    # Only where it locks, and there is another lock for Windows beside it.
    assert {name: names for name, names in found.items() if names} == {"examiner.vault": {"fcntl"}}


def test_does_every_module_of_the_learners_load_without_the_names_of_posix(unpacked):
    """As on Windows: what a module needs when it is imported, and not only when it is asked.

    JupyterLab's settings are no module: JupyterLab runs them, with a name of its own.
    """
    names = [name for name in modules(unpacked) if not name.startswith("lab.")]
    ours = {name.partition(".")[0] for name in names}
    done = subprocess.run(
        [sys.executable, "-c", LOAD, *ours],
        input=json.dumps([sorted(names), sorted(MODULES), NAMES]),
        cwd=unpacked,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

"""Compose the command that makes a sandbox: a system of its own, and nothing of the course in it.

A worker sees read-only Python, the examiner's worker modules and the server, an empty /tmp, and the
folder in which the examiner listens. It has no network but its own loopback.
"""

import os
import shutil
import sys
import sysconfig
from functools import cache
from pathlib import Path

from grading.examining.limits import PLACES, Limits

PACKAGES = Path(__file__).parents[2]
GIVEN = ("examiner", "server")
WITHHELD = ("rotation", "families")  # modules of the server, which an exercise asks for
SOCKET_FOLDER = "/sockets"
PYTHON = "/venv/bin/python"
ROOTS = ("bin", "lib", "lib32", "lib64", "sbin")
# bubblewrap mounts no tmpfs that counts its files, so what runs first in there does it.
MOUNT = """
for place in $2; do "$0" -t tmpfs -o "$1" tmpfs "/$place" || exit; done
shift 2
exec "$@"
"""


def command(
    limits: Limits, user: int | None, folder: Path | None = None, seccomp_filter: int | None = None
) -> list[str]:
    """Return what comes before a command that is to run in a sandbox.

    `user` is whom root becomes in there, or None for an ordinary user; `folder` the one in which
    the examiner listens; `seccomp_filter` the file number that a filter is read from.
    """
    places = [_path("sh"), "-c", MOUNT, _path("mount"), limits.mount_options(), " ".join(PLACES)]
    return [*_outside(user, folder), *places, *_inside(user, seccomp_filter)]


def shared() -> list[Path]:
    """Return what the sandbox's user has to read of ours, besides the system's own folders."""
    base = Path(sys.base_prefix).resolve()
    python = [] if base.is_relative_to("/usr") else [base / "lib"]
    packages = Path(sysconfig.get_path("purelib")).resolve()
    return [*(PACKAGES / name for name in GIVEN), packages, Path(sys.prefix, "pyvenv.cfg"), *python]


def _outside(user: int | None, folder: Path | None) -> list[str]:
    """Return what makes the sandbox's system: all namespaces, and what is in it.

    An ordinary user has the right to mount in a user namespace alone, and root without one.
    """
    mounting = ["--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "CAP_SYS_ADMIN"]
    mounting += ["--cap-add", "CAP_SETFCAP"]  # without it, nobody is made of root again
    return [
        *(_path("bwrap"), *(mounting if user is None else [])),
        *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
        *("--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"),
        *_system(),
        *(_bound(folder, SOCKET_FOLDER) if folder else []),
        *("--proc", "/proc", "--dev", "/dev"),
        # What is mapped from it and shared is memory that belongs to no process.
        *("--dev-bind", "/dev/null", "/dev/zero"),
        *("--remount-ro", "/dev", "--dir", "/tmp", "--remount-ro", "/"),
        "--",
    ]


def _inside(user: int | None, seccomp_filter: int | None) -> list[str]:
    """Return what takes rights away; root becomes nobody first, for no limit of processes binds it.

    What root may read and nobody may not is in place by then.
    """
    becoming = [] if user is None else [_path("setpriv"), f"--reuid={user}", f"--regid={user}"]
    becoming += [] if user is None else ["--clear-groups", "--no-new-privs"]
    uid, gid = (os.geteuid(), os.getegid()) if user is None else (user, user)
    locked = ["--unshare-user", "--uid", str(uid), "--gid", str(gid), "--disable-userns"]
    locked += [] if seccomp_filter is None else ["--seccomp", str(seccomp_filter)]
    bwrap = [_path("bwrap"), "--dev-bind", "/", "/", "--die-with-parent", "--chdir", "/tmp"]
    return [*becoming, *bwrap, *locked, "--cap-drop", "ALL", "--"]


def _path(program: str) -> str:
    """Return where a program is: without an environment it is looked for in few places only."""
    return shutil.which(program) or program


@cache
def _system() -> tuple[str, ...]:
    """Return the arguments that put Python and our modules there, read-only."""
    arguments = _bound(Path("/usr"))
    for root in (Path("/", name) for name in ROOTS):
        if root.is_symlink():
            arguments += ["--symlink", os.readlink(root), str(root)]
        elif root.exists():
            arguments += _bound(root)
    if Path("/etc/ld.so.cache").exists():
        arguments += _bound(Path("/etc/ld.so.cache"))
    python = Path(sys._base_executable).resolve()
    base = Path(sys.base_prefix).resolve()
    if not base.is_relative_to("/usr"):
        arguments += [*_bound(base / "lib"), *_bound(python)]
    arguments += _environment_of(python)
    for name in GIVEN:
        arguments += _bound(PACKAGES / name, f"/course/{name}")
    for name in WITHHELD:
        for path in (PACKAGES / "server").rglob(f"{name}.*"):
            arguments += ["--ro-bind", "/dev/null", f"/course/{path.relative_to(PACKAGES)}"]
    return *arguments, *_variables()


def _environment_of(python: Path) -> list[str]:
    """Return the arguments that make a virtual environment of our packages around a Python."""
    packages = Path(sysconfig.get_path("purelib"))
    return [
        *_bound(packages.resolve(), f"/venv/{packages.relative_to(sys.prefix)}"),
        *_bound(Path(sys.prefix, "pyvenv.cfg"), "/venv/pyvenv.cfg"),
        *("--perms", "0755", "--dir", "/venv/bin", "--symlink", str(python), PYTHON),
    ]


def _variables() -> list[str]:
    values = {
        "PYTHONPATH": "/course",
        "PYTHONUTF8": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MALLOC_ARENA_MAX": "2",
        **dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), "/tmp"),
        # Some builds of Python find their own library by it alone.
        **{name: value for name, value in os.environ.items() if name == "LD_LIBRARY_PATH"},
    }
    return [text for name, value in values.items() for text in ("--setenv", name, value)]


def _bound(path: Path, target: str | None = None) -> list[str]:
    """Bind a path read-only, below folders that everybody may pass."""
    place = Path(target or path)
    above = [str(folder) for folder in reversed(place.parents) if folder != Path("/")]
    passed = [text for folder in above for text in ("--perms", "0755", "--dir", folder)]
    return [*passed, "--ro-bind", str(path), str(place)]

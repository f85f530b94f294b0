"""Tell whether a cell keeps processes of its own running."""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PROCESSES = Path("/proc")
ENDED = "ZX"  # states of one that has ended, and that nobody has waited for


class Process(NamedTuple):
    """Hold what /proc/<pid>/stat says first of a process."""

    state: str
    parent: int
    session: int


def are_left(alone: bool) -> bool:
    """Return whether another process than this one goes on that this one has started.

    Where this one is `alone` in its namespace, that is any but those above it: whoever has left
    its parent is there too.
    """
    found = _processes()
    above = set(_above(os.getpid(), found))
    others = {pid: one for pid, one in found.items() if pid not in above}
    return any(
        one.state not in ENDED and (alone or _is_ours(pid, found)) for pid, one in others.items()
    )


def _processes() -> dict[int, Process]:
    found = {}
    with suppress(OSError):  # no Linux
        for name in os.listdir(PROCESSES):
            if name.isdecimal():
                with suppress(OSError):  # it has ended
                    text = (PROCESSES / name / "stat").read_text(errors="replace")
                    state, parent, _, session = text.rpartition(")")[2].split()[:4]
                    found[int(name)] = Process(state, int(parent), int(session))
    return found


def _above(pid: int, found: dict[int, Process]) -> list[int]:
    """Return a process with its parent, the parent of that, and so on."""
    line = [pid]
    while pid in found:
        pid = found[pid].parent
        line.append(pid)
    return line


def _is_ours(pid: int, found: dict[int, Process]) -> bool:
    return os.getpid() in _above(pid, found) or found[pid].session == os.getpid()

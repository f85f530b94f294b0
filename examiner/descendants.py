"""Find what a process has started, and what that has started.

psutil looks through all that the machine runs. Where the kernel tells the children of a thread, a
few small files say the same; in between two of them a process may end and leave its own to another.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

TASKS = "/proc/{}/task"
IS_TOLD = Path(TASKS.format("self"), str(os.getpid()), "children").exists()


def descendants(pid: int) -> list[int]:
    """Return the processes below one, the nearest first; none where it has ended."""
    if IS_TOLD:
        found = [pid]
        for one in found:  # grows while it is walked
            found += _children(one)
        return found[1:]
    with suppress(psutil.Error):
        return [one.pid for one in psutil.Process(pid).children(recursive=True)]
    return []


def _children(pid: int) -> Iterator[int]:
    with suppress(OSError):  # it has ended
        for thread in os.listdir(TASKS.format(pid)):
            with suppress(OSError):  # the thread has
                yield from map(
                    int, Path(TASKS.format(pid), thread, "children").read_bytes().split()
                )

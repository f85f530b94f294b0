"""Limits of one sandbox: those that the kernel keeps for each process, and those that we watch."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import psutil

LOOK = 0.1  # seconds between two looks
MEGABYTE = 1024 * 1024
DISK_BYTES = 64 * MEGABYTE  # of each place where files can be written


@dataclass(frozen=True)
class Limits:
    """Hold what one submission may use; sizes are in bytes, times in seconds.

    `memory` and `seconds` are for the whole sandbox, and so is `processes`, threads counted.
    """

    seconds: float = 90.0
    cpu_seconds: int = 60
    memory: int = 768 * MEGABYTE
    address_space: int = 4096 * MEGABYTE
    processes: int = 512
    open_files: int = 256
    file_bytes: int = 32 * MEGABYTE
    files: int = 5000

    def prlimit(self) -> list[str]:
        """Return the command before a command that sets the kernel's part of them."""
        return [
            "prlimit",
            f"--cpu={self.cpu_seconds}",
            f"--as={self.address_space}",
            f"--nproc={self.processes}",
            f"--nofile={self.open_files}",
            f"--fsize={self.file_bytes}",
            "--core=0",
            "--memlock=0",
            "--msgqueue=0",
            "--",
        ]

    def time_is_over(self) -> str:
        """Return the sentence that a submission has used up its time."""
        return f"Your code took more than {self.seconds:g} seconds in all: the rest was not tried."


class Watch:
    """Look at a sandbox from outside, and kill it when it has used too much.

    `exceeded` then says what, in a sentence.
    """

    def __init__(self, pid: int, limits: Limits, deadline: float) -> None:
        self.exceeded = ""
        self._pid, self._limits, self._deadline = pid, limits, deadline
        self._over = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()

    def _look(self) -> None:
        with suppress(psutil.Error):  # the sandbox has ended
            outer = psutil.Process(self._pid)
            while not self._over.wait(LOOK):
                processes = outer.children(recursive=True)
                if told := self._too_much(processes):
                    self.exceeded = told
                    for first in outer.children():
                        first.kill()
                    return

    def _too_much(self, processes: list[psutil.Process]) -> str:
        if time.monotonic() >= self._deadline:
            return self._limits.time_is_over()
        if _resident(processes) > self._limits.memory and _memory(processes) > self._limits.memory:
            return f"Your code used more than {self._limits.memory // MEGABYTE} MB of memory."
        if max(_files(processes), default=0) > self._limits.files:
            return f"Your code made more than {self._limits.files} files."
        return ""


def _resident(processes: list[psutil.Process]) -> int:
    """Return an upper bound that is quickly read: what processes share is counted for each."""
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def _memory(processes: list[psutil.Process]) -> int:
    total = 0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            try:
                total += process.memory_full_info().pss
            except psutil.AccessDenied:
                total += process.memory_info().rss
    return total


def _files(processes: list[psutil.Process]) -> Iterator[int]:
    """Return how many files there are in each writable place, as the last process sees it.

    While a sandbox is being made, that is our own /tmp, with as many files as the machine has.
    """
    for place in ("tmp", "dev/shm"):
        with suppress(OSError, IndexError):
            found = os.statvfs(f"/proc/{processes[-1].pid}/root/{place}")
            if found.f_blocks * found.f_frsize == DISK_BYTES:
                yield found.f_files - found.f_ffree

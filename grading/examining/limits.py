"""Limits of one sandbox: those that the kernel keeps for each process, and those that we watch."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

LOOK = 0.1  # seconds between two looks
MEGABYTE = 1024 * 1024
PLACES = ("dev/shm", "tmp")  # where files can be written
DISK_BYTES = 64 * MEGABYTE  # of each of them
PAGE = os.sysconf("SC_PAGE_SIZE")  # bytes


@dataclass(frozen=True)
class Limits:
    """Hold what one submission may use; sizes are in bytes, times in seconds.

    `memory`, `seconds` and `sockets` are for the whole sandbox, and so are `processes` and `tasks`,
    which are processes and threads; `files` is for each place where files can be written.
    """

    seconds: float = 90.0
    cpu_seconds: int = 60
    memory: int = 768 * MEGABYTE
    address_space: int = 4096 * MEGABYTE
    tasks: int = 512
    processes: int = 256
    open_files: int = 1024
    file_bytes: int = 32 * MEGABYTE
    files: int = 5000
    sockets: int = 512

    def mount_options(self) -> str:
        """Return the kernel's part of the limits of a place for files, as mount(8) takes them."""
        counted = self.files + 1  # the place itself is one
        return f"size={DISK_BYTES},nr_inodes={counted},mode=1777,nosuid,nodev"

    def prlimit(self) -> list[str]:
        """Return the command before a command that sets the kernel's part of them."""
        return [
            "prlimit",
            f"--cpu={self.cpu_seconds}",
            f"--as={self.address_space}",
            f"--nproc={self.tasks}",
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
        limits = self._limits
        if time.monotonic() >= self._deadline:
            return limits.time_is_over()
        if _bound(processes) > limits.memory and _memory(processes) > limits.memory:
            return f"Your code used more than {limits.memory // MEGABYTE} MB of memory."
        if max(_files(processes), default=0) > limits.files:
            return f"Your code made more than {limits.files} files."
        if _sockstat(processes, "sockets", "used") > limits.sockets:
            return f"Your code opened more than {limits.sockets} sockets."
        if len(processes) > limits.processes:
            return f"Your code started more than {limits.processes} processes."
        return ""


def _bound(processes: list[psutil.Process]) -> int:
    """Return an upper bound of memory that is quickly read.

    What processes share is counted for each, and what waits in sockets for the whole machine.
    """
    total = _sockstat(processes, "TCP", "mem") * PAGE
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def _memory(processes: list[psutil.Process]) -> int:
    total = _waiting(processes)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            try:
                total += process.memory_full_info().pss
            except psutil.AccessDenied:
                total += process.memory_info().rss
    return total


def _sockstat(processes: list[psutil.Process], line: str, field: str) -> int:
    """Return a number from the kernel's table of a sandbox's sockets, or 0 where there is none."""
    for words in _network(processes, "sockstat"):
        if words[0] == f"{line}:":
            return int(words[words.index(field) + 1])
    return 0


def _waiting(processes: list[psutil.Process]) -> int:
    """Return how many bytes wait in connections over TCP to be sent or read."""
    rows = [row for name in ("tcp", "tcp6") for row in _network(processes, name)]
    return sum(int(part, 16) for row in rows if ":" in row[4] for part in row[4].split(":"))


def _network(processes: list[psutil.Process], name: str) -> list[list[str]]:
    """Return the words of each line in a file on the sandbox's network."""
    for process in processes:
        with suppress(OSError):  # it has ended, and another one may be there
            text = Path(f"/proc/{process.pid}/net/{name}").read_text(encoding="ascii")
            return [line.split() for line in text.splitlines()]
    return []


def _files(processes: list[psutil.Process]) -> Iterator[int]:
    """Return how many files there are in each writable place, as any process that lives sees it.

    While a sandbox is being made, that is our own /tmp, with as many files as the machine has.
    """
    for place in PLACES:
        for process in processes:
            with suppress(OSError):
                found = os.statvfs(f"/proc/{process.pid}/root/{place}")
                if found.f_blocks * found.f_frsize == DISK_BYTES:
                    yield found.f_files - found.f_ffree
                    break

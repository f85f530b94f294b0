"""The other end of `examiner.process`: answer calls in the process that runs the code."""

import json
import os
import queue
import shutil
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

READY = "ready"  # the operation that any worker has, and answers before code comes to it
INTERRUPTED = "a signal has interrupted the examiner"


class Dispatcher:
    """Hand calls on to the main thread, and replies back.

    Handlers of signals run in the main thread, between any two steps of it, and may raise. So
    other threads read and write, and how far a call has come is noted on the call.
    """

    def __init__(self, operations: Mapping[str, Callable]) -> None:
        self._operations = {READY: lambda: None, **operations}
        self._call: _Call | None = None
        self._came: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._replies: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def read(self, requests: BinaryIO) -> None:
        """Take calls until there are no more, also while one hangs."""
        for line in requests:
            self._call = _Call(**json.loads(line))
            self._came.put(None)

    def write(self, replies: BinaryIO) -> None:
        """Write each reply; the same call may have been answered twice, and counts once."""
        written = ""
        while True:
            reply = self._replies.get()
            if reply["call"] != written:
                written = reply["call"]
                replies.write(json.dumps(reply).encode() + b"\n")

    def step(self) -> None:
        """Wait for a call or answer it, in the main thread; whatever this raises, go on."""
        call = self._call
        if call is None or call.answered:
            self._came.get()
        elif call.begun:
            self._answer(call, {"error": INTERRUPTED})
        else:
            call.begun = True
            self._answer(call, self._outcome(call))

    def _outcome(self, call: "_Call") -> dict[str, Any]:
        try:
            return {"result": self._operations[call.operation](**call.arguments)}
        except BaseException as error:  # sys.exit() in a student's code is an error like others
            return {"error": f"{error}" or type(error).__name__ or "an error without a name"}

    def _answer(self, call: "_Call", reply: dict[str, Any]) -> None:
        self._replies.put({"call": call.call, **reply})
        call.answered = True


@dataclass
class _Call:
    """Hold a call, by its number, and how far the main thread has come with it."""

    call: str
    operation: str
    arguments: dict[str, Any]
    begun: bool = False
    answered: bool = False


def answer_calls(operations: Mapping[str, Callable]) -> None:
    """Answer calls until the examiner is gone; this is the worker's side, and its last line."""
    requests, replies = _take_pipes()
    dispatcher, folder = Dispatcher(operations), os.getcwd()
    for work, pipe in ((dispatcher.read, requests), (dispatcher.write, replies)):
        threading.Thread(target=_until_the_end, args=(work, pipe, folder), daemon=True).start()
    try:
        while True:
            try:
                dispatcher.step()
            except BaseException:  # of a handler of a signal, at whatever moment it came
                continue
    finally:
        _end(folder)


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Move the pipes out of the way: what is printed or warned about goes nowhere."""
    pipes = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    return pipes


def _until_the_end(work: Callable[[BinaryIO], None], pipe: BinaryIO, folder: str) -> None:
    """Work on a pipe; its end, whoever has closed it, is the end of this process too."""
    try:
        with suppress(OSError, ValueError):  # a student's code may close what is not its own
            work(pipe)
    finally:
        _end(folder)


def _end(folder: str) -> None:
    """End this process with all that it started."""
    shutil.rmtree(folder, ignore_errors=True)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)

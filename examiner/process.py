"""Run code of unknown quality in a process of its own, and talk to it in lines of JSON.

Nothing that comes back is trusted: it is text of a limited length, and it comes in time or not.
"""

import atexit
import json
import os
import queue
import shutil
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, BinaryIO

from examiner.door import Door
from examiner.launching import BESIDE, Launcher, remove

MAX_REPLY_BYTES = 1024 * 1024
UNREAD_PIECES = 4  # of what the process writes; more waits in its pipe
_running: set["Worker"] = set()


class Gone(Exception):
    """Raised with one sentence where the process ended, hangs or talks nonsense; it is stopped."""


class Failed(Exception):
    """Raised with the error's own words where an operation in the process raised it."""


class Worker:
    """Run `python -m module` in a process that `launcher` starts; a context manager, or `stop`.

    The module ends in `answer_calls(operations)`. Calls go one after another. `meeting` is where
    the process finds our sockets, or None where it shares our network. Replies are in bytes.
    """

    def __init__(
        self, module: str, launcher: Launcher = BESIDE, longest_reply: int = MAX_REPLY_BYTES
    ) -> None:
        self._longest_reply = longest_reply
        self._launcher = launcher
        self.meeting = launcher.meeting
        self.folder = launcher.folder()
        self._door = Door(self.folder) if self.meeting else None
        self._process = launcher.start(module, self.folder)
        self._stopped = False
        self._replies: queue.Queue[bytes] = queue.Queue(UNREAD_PIECES)
        self._one_call = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()
        _running.add(self)

    def call(self, operation: str, timeout: float = 10.0, **arguments: Any) -> Any:
        """Return what the operation returns; `timeout` is in seconds.

        Raises Failed where the operation raised, and Gone where no readable reply came in time.
        """
        with self._one_call:
            self._send({"operation": operation, "arguments": arguments})
            reply = self._receive(timeout)
        if not isinstance(reply, dict) or reply.keys() not in ({"result"}, {"error"}):
            raise self._lost("Your code garbled what the examiner reads.")
        if "error" in reply:
            raise Failed(reply["error"])
        return reply["result"]

    @property
    def running(self) -> bool:
        """Say whether the process is there to be called."""
        return self._process.poll() is None

    def dial(self, port: int, timeout: float) -> socket.socket:
        """Return a connection to the process's server at this port of its 127.0.0.1.

        Raises OSError where there is none within `timeout` seconds.
        """
        if self._door:
            return self._door.wait(timeout)
        return socket.create_connection(("127.0.0.1", port), timeout)

    def stop(self) -> None:
        """End the process with all that it started, and remove its folder."""
        self._stopped = True
        self._launcher.kill(self._process)
        self._process.stdin.close()
        with suppress(queue.Empty):  # so that who listens can put down what it holds, and end
            self._replies.get_nowait()
        if self._door:
            self._door.close()
        remove(self.folder)
        _running.discard(self)

    def _send(self, call: dict[str, Any]) -> None:
        try:
            self._process.stdin.write(json.dumps(call).encode() + b"\n")
        except (OSError, ValueError):  # ValueError: stopped before, so the pipe is closed
            raise self._lost("The process that runs your code has ended.") from None

    def _receive(self, timeout: float) -> Any:
        try:
            line = self._replies.get(timeout=timeout)
        except queue.Empty:
            raise self._lost(
                f"Your code did not come to an end within {timeout:g} seconds."
            ) from None
        if not line:
            raise self._lost("The process that runs your code has ended.")
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            raise self._lost("Your code garbled what the examiner reads.") from None

    def _lost(self, why: str) -> Gone:
        self.stop()
        return Gone(why)

    def _listen(self) -> None:
        """Hand on what comes, in pieces of limited length; an empty one is the end."""
        line = b"-"
        while line and not self._stopped:
            line = self._process.stdout.readline(self._longest_reply)
            self._replies.put(line)
        self._process.stdout.close()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()


def answer_calls(operations: Mapping[str, Callable]) -> None:
    """Answer calls until the examiner is gone; this is the worker's side, and its last line."""
    requests, replies = _take_pipes()
    calls: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_pass_on, args=(requests, calls, os.getcwd()), daemon=True).start()
    while True:
        call = json.loads(calls.get())
        try:
            reply = {"result": operations[call["operation"]](**call["arguments"])}
        except BaseException as error:  # sys.exit() in a student's code is an error like others
            reply = {"error": f"{error}" or type(error).__name__}
        replies.write(json.dumps(reply).encode() + b"\n")


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Move the pipes out of the way: what is printed or warned about goes nowhere."""
    pipes = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    return pipes


def _pass_on(requests: BinaryIO, calls: queue.SimpleQueue, folder: str) -> None:
    """Read calls even while one hangs, so that the end of the examiner ends this process too."""
    with suppress(OSError, ValueError):  # a student's code may close what is not its own
        for line in requests:
            calls.put(line)
    shutil.rmtree(folder, ignore_errors=True)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)  # with all that it started
    os._exit(0)


@atexit.register
def _stop_all() -> None:
    for worker in list(_running):
        worker.stop()

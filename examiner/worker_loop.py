"""The other end of `examiner.process`: answer calls in the process that runs the code."""

import json
import os
import queue
import shutil
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import BinaryIO

READY = "ready"  # the operation that any worker has, and answers before code comes to it


def answer_calls(operations: Mapping[str, Callable]) -> None:
    """Answer calls until the examiner is gone; this is the worker's side, and its last line."""
    operations = {READY: lambda: None, **operations}
    requests, replies = _take_pipes()
    calls: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_pass_on, args=(requests, calls, os.getcwd()), daemon=True).start()
    while True:
        call = json.loads(calls.get())
        try:
            reply = {"result": operations[call["operation"]](**call["arguments"])}
        except BaseException as error:  # sys.exit() in a student's code is an error like others
            reply = {"error": f"{error}" or type(error).__name__ or "an error without a name"}
        reply["call"] = call["call"]
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

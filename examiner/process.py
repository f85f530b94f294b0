"""Talk to a process that runs code of unknown quality, in lines of JSON.

Nothing that comes back is trusted: it is text of a limited length, and it comes in time or not.
"""

import atexit
import json
import queue
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import psutil

from examiner.budget import Budget
from examiner.descendants import descendants
from examiner.internal_error import InternalError
from examiner.launching import LOCAL, Launcher, remove
from examiner.unix_socket import ListeningSocket
from examiner.worker_loop import READY

STARTING = 60.0  # seconds for a process to start, on a machine that is busy
ENDED = "The process that runs your code has ended."
GARBLED = "Your code garbled what the examiner reads."
NOT_STARTED = "the process for it has not started"
WORN = 100  # threads and open files of all its processes; without a cell there are about 40
MAX_REPLY_BYTES = 1024 * 1024
UNREAD_PIECES = 4  # of what the process writes; more waits in its pipe
_running: set["Worker"] = set()


class Gone(Exception):
    """Raised with one sentence where the process ended, hangs or talks nonsense; it is stopped."""


class Late(Gone):
    """Raised where no answer has come in time: a busy machine may be the reason."""


class Failed(Exception):
    """Raised with the error's own words where an operation in the process raised it."""


class Worker:
    """Run `python -m module` in a process that `launcher` starts; a context manager, or `stop`.

    The module ends in `examiner.worker_loop.answer_calls(operations)`. Calls go one after
    another; a reply has at most `longest_reply` bytes. `socket_folder` is where the process
    finds our sockets, or None where it shares our network. What the process uses of a processor
    goes to the `budget`.
    """

    def __init__(
        self,
        module: str,
        launcher: Launcher = LOCAL,
        longest_reply: int = MAX_REPLY_BYTES,
        budget: Budget | None = None,
    ) -> None:
        """Start the process; the first call waits until it is ready.

        Raises InternalError where this machine cannot start it, and what the launcher raises.
        """
        self.longest_reply = longest_reply
        self.budget = budget or Budget()
        self._launcher = launcher
        self.socket_folder = launcher.socket_folder
        self._stopped = self._ready = False
        self._replies: queue.Queue[bytes] = queue.Queue(UNREAD_PIECES)
        self._one_call = threading.Lock()
        try:
            self._start(module)
        except (OSError, RuntimeError, MemoryError) as error:
            raise InternalError.of(error) from error
        _running.add(self)

    def call(self, operation: str, timeout: float = 10.0, **arguments: Any) -> Any:
        """Return what the operation returns; `timeout` is in seconds.

        Raises Failed where the operation raised, Gone where no readable reply came, Late where
        none came in time, and InternalError where the process ended or hung before any call had
        come to it.
        """
        with self._one_call:
            if not (self._ready or self._stopped):
                self._await_start()
            return self._answer(self._ask(operation, arguments), timeout)

    @property
    def running(self) -> bool:
        """Return whether the process is there to be called."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Return the number of the process that was started, once it is ready."""
        with self._one_call:
            if not (self._ready or self._stopped):
                self._await_start()
        return self._process.pid

    @property
    def is_worn(self) -> bool:
        """Return whether what ran in the process has left many threads or open files there."""
        try:
            return sum(one.num_threads() + one.num_fds() for one in self._processes()) > WORN
        except (psutil.Error, AttributeError):  # it has ended, or Windows, which counts none
            return False

    def spend(self, asked: str) -> None:
        """Count a request, and now and then what it has cost; raise Spent when that is too much."""
        if self.budget.is_due(asked):
            self.count()
            self.budget.require()

    def count(self) -> None:
        """Count what the process and all that it has started have used of a processor."""
        with suppress(psutil.Error):  # it has ended
            times = [one.cpu_times()[:4] for one in self._processes()]
            self.budget.count(sum(map(sum, times)))

    def on_stop(self, callback: Callable[[], None]) -> None:
        """Call something right before the process is ended."""
        self._started.callback(callback)

    def dial(self, port: int, timeout: float) -> socket.socket:
        """Return a connection to the process's server at this port of its 127.0.0.1.

        Raises OSError where there is none within `timeout` seconds.
        """
        if self._listener:
            return self._listener.wait(timeout)
        return socket.create_connection(("127.0.0.1", port), timeout)

    def stop(self) -> None:
        """End the process with all that it started, and remove its folder."""
        self._stopped = True
        self._started.close()
        _running.discard(self)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave out of the budget what the examiner itself lets the process do."""
        self.count()
        with self.budget.aside():
            yield
            self.count()

    def _processes(self) -> Iterator[psutil.Process]:
        return map(psutil.Process, [self._process.pid, *descendants(self._process.pid)])

    def _start(self, module: str) -> None:
        with ExitStack() as started:  # undone, last things first, where one of them fails
            self.folder = self._launcher.folder()
            started.callback(remove, self.folder)
            self._listener = ListeningSocket(self.folder) if self.socket_folder else None
            if self._listener:
                started.callback(self._listener.close)
            self._process = self._launcher.start(module, self.folder)
            started.callback(self._end)
            self.budget.begin()
            started.callback(self.count)
            threading.Thread(target=self._listen, daemon=True).start()
            self._started = started.pop_all()

    def _end(self) -> None:
        self._launcher.kill(self._process)
        self._process.stdin.close()
        with suppress(queue.Empty):  # so that who listens can put down what it holds, and end
            self._replies.get_nowait()

    def _await_start(self) -> None:
        """Get an answer before any code comes to the process: that none comes is our failure."""
        try:
            self._answer(self._ask(READY, {}), STARTING)
        except (Gone, Failed):
            self.stop()
            if self._launcher.ended:  # the time of a submission is over
                raise Gone(self._launcher.ended) from None
            raise InternalError(NOT_STARTED) from None
        self._ready = True

    def _ask(self, operation: str, arguments: dict[str, Any]) -> str:
        """Send a call and return its number, which no answer that lies ready can know."""
        call = secrets.token_hex(16)
        line = json.dumps({"call": call, "operation": operation, "arguments": arguments})
        try:
            self._process.stdin.write(line.encode() + b"\n")
        except (OSError, ValueError):  # ValueError: stopped before, so the pipe is closed
            raise self._lost(ENDED) from None
        return call

    def _answer(self, call: str, timeout: float) -> Any:
        reply = self._receive(timeout)
        known = ({"call", "result"}, {"call", "error"})
        if not isinstance(reply, dict) or reply.keys() not in known or reply["call"] != call:
            raise self._lost(GARBLED)
        if "error" in reply:
            raise Failed(reply["error"])
        return reply["result"]

    def _receive(self, timeout: float) -> Any:
        try:
            line = self._replies.get(timeout=timeout)
        except queue.Empty:
            self.stop()
            raise Late(f"Your code did not come to an end within {timeout:g} seconds.") from None
        if not line:
            raise self._lost(ENDED)
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            raise self._lost(GARBLED) from None

    def _lost(self, why: str) -> Gone:
        self.stop()
        return Gone(why)

    def _listen(self) -> None:
        """Hand on what comes, in pieces of limited length; an empty one is the end."""
        line = b"-"
        while line and not self._stopped:
            line = self._process.stdout.readline(self.longest_reply)
            self._replies.put(line)
        self._process.stdout.close()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()


@atexit.register
def _stop_all() -> None:
    for worker in list(_running):
        worker.stop()

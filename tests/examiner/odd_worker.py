"""A worker process that does odd things, for test_process.py."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
import warnings

from examiner import worker_loop
from examiner.worker_loop import answer_calls

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


def chatter() -> str:
    print("{}" * 10_000)
    print("oh", file=sys.stderr)
    warnings.warn("old", stacklevel=1)
    subprocess.run([sys.executable, "-c", "print('{}')"], check=True)
    return "said"


def prepare(reply: str) -> None:
    """Put a reply into the pipe ahead of the call that it is for."""
    pipes = [int(n) for n in os.listdir("/proc/self/fd") if _is_pipe_of_replies(int(n))]
    for pipe in pipes:
        os.write(pipe, reply.encode() + b"\n")


def _is_pipe_of_replies(number: int) -> bool:
    try:
        writes = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY
        return number > 2 and writes and stat.S_ISFIFO(os.fstat(number).st_mode)
    except OSError:
        return False


class Wordless(Exception):
    """Say nothing."""

    def __str__(self) -> str:
        return ""


Wordless.__name__ = ""


def fail_without_words() -> None:
    raise Wordless


def leave_a_child() -> int:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid


def raise_when_idle(error: str) -> None:
    """Raise an error in the main thread, by a signal, as soon as that waits for a call."""

    def rung(*arguments: object) -> None:
        raise {"ValueError": ValueError, "SystemExit": SystemExit}[error]

    if error != "KeyboardInterrupt":
        signal.signal(signal.SIGINT, rung)
    threading.Thread(target=_ring, name="ring", daemon=True).start()


def is_to_come() -> bool:
    """Return whether the signal for it is still to come."""
    return "ring" in [thread.name for thread in threading.enumerate()]


def _ring() -> None:
    main = threading.main_thread().ident
    while sys._current_frames()[main].f_code.co_filename != worker_loop.__file__:
        time.sleep(0)
    signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    answer_calls(
        {
            "echo": lambda value: value,
            "chatter": chatter,
            "prepare": prepare,
            "fail_without_words": fail_without_words,
            "fail": lambda: 1 / 0,
            "leave": sys.exit,
            "die": lambda: os._exit(3),
            "hang": lambda: time.sleep(600),
            "flood": lambda: "x" * 2_000_000,
            "move": lambda: os.chdir(os.path.dirname(__file__)),
            "odd": lambda: {1, 2},
            "raise_when_idle": raise_when_idle,
            "is_to_come": is_to_come,
            "where": os.getcwd,
            "environment": lambda: dict(os.environ),
            "leave_a_child": leave_a_child,
        }
    )

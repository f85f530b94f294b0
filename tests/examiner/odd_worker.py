"""A worker process that does odd things, for test_process.py."""

import os
import subprocess
import sys
import time
import warnings

from examiner.answering import answer_calls


def chatter() -> str:
    print("{}" * 10_000)
    print("oh", file=sys.stderr)
    warnings.warn("old", stacklevel=1)
    subprocess.run([sys.executable, "-c", "print('{}')"], check=True)
    return "said"


def leave_a_child() -> int:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid


if __name__ == "__main__":
    answer_calls(
        {
            "echo": lambda value: value,
            "chatter": chatter,
            "fail": lambda: 1 / 0,
            "leave": sys.exit,
            "die": lambda: os._exit(3),
            "hang": lambda: time.sleep(600),
            "flood": lambda: "x" * 2_000_000,
            "move": lambda: os.chdir(os.path.dirname(__file__)),
            "odd": lambda: {1, 2},
            "where": os.getcwd,
            "environment": lambda: dict(os.environ),
            "leave_a_child": leave_a_child,
        }
    )

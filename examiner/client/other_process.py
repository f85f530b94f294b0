"""A second process of a worker, in the same sandbox and folder, as another app of the user's is."""

import json
import os
import secrets
import subprocess
import sys
from typing import Any

from examiner.worker_loop import READY

# As they are before any cell is loaded, which may change them.
PYTHON, FOLDER, ENVIRONMENT = sys.executable, os.getcwd(), dict(os.environ)
LONGEST = 64 * 1024  # bytes of a reply
ENDED = "The second process that runs your code has ended."


class OtherProcess:
    """Run `python -m module` beside this process; `call` its operations, one after another."""

    def __init__(self, module: str) -> None:
        """Start it and wait until it is ready; raise OSError where this machine cannot."""
        self._process = subprocess.Popen(
            [PYTHON, "-P", "-m", module],
            cwd=FOLDER,
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        try:
            self.call(READY)
        except BaseException:
            self.stop()
            raise

    def call(self, operation: str, **arguments: Any) -> Any:
        """Return what an operation returns; raise RuntimeError in its words where it fails.

        Raises OSError where the process has ended.
        """
        call = secrets.token_hex(16)
        sent = {"call": call, "operation": operation, "arguments": arguments}
        self._process.stdin.write(json.dumps(sent).encode() + b"\n")
        line = self._process.stdout.readline(LONGEST)
        reply = json.loads(line) if line else {}
        if reply.get("call") != call:
            raise OSError(ENDED)
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply["result"]

    def stop(self) -> None:
        """End it, and wait for that."""
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

"""time-machine, which moves a whole process's time, without the test tools that it looks for.

It imports pytest where that is installed, for a fixture of its own: a third of a worker's start.
"""

import sys

_hidden = "pytest" not in sys.modules
if _hidden:
    sys.modules["pytest"] = None

from time_machine import travel  # noqa: E402

if _hidden:
    del sys.modules["pytest"]

__all__ = ["travel"]

"""time-machine, which moves a whole process's time, without the test tools that it looks for.

It imports pytest where that is installed, for a fixture of its own: a third of a worker's start.
"""

from examiner.lean_import import without

with without("pytest"):
    from time_machine import travel

__all__ = ["travel"]

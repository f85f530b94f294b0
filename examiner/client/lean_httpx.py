"""httpx, without the program that it is on a command line: half of a worker's start."""

from examiner.lean_import import without

with without("click"):
    import httpx

__all__ = ["httpx"]

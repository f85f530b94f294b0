"""Digests of what a mark depends on: so that nothing is examined twice, nor left as it was.

The modules that decide are found by their imports and not listed: those of an examination, those
of each worker that a rule starts by its name, and what they import of the server.
"""

import dis
import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from importlib.machinery import SourceFileLoader
from modulefinder import Module, ModuleFinder
from pathlib import Path
from types import CodeType
from typing import IO, Any

from grading.examining.exercise import Exercise

PACKAGES = Path(__file__).parents[2]
EXAMINATION = "grading.examining.examine"
WORKERS = ("examiner.client.worker", "examiner.rotation.worker")  # that rules start by their names
LOCKS = "requirements*.txt"  # the versions of everybody else's packages
IMPORT = dis.opmap["IMPORT_NAME"]


class _Imports(ModuleFinder):
    """Find what ModuleFinder finds, in a third of the time, since each run and examiner asks."""

    def load_module(
        self, fqname: str, fp: IO[str] | None, pathname: str, file_info: tuple[str, str, int]
    ) -> Module:
        """Return a module with its imports; Python has compiled most of them already."""
        if fp is None:  # a package: its __init__ comes next
            return super().load_module(fqname, fp, pathname, file_info)
        module = self.add_module(fqname)
        module.__file__ = pathname
        module.__code__ = SourceFileLoader(fqname, pathname).get_code(fqname)
        self.scan_code(module.__code__, module)
        return module

    def scan_opcodes(self, co: CodeType) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Return the imports in a piece of code; most functions have none."""
        return super().scan_opcodes(co) if IMPORT in co.co_code[::2] else iter(())


def assignment_digest(exercise: Exercise) -> str:
    """Return what tells this version of an assignment and of the grader from any other."""
    return hashlib.sha256((exercise.content_digest() + version()).encode()).hexdigest()


@cache
def version() -> str:
    """Return what tells this version of the grader from any other."""
    return version_of(PACKAGES)


def version_of(root: Path) -> str:
    """Return the digest of Python, of the pinned packages and of all modules that decide."""
    digest = hashlib.sha256(sys.version.encode())
    for path in [*deciding_modules(root), *sorted(root.glob(LOCKS))]:
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def deciding_modules(root: Path) -> list[Path]:
    """Return the files of our modules that run in an examination, wherever they are imported."""
    finder = _Imports(path=[str(root)])  # other people's packages are not looked into
    for name in (EXAMINATION, *WORKERS):
        finder.import_hook(name)
    files = {module.__file__ for module in finder.modules.values() if module.__file__}
    return sorted(map(Path, files))

"""Tell what a cell keeps, wherever that is, and what cannot be looked into."""

import builtins
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

from examiner.rotation import sqlite_connections
from examiner.rotation.library_state import LibraryState
from examiner.rotation.processes_left import are_left
from examiner.rotation.retained_channels import channels, in_channels
from examiner.rotation.retained_state import Kept

CHANGED = (
    "Your code has put something of its own in the place of what Python gives ({names}): what the "
    "examiner sees there may not be so."
)
PROCESS_LEFT = (
    "Your code keeps a process of its own running: the examiner does not look into that one."
)


class Retention:
    """Remember what is there before any cell comes, and tell afterwards what one keeps.

    From now on databases of other threads can be read. `served` are the addresses at which the
    examiner's own connections end; `alone` says whether the process has a namespace of its own, and
    `between` is called between the statements of a script in SQL.
    """

    def __init__(self, served: Iterable[str], alone: bool, between: Callable[[], None]) -> None:
        sqlite_connections.install(between)
        self._served, self._alone = set(served), alone
        self._channels = channels()
        self._libraries = LibraryState()
        self._python, self._before = vars(builtins), dict(vars(builtins))

    def of(
        self,
        cell: ModuleType,
        places: Iterable[Path],
        others: Mapping[str, Any],
        sought: Collection,
    ) -> dict[str, list[str]]:
        """Return `texts` that a cell keeps and `unseen`, sentences on what nobody has looked into.

        `places` are the folders that it can write to, `others` what it can put something on; what
        is `sought` is told wherever it stands. Raises OSError where a file cannot be read.
        """
        found = self._kept(cell, places, others).told(sought)
        left = [PROCESS_LEFT] * are_left(self._alone)
        return {"texts": found.texts, "unseen": [*found.unseen, *left, *self._changed()]}

    def places(
        self,
        cell: ModuleType,
        places: Iterable[Path],
        others: Mapping[str, Any],
        sought: Collection,
    ) -> dict[str, str]:
        """Return in words where a cell keeps each text that is sought; raises as `of` does."""
        return self._kept(cell, places, others).places(sought)

    def _kept(self, cell: ModuleType, places: Iterable[Path], others: Mapping[str, Any]) -> Kept:
        waiting = in_channels(self._channels, self._served)
        elsewhere = chain(self._libraries.added(), self._libraries.registered())
        return Kept(cell, places, others, waiting, elsewhere)

    def _changed(self) -> list[str]:
        """Return a sentence where names of Python's own mean something else now, else nothing."""
        names = [n for n, value in self._before.items() if self._python.get(n) is not value]
        return [CHANGED.format(names=", ".join(names))] if names else []

"""The vault that a client under examination is given: saving takes its time in it, or fails."""

import os
import threading

from examiner.vault import Pair, Vault

REFUSED = "The vault cannot be written: the device is locked."


class ExaminedVault(Vault):
    """Keep tokens as a vault does; what writes a pair waits for `saving`, or fails.

    It fails so many times as `refusals` says. Another vault over the same file, as the rest of the
    app has, does neither.
    """

    __slots__ = ("refusals", "saving")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(path)
        self.refusals = 0
        self.saving = threading.Event()
        self.saving.set()

    def save(self, access: str, refresh: str) -> None:
        """Put both tokens in place of the old ones, in a while; raise OSError where that fails."""
        self._hinder()
        super().save(access, refresh)

    def replace(self, before: Pair, after: Pair) -> bool:
        """Put a pair in place of another, in a while; raise OSError where that fails."""
        self._hinder()
        return super().replace(before, after)

    def _hinder(self) -> None:
        self.saving.wait()
        if self.refusals:
            self.refusals -= 1
            raise OSError(REFUSED)

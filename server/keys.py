"""The two signing keys, one for each kind of token."""

import json
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

KEY_BYTES = 32


@dataclass(frozen=True)
class Keys:
    """Hold the HMAC keys of access and refresh tokens, 32 bytes or more each (RFC 7518 §3.2).

    Raises ValueError for a short key, and for one key used for both kinds.
    """

    access: bytes = field(repr=False)
    refresh: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if min(len(self.access), len(self.refresh)) < KEY_BYTES:
            raise ValueError(f"A signing key needs at least {KEY_BYTES} bytes.")
        if self.access == self.refresh:
            raise ValueError("Access and refresh tokens need different signing keys.")

    @classmethod
    def random(cls) -> "Keys":
        """Make two new keys; tokens signed with them die with the process."""
        return cls(secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES))

    @classmethod
    def from_file(cls, path: Path) -> "Keys":
        """Read the keys from a JSON file, made on first use and readable by its owner only.

        Raises ValueError where the file does not hold two keys in hexadecimal.
        """
        if not path.exists():
            cls.random()._write(path)
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            return cls(bytes.fromhex(stored["access"]), bytes.fromhex(stored["refresh"]))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ValueError(
                f"{path} does not hold two signing keys: mend it, or delete it and log in again."
            ) from error

    def _write(self, path: Path) -> None:
        """Make the file; where another process was faster, its keys stay."""
        text = json.dumps({"access": self.access.hex(), "refresh": self.refresh.hex()})
        # A temporary file is readable by its owner only, and its new name appears at once: there
        # is no moment when others can read, or another process reads half.
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
            file.write(text)
        with suppress(FileExistsError):
            os.link(file.name, path)
        os.unlink(file.name)

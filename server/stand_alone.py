"""Put together the token server that runs on its own, on the real clock."""

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

from flask import Flask

from server.app import create_app
from server.keys import Keys
from server.policy import Policy
from server.store import SQLiteStore
from server.tokens import TokenIssuer


def stand_alone(database: Path | str | None = None, rotate: bool = False) -> Flask:
    """Return an app that keeps refresh tokens in an SQLite file, or in memory without one.

    The signing keys stand beside it, in FILE.keys, so that a restart logs nobody out and several
    processes can share both. Raises ValueError where the file is no database or its keys cannot
    be read, and where this copy of the course has no rotation.
    """
    if database is None:
        return create_app(policy=_rotation(None)) if rotate else create_app()
    path = Path(database)
    try:
        parts = {"policy": _rotation(path)} if rotate else {"refresh_tokens": SQLiteStore(path)}
    except sqlite3.Error as error:
        raise ValueError(f"{path} cannot be used as a database ({error}).") from error
    return create_app(keys=Keys.from_file(path.with_name(f"{path.name}.keys")), **parts)


def _rotation(path: Path | None) -> Callable[[TokenIssuer], Policy]:
    try:
        from server.families import MemoryFamilies, SQLiteFamilies
        from server.rotation import Rotation
    except ImportError:
        raise ValueError(
            "rotation is not in the student bundle: you write it in exercises/rotation."
        ) from None
    return partial(Rotation, families=SQLiteFamilies(path) if path else MemoryFamilies())

"""What a client is given: a place that keeps its two tokens, and the error that ends a session."""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

Pair = tuple[str | None, str | None]
Result = TypeVar("Result")
NEITHER: Pair = (None, None)
# On Windows a file that somebody reads cannot be replaced for a moment.
TRIES, PAUSE = (200 if sys.platform == "win32" else 1), 0.01  # times, and seconds between them


class LoggedOut(Exception):
    """Raised by a client whose session has ended: the user must log in again."""


class Vault:
    """Keep the access token and the refresh token of one session in a file, both or neither.

    On a phone this would be its key store. All who know the path share it, in this process and in
    others. A file that is missing or empty is a session that has ended.
    """

    __slots__ = ("_path",)  # so that no client can put a method of its own into a vault

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path).resolve()

    def load(self) -> Pair:
        """Return (access token, refresh token); (None, None) where the session has ended."""
        try:
            text = _patiently(self._path.read_text)
        except FileNotFoundError:
            return NEITHER
        access, refresh = json.loads(text) if text else NEITHER
        return access, refresh

    def save(self, access: str, refresh: str) -> None:
        """Put both tokens in place of the old ones; raise TypeError where one is no text."""
        _require_texts("save", access, refresh)
        with self._writing():
            self._write((access, refresh))

    def clear(self) -> None:
        """Forget both tokens."""
        with self._writing():
            self._write(NEITHER)

    def replace(self, before: Pair, after: Pair) -> bool:
        """Put the pair `after` there where the vault still holds `before`; return whether it did.

        Two None end the session. Raises TypeError where `after` is neither those nor two texts.
        """
        access, refresh = after
        if (access, refresh) != NEITHER:
            _require_texts("replace", access, refresh)
        with self._writing():
            held = self.load() == tuple(before)
            if held:
                self._write((access, refresh))
            return held

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Let one thread of one process in at a time, of all that share the file.

        Who is in may come in again. `save`, `clear` and `replace` wait for nobody who is in.
        """
        with _alone(f"{self._path}.lock"):
            yield

    def _writing(self) -> "_Alone":
        """Let one write at a time, for as long as that takes."""
        return _alone(f"{self._path}.writing")

    def _write(self, pair: Pair) -> None:
        """Put a whole file in place of the old one, so that nobody reads half of it."""
        new = self._path.with_name(f"{self._path.name}.new")
        new.write_text(json.dumps(pair), encoding="utf-8")
        _patiently(lambda: os.replace(new, self._path))


def _require_texts(method: str, *tokens: object) -> None:
    if not all(isinstance(token, str) for token in tokens):
        raise TypeError(
            f"vault.{method}() takes the access token and the refresh token, two texts."
        )


class _Alone:
    """Let one thread of one process in at a time, as a context manager; it may come in again.

    Threads wait in front for each other. The system frees the file where a process dies.
    """

    def __init__(self, path: str) -> None:
        self._path, self._threads, self._depth = path, threading.RLock(), 0

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            if not self._depth:
                self._file = _locked(self._path)
        except BaseException:
            self._threads.release()
            raise
        self._depth += 1

    def __exit__(self, *error: object) -> None:
        self._depth -= 1
        if not self._depth:
            _unlock(self._file)
        self._threads.release()


_known: dict[str, _Alone] = {}


def _alone(path: str) -> _Alone:
    return _known.setdefault(path, _Alone(path))


def _locked(path: str) -> int:
    """Return the number of an open file once nobody else has it locked."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(file)
    except BaseException:
        os.close(file)
        raise
    return file


if sys.platform == "win32":

    def _lock(file: int) -> None:
        import msvcrt

        while True:
            try:
                return msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
            except OSError:
                time.sleep(PAUSE)

    def _unlock(file: int) -> None:
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)
        os.close(file)

else:

    def _lock(file: int) -> None:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)

    def _unlock(file: int) -> None:
        os.close(file)


def _patiently(act: Callable[[], Result]) -> Result:
    """Return what comes of an act that Windows may refuse for a moment."""
    for _ in range(TRIES - 1):
        try:
            return act()
        except PermissionError:
            time.sleep(PAUSE)
    return act()

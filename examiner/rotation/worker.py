"""Serve the app around a student's cell, in a process that `examiner.rotation.subject` drives."""

import gc
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask, got_request_exception

from examiner.audit_hook import guard
from examiner.cell import WITHHELD, Compile, load, plain, say
from examiner.notices import watch
from examiner.rotation.retention import Retention
from examiner.rotation.time_travel import travel
from examiner.stops import Address, StopMaker
from examiner.unix_socket import NAME, offer_connections
from examiner.workbench import build_app, users
from examiner.worker_loop import answer_calls
from server import EmbeddedServer

FUNCTIONS = ("start_session", "token", "end_session")
MAX_ANSWER_BYTES = 64 * 1024
LONGEST_SLEEP = 0.004  # seconds
SHORTEST_TURN = 1e-6  # seconds
SHARED_MEMORY = Path("/dev/shm")  # which in a sandbox is the cell's alone
HOST = "127.0.0.1"
CRASH = [("Content-Type", "application/json")]


class Stage:
    """Serve one app after another at one address."""

    def __init__(self) -> None:
        # Whole seconds near the real time: a token with iat and exp is good for any library.
        self._start = int(time.time())
        self._clock = travel(self._start, tick=False).start()
        self._home = self._folder = Path.cwd()
        self._places = [self._home]  # where a cell can write
        self._opened = 0
        self._server = EmbeddedServer(self, "examined app").start()
        self._compile: Compile = plain
        self._stop_between: Callable[[], None] = lambda: None
        self._app: Flask | None = None
        self._cell: ModuleType | None = None
        self._crash = ""

    def offer_connections(self, folder: str) -> None:
        """Serve over the socket in a folder as well: we are in a sandbox."""
        self._places.append(SHARED_MEMORY)
        offer_connections(folder, self._server.answer)

    def build_stops(self, folder: str, key: str, address: Address) -> None:
        """Build stops into cells, as StopMaker does, and report what a cell does that is odd."""
        stops = StopMaker.from_plain(folder, key, address)
        self._compile, self._stop_between = stops.compiled, stops.stop_between
        watch(stops)

    def open(self, source: str) -> int:
        """Serve a new app around a new copy of the cell; return the port."""
        self._crash = ""
        self._clock.move_to(self._start)
        users.reset()
        self._clear_out()
        self._move_house()
        self._cell = load(source, FUNCTIONS, self._compile)
        self._app = build_app(vars(self._cell))
        got_request_exception.connect(self._crashed, self._app)
        return int(self._server.url.rpartition(":")[2])

    def advance(self, seconds: float) -> None:
        """Move the whole process's time."""
        self._clock.shift(seconds)

    def watch(self, folders: list[str]) -> None:
        """Remember what is there before any cell; `folders` are those with a socket in them."""
        address = str(("127.0.0.1", int(self._server.url.rpartition(":")[2])))
        served = [address, *(f"{folder}/{NAME}" for folder in folders)]
        self._retention = Retention(served, bool(folders), lambda: self._stop_between())

    def retained(self, sought: Collection[str] = ()) -> dict[str, list[str]]:
        """Return `texts` that the cell keeps and `unseen`, as `Retention.of` does."""
        others = (self._app.config, self._app.extensions, dict(os.environ), *self._added())
        return self._retention.of(self._cell, self._places, others, sought)

    def _added(self) -> list[Any]:
        """Return what the cell has put on its app, or into the names of its templates."""
        plain, found = vars(build_app({})), dict(vars(self._app))
        templates = found.pop("jinja_env", None)  # made as soon as somebody asks for it
        globals_ = [templates.globals] if templates else []
        return globals_ + [value for name, value in found.items() if name not in plain]

    def hurry(self) -> None:
        """Let threads take turns as often as can be, for requests that come at once."""
        sys.setswitchinterval(SHORTEST_TURN)

    def crash(self) -> str:
        """Return what the last request that crashed died of, as one sentence."""
        return self._crash

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        """Answer a WSGI request: with limited length, and come what may."""
        # The app sees neither who is examined nor the bare connection.
        passed = environ.pop("HTTP_X_PASSED", 0)
        environ["REMOTE_ADDR"] = environ.pop("HTTP_X_FROM", HOST)
        environ.pop("werkzeug.socket", None)
        try:
            self.advance(float(passed))
            return [_limited(self._app(environ, start_response))]
        except BaseException as error:  # sys.exit() would cut the connection
            self._crash = say(error)
            start_response("500 INTERNAL SERVER ERROR", CRASH)
            return [b"{}"]

    def _clear_out(self) -> None:
        """Let go of the cell before: a database in memory lives as long as a connection to it."""
        for thread in threading.enumerate():
            if isinstance(thread, threading.Timer):
                thread.cancel()  # else those of a hundred apps would wait beside each other
        before, self._app, self._cell = self._cell, None, None
        if before:
            vars(before).clear()
        gc.collect()

    def _move_house(self) -> None:
        """Go into a new folder; what the app before this one has written goes away."""
        self._opened += 1
        before, self._folder = self._folder, self._home / str(self._opened)
        self._folder.mkdir()
        os.chdir(self._folder)
        tempfile.tempdir = os.environ["HOME"] = str(self._folder)
        if before != self._home:
            shutil.rmtree(before, ignore_errors=True)

    def _crashed(self, app: Flask, exception: BaseException) -> None:
        self._crash = say(exception)


class Withhold:
    """Refuse to import what a cell has to do without, however it asks."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raise ImportError for these packages; leave the others to the next finder."""
        if name.partition(".")[0] in WITHHELD:
            raise ImportError(f"{name} is not at hand here: write what you need in your cell")


def _limited(answer: Iterable[bytes]) -> bytes:
    """Return the body, cut where it does not end; an empty piece counts as well."""
    body, length = b"", 0
    for piece in answer:
        body += piece
        length += len(piece) or 1
        if length > MAX_ANSWER_BYTES:
            break
    return body[:MAX_ANSWER_BYTES]


if __name__ == "__main__":
    sleep = time.sleep
    # A request that sleeps longer would pass for one that waits for another.
    time.sleep = lambda seconds: sleep(min(seconds, LONGEST_SLEEP))
    threading.excepthook = lambda details: None
    sys.meta_path.insert(0, Withhold())
    stage = Stage()
    for folder in sys.argv[1:]:
        stage.offer_connections(folder)
    stage.watch(sys.argv[1:])
    guard()
    gc.freeze()  # else each new app would wait until all that is imported has been looked through
    answer_calls(
        {
            "build_stops": stage.build_stops,
            "open": stage.open,
            "advance": stage.advance,
            "hurry": stage.hurry,
            "retained": stage.retained,
            "crash": stage.crash,
            "disable": users.disable,
            "set_role": users.set_role,
        }
    )

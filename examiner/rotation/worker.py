"""Serve the app around a student's cell, in a process that `examiner.rotation.subject` drives."""

import gc
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask, got_request_exception

from examiner.audit_hook import guard
from examiner.cell import WITHHELD, Compile, load, plain, say
from examiner.notices import watch
from examiner.rotation.app_request import HOST, AppReply, AppRequest
from examiner.rotation.app_server import Answered, AppServer, answered
from examiner.rotation.retention import Retention
from examiner.rotation.time_travel import begin_before_a_change_of_clocks, travel
from examiner.standing import standing_of
from examiner.stops import Address, StopMaker
from examiner.unix_socket import NAME, offer_connections
from examiner.workbench import build_app, users
from examiner.worker_loop import answer_calls

FUNCTIONS = ("start_session", "token", "end_session")
LONGEST_SLEEP = 0.004  # seconds
SHORTEST_TURN = 1e-6  # seconds
SHARED_MEMORY = Path("/dev/shm")  # which in a sandbox is the cell's alone
CRASHED = 500  # status


class Stage:
    """Serve one app after another at one address."""

    def __init__(self) -> None:
        # Whole seconds, and no year far off: a token with iat and exp is good for any library.
        self._start = begin_before_a_change_of_clocks()
        self._clock = travel(self._start, tick=False).start()
        self._home = self._folder = Path.cwd()
        self._places = [self._home]  # where a cell can write
        self._opened = 0
        self._server = AppServer(self.answer)
        self._compile: Compile = plain
        self._stop_between: Callable[[], None] = lambda: None
        self._app: Flask | None = None
        self._cell: ModuleType | None = None
        self._crash = ""

    def serve(self, folders: list[str]) -> None:
        """Serve over the socket in each folder, as in a sandbox; without any, at our address."""
        for folder in folders:
            self._places.append(SHARED_MEMORY)
            offer_connections(folder, self._server.process_request)
        if not folders:
            self._server.start()

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
        return self._server.port

    def advance(self, seconds: float) -> None:
        """Move the whole process's time."""
        self._clock.shift(seconds)

    def watch(self, folders: list[str]) -> None:
        """Remember what is there before any cell; `folders` are those with a socket in them."""
        served = [str((HOST, self._server.port)), *(f"{folder}/{NAME}" for folder in folders)]
        self._retention = Retention(served, bool(folders), lambda: self._stop_between())

    def retained(self, sought: Collection[str] = ()) -> dict[str, list[str]]:
        """Return `texts` that the cell keeps and `unseen`, as `Retention.of` does."""
        return self._retention.of(self._cell, self._places, self._others(), sought)

    def places(self, sought: Collection[str]) -> dict[str, str]:
        """Return in words where the cell keeps what is sought, in files as seen from its folder."""
        found = self._retention.places(self._cell, self._places, self._others(), sought)
        return {one: text.replace(f" {self._opened}/", " ") for one, text in found.items()}

    def _others(self) -> dict[str, Any]:
        """Return what else the cell can put something on."""
        app = {"config": self._app.config, "extensions": self._app.extensions, **self._added()}
        named = {f"app.{name}": value for name, value in app.items()}
        return named | {"os.environ": dict(os.environ)}

    def _added(self) -> dict[str, Any]:
        """Return what the cell has put on its app, or into the names of its templates."""
        plain, found = vars(build_app({})), dict(vars(self._app))
        templates = found.pop("jinja_env", None)  # made as soon as somebody asks for it
        globals_ = {"jinja_env.globals": templates.globals} if templates else {}
        return globals_ | {name: value for name, value in found.items() if name not in plain}

    def hurry(self) -> None:
        """Let threads take turns as often as can be, for requests that come at once."""
        sys.setswitchinterval(SHORTEST_TURN)

    def answer(self, request: AppRequest) -> Answered:
        """Answer a request, come what may: sys.exit() would cut the connection."""
        try:
            self.advance(request.passed)
            for user, role in request.roles.items():
                users.set_role(user, role)
            reply, close = answered(self._app, request)
        except BaseException as error:
            return AppReply(CRASHED, "{}", say(error)), lambda: None
        return reply._replace(crash=self._crash if reply.status >= CRASHED else ""), close

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


if __name__ == "__main__":
    sleep = time.sleep
    # A request that sleeps longer would pass for one that waits for another.
    time.sleep = lambda seconds: sleep(min(seconds, LONGEST_SLEEP))
    threading.excepthook = lambda details: None
    sys.meta_path.insert(0, Withhold())
    stage = Stage()
    stage.serve(sys.argv[1:])
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
            "places": stage.places,
            "disable": users.disable,
            "enable": users.enable,
            "standing": partial(standing_of, Stage.answer.__code__),
        }
    )

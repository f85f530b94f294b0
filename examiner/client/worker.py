"""Run a learner's client in a process of its own: load the cell, open sessions, start calls."""

import re
import sys
import threading
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from examiner.audit_hook import guard
from examiner.cell import Compile, Unloadable, load, plain, say
from examiner.client.examined_vault import ExaminedVault
from examiner.client.lean_httpx import httpx
from examiner.client.other_process import OtherProcess
from examiner.client.recording_transport import RecordingTransport
from examiner.notices import watch
from examiner.stops import Address, StopMaker
from examiner.vault import Vault
from examiner.worker_loop import answer_calls

OPERATIONS = (
    *("build_stops", "load", "open", "open_another", "join", "reopen", "start", "is_over"),
    *("finish", "vault", "save", "clear", "slow_saves", "refuse_saves", "changed_settings"),
    *("waiting", "under_way", "at_rest", "start_process", "in_process", "end_process"),
)
PATIENCE = 4.0  # seconds until a call counts as hanging; a working one takes milliseconds
LOOKS, PAUSE = 6, 0.008  # how often, and how far apart in seconds, we look whether all stand still
BUSY = 0.2  # the share of a processor from which on something is said to run
CHANGING = re.compile(r"http://127\.0\.0\.1:\d+|0x[0-9a-f]+")  # differs from run to run
ADVICE = re.compile(r"\sFor more information check: [^\s,]+")  # of httpx
LONGEST = 180  # characters of what an answer or an error says


class Call(threading.Thread):
    """Call `get` once and note what comes of it."""

    def __init__(self, session: Any, path: str) -> None:
        super().__init__(daemon=True)
        self.outcome: dict[str, Any] = {}
        self._session, self._path = session, path

    def run(self) -> None:
        """Fill in the outcome."""
        try:
            self.outcome = _answered(self._session.get(self._path))
        except BaseException as error:  # sys.exit() in a client is an error like others
            names = [kind.__name__ for kind in type(error).__mro__]
            self.outcome = {"raised": _told(error), "over": "LoggedOut" in names}


class Opened:
    """Hold a session with what it was given, and what the rest of the app has: the same vault."""

    def __init__(self, session_class: type, vault: str, url: str, socket: str | None) -> None:
        """Make a session over a vault that is there; raise as `reopen` does.

        The server of `url` is found at a Unix socket, where one is named.
        """
        self.vault, self.elsewhere = ExaminedVault(vault), Vault(vault)
        self.transport = RecordingTransport(self.elsewhere, socket)
        self._http = httpx.Client(base_url=url, transport=self.transport, trust_env=False)
        self._settings = _settings(self._http)
        self.reopen(session_class)

    def reopen(self, session_class: type) -> None:
        """Make another session over the same vault; raise Unloadable where its class raises."""
        try:
            self.session = session_class(self._http, self.vault)
        except BaseException as error:  # sys.exit() among them
            raise Unloadable(f"Session(http, vault) does not work: {_told(error)}") from None

    def changed(self) -> list[str]:
        """Return the names of what the session has set on the client of httpx that it shares."""
        now = _settings(self._http)
        return [name for name, value in self._settings.items() if now[name] != value]


class Calls:
    """Hold sessions under examination, and every call of `get` that was started on them."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._opened: list[Opened] = []
        self._before = set(threading.enumerate())
        self._compile: Compile = plain
        self._folder, self._vaults = Path.cwd(), count(1)
        self._process: OtherProcess | None = None

    def build_stops(self, folder: str, key: str, address: Address) -> None:
        """Build stops into cells, as StopMaker does, and report what a cell does that is odd."""
        stops = StopMaker.from_plain(folder, key, address)
        self._compile = stops.compiled
        watch(stops)

    def load(self, source: str) -> None:
        """Load the cell; raise Unloadable where it does not load or defines no class Session."""
        self._before = set(threading.enumerate())
        self._session_class = getattr(load(source, (), self._compile), "Session", None)
        if not isinstance(self._session_class, type):
            raise Unloadable("The cell defines no class Session: it has to.")

    def open(self, url: str, access: str, refresh: str, socket: str | None = None) -> str:
        """Make a session over a new vault with two tokens; return where the vault is.

        Raises as Opened does, and finds the server as that does.
        """
        self._calls, self._opened = [], []
        self._server = url, socket
        for file in self._folder.glob("vault-*"):  # of earlier scenes: the files are limited
            with suppress(OSError):  # where one that is in use cannot go
                file.unlink()
        return self.open_another(access, refresh)

    def open_another(self, access: str, refresh: str) -> str:
        """Make one more session, of another user, over a vault of its own."""
        vault = str(self._folder / f"vault-{next(self._vaults)}.json")
        Vault(vault).save(access, refresh)
        self._opened.append(Opened(self._session_class, vault, *self._server))
        return vault

    def join(self, url: str, vault: str, socket: str | None = None) -> None:
        """Make a session over a vault that another process has, too."""
        self._opened = [Opened(self._session_class, vault, url, socket)]

    def reopen(self) -> None:
        """Make another session over the first vault; raise Unloadable where its class raises."""
        self._opened[0].reopen(self._session_class)

    def start(self, path: str, session: int = 0) -> int:
        """Call `get` on a thread of its own; return the number to ask for its outcome with."""
        call = Call(self._opened[session].session, path)
        self._calls.append(call)
        call.start()
        return len(self._calls) - 1

    def is_over(self, call: int) -> bool:
        """Return whether a call has ended."""
        return not self._calls[call].is_alive()

    def finish(self, call: int) -> dict[str, Any]:
        """Return what came of a call; empty where it does not come to an end."""
        self._calls[call].join(PATIENCE)
        return {} if self._calls[call].is_alive() else self._calls[call].outcome

    def vault(self) -> tuple[str | None, str | None]:
        """Return the tokens in the vault."""
        return self._opened[0].elsewhere.load()

    def save(self, access: str, refresh: str) -> None:
        """Put tokens into the vault, as the rest of the app would."""
        self._opened[0].elsewhere.save(access, refresh)

    def clear(self) -> None:
        """Empty the vault, as the rest of the app does when the user logs out."""
        self._opened[0].elsewhere.clear()

    def slow_saves(self, slow: bool) -> None:
        """Make the session's saves wait; or end that, and the waiting of those that have begun."""
        saving = self._opened[0].vault.saving
        (saving.clear if slow else saving.set)()

    def refuse_saves(self, times: int) -> None:
        """Let the session's next saves fail, so many of them."""
        self._opened[0].vault.refusals = times

    def changed_settings(self) -> list[str]:
        """Return what the session has changed of the client of httpx that it was given."""
        return self._opened[0].changed()

    def start_process(self, reporting: dict[str, Any]) -> None:
        """Start a second process with operations like these, which gets `reporting` to build stops.

        Raises OSError where none starts.
        """
        self._process = OtherProcess("examiner.client.worker")
        self._process.call("build_stops", **reporting)

    def in_process(self, name: str, arguments: dict[str, Any]) -> Any:
        """Return what an operation returns in the second process; raise what that raises."""
        return self._process.call(name, **arguments)

    def end_process(self) -> None:
        """End the second process."""
        self._process.stop()
        self._process = None

    def under_way(self) -> int:
        """Return how many requests wait for an answer right now."""
        return sum(opened.transport.waiting for opened in self._opened)

    def waiting(self) -> int | None:
        """Return how many requests wait for an answer; None while anything of the client runs."""
        if not self._stands_still():
            return None
        elsewhere = self._process.call("waiting") if self._process else 0
        return None if elsewhere is None else self.under_way() + elsewhere

    def _stands_still(self) -> bool:
        places = self._places()
        for _ in range(LOOKS if places else 0):
            time.sleep(PAUSE)
            if self._places() != places:
                return False
        return True

    def at_rest(self) -> bool:
        """Return whether nothing of the client runs on: no thread is left, or all of them wait."""
        if not self._places():
            return True
        spent = time.process_time()
        time.sleep(LOOKS * PAUSE)
        return time.process_time() - spent < LOOKS * PAUSE * BUSY

    def _places(self) -> dict[threading.Thread, tuple[int, int]]:
        """Return where each thread is that the client brought with it."""
        frames = sys._current_frames()
        return {
            thread: (id(frames[thread.ident]), frames[thread.ident].f_lasti)
            for thread in set(threading.enumerate()) - self._before
            if thread.ident in frames
        }


def _settings(http: httpx.Client) -> dict[str, Any]:
    """Return what all share who send through a client."""
    hooks = {name: list(called) for name, called in http.event_hooks.items()}
    headers = sorted(http.headers.multi_items())
    settings = {"headers": headers, "cookies": dict(http.cookies), "params": http.params}
    told = {name: getattr(http, name) for name in ("auth", "timeout", "follow_redirects")}
    return settings | told | {"base_url": str(http.base_url), "event_hooks": hooks}


def _answered(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, httpx.Response):
        return {"returned": type(answer).__name__}
    text = answer.read().decode(errors="replace")
    return {"status": answer.status_code, "text": text[:LONGEST]}


def _told(error: BaseException) -> str:
    """Return an error in one line that is the same in each run."""
    return " ".join(CHANGING.sub("…", ADVICE.sub("", say(error))).split())[:LONGEST]


if __name__ == "__main__":
    calls = Calls()
    guard()
    answer_calls({name: getattr(calls, name) for name in OPERATIONS})

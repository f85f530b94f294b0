"""Run a learner's client in a process of its own: load the cell, open sessions, start calls."""

import re
import sys
import threading
import time
from typing import Any

from examiner.audit_hook import guard
from examiner.cell import Compile, Unloadable, load, plain, say
from examiner.client.lean_httpx import httpx
from examiner.client.recording_transport import RecordingTransport
from examiner.notices import watch
from examiner.stops import Address, StopMaker
from examiner.vault import Vault
from examiner.worker_loop import answer_calls

OPERATIONS = (
    *("build_stops", "load", "open", "reopen", "start", "is_over", "finish"),
    *("vault", "save", "slow_saves", "waiting", "under_way", "at_rest"),
)
PATIENCE = 4.0  # seconds until a call counts as hanging; a working one takes milliseconds
LOOKS, PAUSE = 6, 0.008  # how often, and how far apart in seconds, we look whether all stand still
BUSY = 0.2  # the share of a processor from which on something is said to run
CHANGING = re.compile(r"http://127\.0\.0\.1:\d+|0x[0-9a-f]+")  # differs from run to run
ADVICE = re.compile(r"\sFor more information check: [^\s,]+")  # of httpx
LONGEST = 180  # characters of what an answer or an error says


class SlowVault(Vault):
    """Keep tokens as a vault does; a save takes until `saving` is set."""

    __slots__ = ("saving",)

    def __init__(self, access: str, refresh: str) -> None:
        super().__init__(access, refresh)
        self.saving = threading.Event()
        self.saving.set()

    def save(self, access: str, refresh: str) -> None:
        """Put both tokens in place of the old ones, in a while."""
        self.saving.wait()
        super().save(access, refresh)


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


class Calls:
    """Hold a session under examination, and every call of `get` that was started on it."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._before = set(threading.enumerate())
        self._transport: RecordingTransport | None = None
        self._compile: Compile = plain

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

    def open(self, url: str, access: str, refresh: str, socket: str | None = None) -> None:
        """Make a vault with two tokens and a session over it; raise as `reopen` does.

        The server of `url` is found at a Unix socket, where one is named.
        """
        self._calls = []
        self._vault = SlowVault(access, refresh)
        self._transport = RecordingTransport(self._vault, socket)
        self._http = httpx.Client(base_url=url, transport=self._transport, trust_env=False)
        self.reopen()

    def reopen(self) -> None:
        """Make another session over the same vault; raise Unloadable where its class raises."""
        try:
            self._session = self._session_class(self._http, self._vault)
        except BaseException as error:  # sys.exit() among them
            raise Unloadable(f"Session(http, vault) does not work: {_told(error)}") from None

    def start(self, path: str) -> int:
        """Call `get` on a thread of its own; return the number to ask for its outcome with."""
        call = Call(self._session, path)
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
        return self._vault.load()

    def save(self, access: str, refresh: str) -> None:
        """Put tokens into the vault, as another tab would."""
        self._vault.save(access, refresh)

    def slow_saves(self, slow: bool) -> None:
        """Make saves wait; or end that, and the waiting of those that have begun."""
        (self._vault.saving.clear if slow else self._vault.saving.set)()

    def under_way(self) -> int:
        """Return how many requests wait for an answer right now."""
        return self._transport.waiting

    def waiting(self) -> int | None:
        """Return how many requests wait for an answer; None while anything of the client runs."""
        places = self._places()
        for _ in range(LOOKS if places else 0):
            time.sleep(PAUSE)
            if self._places() != places:
                return None
        return self._transport.waiting if self._transport else 0

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

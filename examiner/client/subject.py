"""What the test of a client rule is given: the learner's client, and a server to put it before."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from examiner.client.noticing_beside import noticing_beside
from examiner.client.scripted_server import AHEAD, PAST, SOCKET, ScriptedServer
from examiner.internal_error import InternalError
from examiner.pausing import pauses_of
from examiner.places import BETWEEN, told_places
from examiner.process import STARTING, Failed, Gone, Late, Worker
from examiner.rule import Assignment, Broken, Hangs, NotAttempted, NotLoaded
from examiner.waiting import asking

PREREQUISITE = "This rule comes after the rule retries: look there first."
NO_PROCESS = "a second process for it has not started"
MANY = 1000  # saves, more than a client tries
NO_POLLING = (
    "A call of get() takes some milliseconds: wait for a lock or an answer, and do not ask again "
    "and again whether it is there."
)
UNSETTLED = 2.0  # seconds until a client that never stands still is left to itself


@dataclass(frozen=True)
class Outcome:
    """Hold what came of one call of `get`: a status and a text, an error, or something else."""

    status: int | None = None
    text: str = ""
    raised: str = ""
    over: bool = False
    returned: str = ""

    @property
    def blank(self) -> bool:
        """Return whether it is what an empty function does."""
        return self.returned == "NoneType" or self.raised.startswith("NotImplementedError")

    def brings(self, path: str) -> bool:
        """Return whether it is the page of that path."""
        return self.status == 200 and f'"{path}"' in self.text

    def __str__(self) -> str:
        if self.raised:
            return f"get() raised {self.raised}"
        if self.returned:
            return f"get() returned {self.returned} and no answer of httpx"
        return f"get() returned status {self.status}: {' '.join(self.text.split())}"


class Scene:
    """Hold a session of the learner's client, freshly loaded, and the server that it talks to."""

    def __init__(
        self, worker: Worker, server: ScriptedServer, source: str, opened: dict[str, Any]
    ) -> None:
        """Begin; `opened` says where server and vault are, as a worker's `join` takes it."""
        self.server, self.source, self.opened = server, source, opened
        self.unsettled = False
        self._worker = worker
        self._pauses = pauses_of(worker)

    def get(self, path: str = "/me", session: int = 0) -> Outcome:
        """Call `get` and return what came of it; raise Hangs where it does not end."""
        return self.finish(self.start(path, session))

    def start(self, path: str = "/me", session: int = 0) -> int:
        """Call `get` on a thread of its own; return the number of the call."""
        return self._worker.call("start", path=path, session=session)

    def open_another(self, tokens: tuple[str, str]) -> int:
        """Make a session of another user, over a vault of its own; return its number.

        Raises NotLoaded where there is none to be had.
        """
        try:
            self._worker.call("open_another", access=tokens[0], refresh=tokens[1])
        except Failed as error:
            raise NotLoaded(str(error)) from None
        return 1

    def start_and_hold(self) -> tuple[int, str | None]:
        """Call `get` and hold it at a place of the cell where no call has been held.

        Returns the number of the call and the place; None for a call that ends before.
        """
        self._pauses.arm()
        call = self.start()
        return call, self._pauses.held(self._is_over(call))

    @property
    def place(self) -> int:
        """Return the number of the place where a call is held."""
        return self._pauses.place

    def overtake(self) -> int:
        """Call `get` and wait until that has ended, or waits for the call that is held."""
        call = self.start()
        self._follow(call)
        return call

    def _follow(self, call: int) -> None:
        """Wait until a call has ended, or waits and not for an answer that is on its way."""
        deadline = time.monotonic() + UNSETTLED
        while self._pauses.settle(asking(self._is_over(call))) and time.monotonic() < deadline:
            if self._worker.call("under_way") <= self.server.holding:
                break

    def resume(self) -> None:
        """Let the call that is held go on."""
        self._pauses.let_go()

    def resume_and_follow(self, call: int) -> None:
        """Let the call that is held go on, until it has ended or waits."""
        self.resume()
        self._follow(call)

    def _is_over(self, call: int) -> Callable[[], bool]:
        return lambda: self._worker.call("is_over", call=call)

    def finish(self, call: int) -> Outcome:
        """Return what came of a call; raise Hangs where none comes, NotAttempted at a blank."""
        return self.outcome_of(self._worker.call("finish", call=call))

    def outcome_of(self, found: dict[str, Any]) -> Outcome:
        """Return what a process has told of a call; raise as `finish` does."""
        if not found:
            raise Hangs(
                "A call of get(): expected an end, came none within seconds.\n"
                "It waits for what never comes. Who wakes it where a refresh fails?"
            )
        told = {name: self.server.named(found.get(name, "")) for name in ("raised", "text")}
        outcome = Outcome(**found | told)
        if outcome.blank and not self.server.was_asked:
            raise NotAttempted("Not attempted yet: get() is empty.")
        return outcome

    def refresh(self) -> Outcome:
        """Let the access token expire and get a page; raise Broken where that does not work.

        A client may need a second call for it: that is for the rule retries to say.
        """
        self.server.expire()
        outcome = self.again()
        self.needs_refresh()
        require(
            outcome.status == 200,
            f"GET /me was answered 401: expected a refresh and the page, came: {outcome}.",
            PREREQUISITE,
        )
        return outcome

    def needs_refresh(self) -> None:
        """Raise Broken where there was none: then there is nothing here to examine."""
        told = "GET /me was answered 401: expected a refresh, came none."
        require(self.server.refreshes, told, PREREQUISITE)

    def again(self) -> Outcome:
        """Call `get` as a person would, who tries a second time where there is no page."""
        outcome = self.get()
        return outcome if outcome.status == 200 else self.get()

    def settle(self, limit: float = UNSETTLED) -> None:
        """Wait until all calls have ended or stand still, and wait for what the server holds.

        `limit` is in seconds: a client that never stands still is left to itself then, which
        `unsettled` tells.
        """
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            if self._worker.call("waiting") == self.server.holding:
                return
        self.unsettled = True

    def vault(self) -> tuple[str | None, str | None]:
        """Return the tokens in the vault."""
        return tuple(self._worker.call("vault"))

    def save(self, tokens: tuple[str, str]) -> None:
        """Put tokens into the vault, as another tab would, or a log-in of another user."""
        self._worker.call("save", access=tokens[0], refresh=tokens[1])

    def log_out(self) -> None:
        """Empty the vault, as the rest of the app does when the user logs out."""
        self._worker.call("clear")

    def refuse_saves(self, times: int) -> None:
        """Let the next saves of the session fail, so many of them."""
        self._worker.call("refuse_saves", times=times)

    def changed_settings(self) -> list[str]:
        """Return what the session has changed of the client of httpx that it was given."""
        return self._worker.call("changed_settings")

    @contextmanager
    def other_process(self) -> Iterator["ProcessBeside"]:
        """Give a second process in which a session of the same cell is over the same vault.

        Raises InternalError where this machine cannot start it, NotLoaded as Client.scene does.
        """
        with noticing_beside(self._worker, self._pauses.notices) as reporting:
            try:
                self._worker.call("start_process", timeout=STARTING, reporting=reporting)
            except (Failed, Late):
                raise InternalError(NO_PROCESS) from None
            try:
                yield ProcessBeside(self, self._worker)
            finally:
                with suppress(Gone):
                    self._worker.call("end_process")

    def slow_saves(self, slow: bool) -> None:
        """Make the vault's saves wait, or let them go on."""
        self._worker.call("slow_saves", slow=slow)

    def reopen(self) -> None:
        """Go on with another Session over the same vault, as after a crash.

        Raises NotLoaded where there is none to be had.
        """
        try:
            self._worker.call("reopen")
        except Failed as error:
            raise NotLoaded(str(error)) from None


class ProcessBeside:
    """Start calls of `get` in the second process of a scene."""

    def __init__(self, scene: Scene, worker: Worker) -> None:
        self._scene, self._worker = scene, worker
        try:
            self._call("load", source=scene.source)
            self._call("join", **scene.opened)
        except Failed as error:
            raise NotLoaded(str(error)) from None

    def start(self, path: str = "/me") -> int:
        """Call `get` on a thread of its own; return the number of the call."""
        return self._call("start", path=path)

    def finish(self, call: int) -> Outcome:
        """Return what came of a call, as Scene.finish does."""
        return self._scene.outcome_of(self._call("finish", call=call))

    def _call(self, operation: str, **arguments: Any) -> Any:
        return self._worker.call("in_process", name=operation, arguments=arguments)


class Client:
    """Bring the learner's client into scenes; `exchange` tells the requests of the last one."""

    def __init__(self, worker: Worker, source: str) -> None:
        self.exchange: list[str] = []
        self.to_read: list[str] = []
        self._worker, self._source = worker, source
        self._pauses = pauses_of(worker)
        worker.budget.advice = NO_POLLING

    @contextmanager
    def scene(
        self, first_life: int = PAST, later_life: int = AHEAD, together: bool = False
    ) -> Iterator[Scene]:
        """Give a fresh server and a fresh session, of a cell that is loaded anew.

        Lives are as in ScriptedServer. `together` is for calls at once, whose requests arrive in
        any order: they are told counted.
        Raises NotLoaded where there is no session to be had from the cell, Hangs where a rule is
        broken after a wait in vain, and whatever has kept the server from serving.
        """
        folder = self._worker.folder if self._worker.socket_folder else None
        with ScriptedServer(first_life, later_life, folder, self._worker.spend) as server:
            scene = self._open(server)
            try:
                yield scene
            except Broken as error:
                if scene.unsettled:
                    raise Hangs(str(error)) from None
                raise
            finally:
                self._pauses.let_go()
                told = server.told()
                self.exchange[:] = counted(told) if together else told
                if server.failure:
                    raise server.failure

    def places(self, among: Collection[int] | None = None) -> Iterator[None]:
        """Yield as often as there are places left to hold a call at, or left `among` these."""
        every = {*range(len(told_places(self._source))), BETWEEN}
        self._pauses.begin(self._source, set() if among is None else every - {*among})
        while self._pauses.is_left():
            yield

    def works(self) -> None:
        """Raise Broken where the client cannot refresh, which a rule may need to be examined."""
        with self.scene() as scene:
            scene.refresh()

    def _open(self, server: ScriptedServer) -> Scene:
        access, refresh = server.issued[0]
        found = {"url": server.url, "socket": self._socket()}
        try:
            self._worker.call("load", source=self._source)
            vault = self._worker.call("open", access=access, refresh=refresh, **found)
        except Failed as error:
            raise NotLoaded(str(error)) from None
        return Scene(self._worker, server, self._source, found | {"vault": vault})

    def _socket(self) -> str | None:
        """Return where the process finds the server, if not at its address."""
        return f"{self._worker.socket_folder}/{SOCKET}" if self._worker.socket_folder else None


def counted(lines: list[str]) -> list[str]:
    """Return each line once, with how often it comes, in an order that does not change."""
    told = sorted(Counter(lines).items())
    return [f"{line}, {count} times" if count > 1 else line for line, count in told]


@contextmanager
def examined_client(worker: Worker, source: str) -> Iterator[Client]:
    """Give a rule's test the client; end a process in which something of it would still run."""
    if not source.strip():
        raise NotAttempted("Not attempted yet: the cell is empty.")
    try:
        yield Client(worker, source)
    finally:
        with suppress(Gone):
            if not worker.call("at_rest"):
                worker.stop()


def require(kept: Any, told: str, idea: str) -> None:
    """Raise Broken where a rule is not kept: expected and actual, then the idea to correct."""
    if not kept:
        raise Broken(f"{told}\n{idea}")


CLIENT = Assignment("client", "examiner.client.worker", examined_client)

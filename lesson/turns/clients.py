"""The turn of lesson 12, in which several programs share one file of tokens."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lesson.turns.turn import PATIENCE, NotYet, told, turn

ASKS, RUNS, WAITS, ENDED = "asks", "runs", "waits", "ended"
Tokens = dict[str, Any]


@turn("clients.renew", "one refresh serves all who share the file, and each has its tokens.")
def renew(written: Callable) -> None:
    """Let another program be first, then let three come at once, twice."""
    with _programs(written) as programs:
        first = programs.log_in()
        second = _behind_another(programs, first)
        third = _at_once(programs, second)
        _at_once(programs, third)


def _behind_another(programs: "_Programs", mine: Tokens) -> Tokens:
    """Refresh as another program that has the lock; return what it saved."""
    with programs.given["lock"]():
        new = programs.given["refresh"](mine["refresh_token"])
        programs.start(1, mine)
        programs.wait_until_none_runs()
        programs.given["save"](new)
    [came] = programs.results()
    if mine["refresh_token"] in programs.sent:
        raise NotYet(
            "another program had the lock and then saved new tokens, and yours sent the spent one "
            "all the same: begin with `with lock():`, read the file inside it, and refresh only "
            "where it still holds what mine does."
        )
    if programs.sent:
        raise NotYet(
            "another program had refreshed, and yours refreshed its new tokens once more: what is "
            "in the file is good where it is not what mine holds."
        )
    if came == mine:
        raise NotYet("another program had saved new tokens, and renew returned mine, which is old.")
    if came != new:
        raise NotYet(f"another program had saved new tokens, and renew returned {_told(came)}.")
    return new


def _at_once(programs: "_Programs", mine: Tokens) -> Tokens:
    """Let three programs refresh at once; return what is in the file."""
    programs.start(3, mine)
    results = programs.results()
    held = programs.given["read"]()
    if not programs.sent:
        raise NotYet(
            "three programs had tokens that were refused, the same as in the file, and none of "
            'them refreshed: compare now["refresh_token"] with mine["refresh_token"].'
        )
    if held == mine:
        raise NotYet("after the refresh the file still holds the spent token: save what came.")
    if len(programs.sent) != 1:
        raise NotYet(
            f"three programs with the same tokens sent {len(programs.sent)} refreshes; expected "
            "was one. Reading, refreshing and saving have to be one step."
        )
    if mine in results:
        raise NotYet("a program returned mine, whose tokens are spent: return what is good now.")
    if wrong := [came for came in results if came != held]:
        raise NotYet(f"a program returned {_told(wrong[0])} and not what is in the file.")
    return held


def _told(came: Any) -> str:
    """Return words for what came back from a program."""
    if isinstance(came, Exception):
        return f"nothing, but {told(came)}"
    return "None" if came is None else "other tokens"


class _Programs:
    """Run what a learner wrote on threads that share a file, and count what is sent.

    Who is about to send or to save waits until each other one does so too, has ended, or waits for
    a lock that this one has: so the worst order comes each time.
    """

    def __init__(self, written: Callable, given: dict[str, Any]) -> None:
        self.given, self.sent = given, []
        self._written, self._states = written, {}
        self._came: dict[str, Any] = {}
        self._holder: str | None = None
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []

    def log_in(self) -> Tokens:
        """Begin a session, put its tokens into the file, and return them."""
        answer = self.given["wire"].post("/oauth/token", data=self.given["login"])
        self.given["save"](answer.json())
        return answer.json()

    def start(self, count: int, mine: Tokens) -> None:
        """Start programs that have all read the same tokens."""
        names = [f"program {number}" for number in range(count)]
        self.sent, self._came, self._holder = [], {}, None
        self._states = dict.fromkeys(names, RUNS)
        self._threads = [
            threading.Thread(target=self._run, args=[dict(mine)], name=name, daemon=True)
            for name in names
        ]
        for thread in self._threads:
            thread.start()

    def results(self) -> list[Any]:
        """Return what came back from each program, an error too."""
        for thread in self._threads:
            thread.join(PATIENCE)
            if thread.is_alive():
                raise NotYet(
                    f"a program did not come back in {PATIENCE} seconds: look for a lock that is "
                    "taken twice, or for a loop that never ends."
                )
        return list(self._came.values())

    def wait_until_none_runs(self) -> None:
        """Wait until each program asks for something, or has ended."""
        with self._changed:
            self._changed.wait_for(lambda: RUNS not in self._states.values(), PATIENCE)

    def refresh(self, refresh_token: str) -> Tokens:
        """Stand in for the notebook's function: count, and send at the worst moment."""
        self._worst_moment()
        with self._changed:
            self.sent.append(refresh_token)
        return self._then_run(lambda: self.given["refresh"](refresh_token))

    def save(self, tokens: Tokens) -> None:
        """Stand in for the notebook's function: save at the worst moment."""
        self._worst_moment()
        self._then_run(lambda: self.given["save"](tokens))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Stand in for the notebook's function: note who waits and who has it."""
        self._become(WAITS)
        with self.given["lock"]():
            self._holder = threading.current_thread().name
            self._become(RUNS)
            try:
                yield
            finally:
                self._holder = None
                self._become(RUNS)

    def _run(self, mine: Tokens) -> None:
        try:
            came = self._written(mine)
        except Exception as error:
            came = error
        self._came[threading.current_thread().name] = came
        self._become(ENDED)

    def _then_run(self, act: Callable) -> Any:
        try:
            return act()
        finally:
            self._become(RUNS)

    def _become(self, state: str) -> None:
        with self._changed:
            self._states[threading.current_thread().name] = state
            self._changed.notify_all()

    def _worst_moment(self) -> None:
        me = threading.current_thread().name
        self._become(ASKS)
        with self._changed:
            self._changed.wait_for(
                lambda: all(self._is_stuck(name, me) for name in self._states if name != me),
                PATIENCE / 5,
            )

    def _is_stuck(self, name: str, me: str) -> bool:
        state = self._states[name]
        return state in {ASKS, ENDED} or (state == WAITS and self._holder == me)


@contextmanager
def _programs(written: Callable) -> Iterator[_Programs]:
    """Give the notebook's functions a file of the check's own, and count what they send."""
    notebook = written.__globals__
    given = {name: notebook[name] for name in GIVEN}
    programs = _Programs(written, given)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        stand_ins = {name: getattr(programs, name) for name in ("lock", "refresh", "save")}
        notebook.update(stand_ins, file=Path(folder, "tokens.json"))
        try:
            yield programs
        finally:
            notebook.update(given)


GIVEN = ("file", "lock", "login", "read", "refresh", "save", "wire")

"""Hold a thread of a cell at one place after another, so that another thread can overtake it.

This is the side of the examiner, which alone decides who goes on. A thread that is held has not
been stopped before, so nothing tells the cell beforehand that it is examined.
"""

import mmap
import secrets
import selectors
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

from examiner.descendants import descendants
from examiner.notices import NOTICES
from examiner.places import BETWEEN, MOST, told_places
from examiner.process import Gone, Worker
from examiner.schedule import Schedule
from examiner.steps import Steps
from examiner.stops import FLAGS, GO, MESSAGE, NOTICED, SOCKET, Address
from examiner.unix_socket import open_to_all
from examiner.waiting import MOST_POLL, POLL, REST, Threads

BACKLOG = 128  # reports that wait to be looked at
ROUND, FEW = 100, 10  # so many reports from so few places: something goes round and round
QUIET = 0.005  # seconds without another one that stops: nobody else comes, unless it is awake
LONG_REST = 1.2  # seconds: more than the time-outs with which somebody waits for a lock
# What waits with a time-out may give up: a few times it is given longer, to see what it does then.
PATIENT_TURNS, PATIENT_REST, PATIENT = 2, 0.08, 0.06  # turns, seconds, and those that tell it
SOON = 0.25  # seconds within which a thread that was begun comes to a place
STATEMENT = "a statement of a script in SQL"
GARBLED = "Your code garbled where it is held."


class Report(NamedTuple):
    """Hold which thread has stopped at which place, and the connection over which it waits."""

    place: int
    thread: int
    connection: socket.socket


class Pauses:
    """Hold one thread of a worker's cell at a time.

    `notices` are the numbers of what the worker has seen its cell do.
    """

    def __init__(self, worker: Worker) -> None:
        self.notices: set[int] = set()
        self._key = secrets.token_bytes(16)
        self._threads = Threads(_innermost(worker.pid))
        self._flags = _new_flags(worker.folder / FLAGS)
        self._listener = listening(worker.folder / SOCKET, elsewhere=not worker.socket_folder)
        self._waker, self._woken = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        for readable in (self._listener, self._woken):
            self._selector.register(readable, selectors.EVENT_READ)
        self._places: tuple[str, ...] = ()
        self._schedule = Schedule(())
        self._changing, self._arming = threading.Lock(), threading.Lock()
        self._armed: set[int] = set()  # flags that are set
        self._reached = threading.Event()
        self._patient_turns = 0
        self._held: Report | None = None
        self._steps: Steps | None = None  # of those that go on in step
        self._recent: deque[Report] = deque(maxlen=ROUND)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        self._build_in(worker)

    def begin(
        self,
        source: str,
        but: Collection[int] = (),
        only: Collection[int] | None = None,
        patient: bool = True,
    ) -> None:
        """Begin to hold at each place of a source `but` these, or at some `only`.

        A few times, be `patient` with those who wait, to see whether they give up.
        """
        self._places = told_places(source)
        everywhere = {*range(len(self._places)), BETWEEN}
        self._schedule = Schedule(everywhere - {*but} if only is None else only)
        self._patient_turns = PATIENT_TURNS if patient else 0

    def leave_out(self) -> None:
        """Take no notice any more of the threads that there are by now: they are of another app."""
        self._threads.leave_out()

    def is_left(self) -> bool:
        """Return whether there are places at which nobody has been held."""
        return self._schedule.is_left()

    @contextmanager
    def rehearsal(self) -> Iterator[Counter[int]]:
        """Count how often somebody comes to each place, and hold nobody."""
        with self._changing:
            wanted, visits = self._schedule.rehearse()
        self._watch(wanted)
        try:
            yield visits
        finally:
            self._watch([])
            with self._changing:
                self._schedule.end_rehearsal()

    @contextmanager
    def in_step(self, source: str, uneven: int = 0) -> Iterator[Steps]:
        """Let two threads stop at each place of a source and go on together, as Steps plans."""
        with self._changing:
            self._steps = Steps(uneven)
        self._watch(range(len(told_places(source))))
        try:
            yield self._steps
        finally:
            self._watch([])
            with self._changing:
                steps, self._steps = self._steps, None
            _let_go_on(steps.take())

    def plan_visits(self, visits: Counter[int]) -> None:
        """Hold somebody at each of so many visits of a place, as were counted in a rehearsal."""
        with self._changing:
            self._schedule.plan_visits(visits)

    def arm(self) -> None:
        """Hold who comes next to a place where nobody has been held."""
        self.let_go()
        self._reached.clear()
        with self._changing:
            wanted = self._schedule.plan()
        self._watch(wanted)

    def held(self, ended: Callable[[], bool]) -> str | None:
        """Return the place where one is held, in words; None where all has ended before.

        What has its answer may go on working on a thread of its own. Raises Gone where there is no
        such place.
        """
        pause = POLL
        while not self._reached.wait(pause):
            pause = min(2 * pause, MOST_POLL)
            if ended() and self._threads.wait(self._reached.wait, lambda: False, patience=SOON):
                self._schedule.give_up()
                self.let_go()  # one that has just come there, and is not the one to hold
                return None
        if self.place == BETWEEN:
            return STATEMENT
        if self.place >= len(self._places):
            raise Gone(GARBLED)
        return self._places[self.place]

    @property
    def is_holding(self) -> bool:
        """Return whether somebody is held, or stops now and then."""
        return self._held is not None or self._steps is not None

    @property
    def place(self) -> int:
        """Return the number of the place where one is held."""
        return self._held.place

    @property
    def may_give_up(self) -> bool:
        """Return whether what waited last may have a time-out."""
        return self._threads.may_give_up

    def settle(
        self, ended: Callable[[float], bool], patient: bool = False, rest: float = REST
    ) -> bool:
        """Wait until what overtakes has ended or waits for the one held; return if it waits.

        `ended` waits for the end for so many seconds and returns whether it has come. Be `patient`
        with what pauses in between for other reasons; what may have a time-out has to `rest` for
        so many seconds.
        """
        self._recent.clear()
        patient |= bool(self._patient_turns)
        rest, began = max(rest, PATIENT_REST) if patient else rest, time.monotonic()
        waits = self._threads.wait(ended, self._goes_round, rest)
        if self._patient_turns and time.monotonic() - began > PATIENT:
            self._patient_turns -= 1
        self._watch([])
        return waits

    def let_go(self) -> None:
        """Let the one that is held go on, and hold no other."""
        with self._changing:
            self._schedule.pause()
            held, self._held = self._held, None
        if held:
            self._watch([held.place])  # to see whether it comes there again
            _answer(held.connection)
        else:
            self._watch([])

    def close(self) -> None:
        """Let go of everything; what has been noticed until now is among the notices."""
        self.let_go()
        self._waker.close()
        self._thread.join()
        self._take_reports(0)
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()
        self._flags.close()

    def _build_in(self, worker: Worker) -> None:
        """Let the worker build stops into what it loads from now on."""
        inside = worker.socket_folder or str(worker.folder)
        address: Address = f"{inside}/{SOCKET}"
        if self._listener.family == socket.AF_INET:
            address = self._listener.getsockname()
        worker.call("build_stops", folder=inside, key=self._key.hex(), address=address)
        with suppress(OSError):  # where a file that is in use cannot go
            (worker.folder / FLAGS).unlink()

    def _watch(self, places: Iterable[int]) -> None:
        wanted = {place if place == BETWEEN else place % BETWEEN for place in places}
        with self._arming:
            for flag in self._armed ^ wanted:
                self._flags[flag] = flag in wanted
            self._armed = wanted

    def _goes_round(self) -> bool:
        self._watch(range(len(self._places)))
        with self._changing:
            recent = list(self._recent)
        return len(recent) == ROUND and len({report.place for report in recent}) <= FEW

    def _serve(self) -> None:
        while self._take_reports(self._seconds_of_a_step()):
            pass

    def _seconds_of_a_step(self) -> float | None:
        """Return for how long those that have stopped wait for another, if there are any."""
        with self._changing:
            if not (self._steps and self._steps.is_waiting):
                return None
            return SOON if self._steps.is_first else QUIET

    def _look(self) -> None:
        """Let those go on that have stopped, unless another one is on its way, however slow."""
        awake = self._threads.is_awake()
        with self._changing:
            _let_go_on(self._steps.look(awake) if self._steps else [])

    def _take_reports(self, timeout: float | None) -> bool:
        """Look at what has come within `timeout` seconds; return whether to go on."""
        ready = self._selector.select(timeout)
        if timeout and not ready:
            self._look()
        for key, _ in ready:
            if key.fileobj is self._listener:
                connection, _ = self._listener.accept()
                connection.setblocking(False)
                self._selector.register(connection, selectors.EVENT_READ)
            elif key.fileobj is self._woken:
                return False
            else:
                self._selector.unregister(key.fileobj)
                self._take(key.fileobj)
        return True

    def _take(self, connection: socket.socket) -> None:
        """Read one message; what does not know the key is the cell's own and nothing to us."""
        message = b""
        with suppress(OSError):
            message = connection.recv(MESSAGE.size)
        if len(message) != MESSAGE.size or not message.startswith(self._key):
            connection.close()
            return
        _, about, number, thread = MESSAGE.unpack(message)
        if about == NOTICED:
            self.notices.add(number)
            connection.close()
        else:
            self._stopped(Report(number, thread, connection))

    def _stopped(self, report: Report) -> None:
        """Hold a thread where that is planned; let any other one go on."""
        with self._changing:
            self._recent.append(report)
            if self._steps:
                _let_go_on(self._steps.stop(report.connection))
                return
            if self._schedule.comes(report.place, report.thread):
                self._held = report
                self._watch([])
                self._reached.set()
                return
        _answer(report.connection)


def _innermost(pid: int) -> int:
    """Return the process that the others are there for, before any code has started more."""
    return [pid, *descendants(pid)][-1]


def _new_flags(path: Path) -> mmap.mmap:
    path.write_bytes(bytes(MOST))
    path.chmod(0o644)
    with path.open("r+b") as file:
        return mmap.mmap(file.fileno(), MOST)


def listening(path: Path, elsewhere: bool) -> socket.socket:
    """Return a socket that listens at a path, or `elsewhere` on this machine where that cannot be.

    Raises OSError where it can be neither: a sandbox shares no network.
    """
    try:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        open_to_all(path)
    except (AttributeError, OSError):  # Windows has none; some paths are too long for one
        if not elsewhere:
            raise
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
    listener.listen(BACKLOG)
    return listener


def _answer(connection: socket.socket) -> None:
    with suppress(OSError):  # its process has ended
        connection.send(GO)
    connection.close()


def _let_go_on(connections: Iterable[socket.socket]) -> None:
    for connection in connections:
        _answer(connection)


_made: WeakKeyDictionary[Worker, Pauses] = WeakKeyDictionary()


def pauses_of(worker: Worker) -> Pauses:
    """Return the pauses of a worker, built in before the first cell is loaded."""
    if worker not in _made:
        _made[worker] = Pauses(worker)
        worker.on_stop(_made[worker].close)
    return _made[worker]


def noticed(worker: Worker) -> list[str]:
    """Return what a worker's cell has done that a person should look at, in words."""
    numbers = sorted(_made[worker].notices) if worker in _made else []
    return [NOTICES[number] for number in numbers if number in NOTICES]

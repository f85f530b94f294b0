"""The rotation exercise: drive the app around a student's cell, also with requests that meet."""

import string
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from examiner.cell import untouched
from examiner.http_exchange import Answer
from examiner.pausing import LONG_REST
from examiner.process import Worker
from examiner.rotation.app_client import DAY, PATIENCE, AppClient
from examiner.rotation.critical_sections import CriticalSections
from examiner.rotation.meetings import Meeting, Race
from examiner.rule import Assignment, Broken, NotAttempted
from examiner.waiting import REST

FUNCTIONS = ("start_session", "token", "end_session")
LIFETIME = 30 * DAY
AT_ONCE = 4  # requests
MOST_AT_ONCE = 6  # with those that meet on a busy server, which may all have to wait
REQUESTS = {"refresh": "token", "log_out": "end_session"}
MINUTES = 90  # seconds: more than one, by whatever clock it is counted
STUCK = 2.0  # seconds without an answer to a crowd
CROWD = 130  # sessions: more than a cache of the usual size holds
UNSEEN = (
    "The examiner follows {request}() line by line, and saw no line of it.\n"
    "Is it written in the cell itself, and not in a text that the cell runs?"
)


class RotationApp(AppClient):
    """Be the client of an app, whose requests may come at once and overtake each other."""

    def __init__(self, worker: Worker, source: str) -> None:
        self._enough, self._progress = threading.Event(), threading.Event()
        self._waited: list[int] = []  # places at which others had to wait for the one held
        self._giving_up: list[int] = []  # and may have done so with a time-out
        self._waited_apart: list[int] = []  # and those of another session as well
        self._visits: dict[str, Counter[int]] = {}  # request → place → how often it comes there
        self._sections: dict[str, CriticalSections] = defaultdict(CriticalSections)
        self._is_endless = False  # whether somebody has waited for longer than any time-out
        self._threads = ThreadPoolExecutor(MOST_AT_ONCE)
        self._ended = ""  # a token of a session that was logged out
        super().__init__(worker, source)

    def races(self, meeting: Meeting) -> Iterator[Race]:
        """Let a request overtake another, at each place that the first one comes to.

        Each race has a fresh app. In a crowd, and for who is patient, it is where the second had
        to wait in the races before, if there was such a place. On a busy server, of the places
        within a critical section it is only three, as long as all have to wait there.
        """
        only = self._where_others_wait(meeting)
        if only == []:
            return
        spared = self._sections[meeting.first].inner() if meeting.busy else set()
        known = self._waited_apart if meeting.apart and meeting.second == "reuse" else ()
        self._pauses.begin(self._source, {*known, *spared}, only, patient=meeting.is_plain)
        if only is None:  # else a place is enough, at its first visit
            self._waited, self._giving_up = [], []
            self._rehearse(meeting)
        yield from self._races_at_each_place(meeting)
        while passed := spared - self._sections[meeting.first].inner():
            spared -= passed
            self._pauses.begin(self._source, only=passed, patient=False)
            self._rehearse(meeting)
            yield from self._races_at_each_place(meeting)
        if meeting.apart:
            self._waited_apart = self._waited

    def _races_at_each_place(self, meeting: Meeting) -> Iterator[Race]:
        """Race at each place that is planned."""
        seen = False
        while self._pauses.is_left():
            mine, theirs = self._sessions(meeting)
            self._pauses.arm()
            ahead = self._ahead(meeting.first, mine[-1])
            if place := self._pauses.held(ahead.done):
                seen, self._is_endless = True, False
                yield self._race(meeting, place, ahead, mine, theirs)
                if self._is_endless:  # as it is anywhere else
                    break
            elif ahead.result() and not seen and meeting.is_plain:
                raise Broken(UNSEEN.format(request=REQUESTS[meeting.first]))
        self._pauses.let_go()  # of the place that was watched last

    def _rehearse(self, meeting: Meeting) -> None:
        """Learn how often the first request comes to each place, once for all meetings."""
        if meeting.first not in self._visits:
            mine, _ = self._sessions(meeting)
            with self._pauses.rehearsal() as visits:
                self._ahead(meeting.first, mine[-1]).result()
            self._visits[meeting.first] = visits
        self._pauses.plan_visits(self._visits[meeting.first])

    def in_sequence(self, meeting: Meeting) -> Iterator[Race]:
        """Let the same requests come one after the other, in both orders."""
        for is_ahead in (True, False):
            mine, theirs = self._sessions(meeting)
            sent = theirs[0 if meeting.is_late else -1]
            first = self._ahead(meeting.first, mine[-1]).result() if is_ahead else None
            if meeting.busy:
                self.log_in_again(self.users[0])
                self._send_refused()
            second = self._later(meeting.sent, sent).result()
            first = first or self._ahead(meeting.first, mine[-1]).result()
            yield Race(mine[-1], sent, theirs[-1], "nothing", first, second, is_ahead)

    def at_once(self, requests: list[str], token: str) -> list[Answer]:
        """Send requests with one token at the same time, with nothing that holds them."""
        self._worker.call("hurry")
        return self._together(requests, token)

    def in_step(self, request: str, token: str, uneven: int) -> tuple[list[Answer], int]:
        """Send two requests with one token, which stop at each place and go on together.

        At the step `uneven` of those at which both had stopped, one of them is left behind. Returns
        how many there were, too.
        """
        with self._pauses.in_step(self._source, uneven) as steps:
            return self._together([request] * 2, token), steps.shared

    def _together(self, requests: list[str], token: str) -> list[Answer]:
        self._worker.call("advance", seconds=1)  # before any of them, whichever comes first
        self.now += 1
        coming = [self._later(request, token) for request in requests]
        return [answer.result() for answer in coming]

    def _sessions(self, meeting: Meeting) -> tuple[list[str], list[str]]:
        """Begin anew; return the tokens of the session of each of two requests."""
        self.restart()
        self.users = self.random.sample(self.users, k=len(self.users))
        self.keep_connection()
        if meeting.busy:
            self._ended = self.log_in(self.users[1])
            self.log_out(self._ended)
            self._send_refused()
        mine = self.chain(self.users[0], meeting.refreshes)
        theirs = self.chain(self.users[1], meeting.refreshes) if meeting.apart else mine
        if meeting.busy:
            self._roles[self.users[0]] = "admin"
        self.let_pass(meeting.seconds)
        return mine, theirs

    def _where_others_wait(self, meeting: Meeting) -> list[int] | None:
        """Return a place in the midst of those at which others had to wait, if there are any.

        For who is patient these are all at which they may give up; None stands for everywhere.
        """
        if meeting.patient:
            return [*dict.fromkeys(self._giving_up)]
        places = [*dict.fromkeys(self._waited)]
        return places[len(places) // 2 :][:1] if meeting.crowd else None

    def _race(
        self, meeting: Meeting, place: str, ahead: Future, mine: list[str], theirs: list[str]
    ) -> Race:
        self._log.note(f"(the next request stops before {place})")
        begun = self._begin_others(meeting)
        answered = ahead.done()  # and only a thread that it has begun is held
        sent = theirs[0 if meeting.is_late else -1]
        behind = self._overtake(meeting.sent, sent, LONG_REST if meeting.patient else REST)
        waits = not any(request.done() for request in [*begun, behind])
        self._sections[meeting.first].note(self._pauses.place, waits)
        self._pauses.let_go()
        self._enough.set()
        for request in begun:
            request.result()
        ended = ahead.result(), behind.result(), answered
        return Race(mine[-1], sent, theirs[-1], place, *ended)

    def _ahead(self, request: str, token: str) -> Future:
        if request == "log_in":
            return self._later("log_in_again", self.users[0])
        return self._later(request, token)

    def _begin_others(self, meeting: Meeting) -> list[Future]:
        """Send what comes before the second request, and wait until it ends or waits itself."""
        self._enough.clear()
        if meeting.crowd:
            return [self._begin_crowd()]
        if not meeting.busy:
            return []
        # Refused ones come first, before what else might commit.
        begun = [self._overtake("refresh", token) for token in (self._nobodys(), self._ended)]
        begun.append(self._overtake("log_in_again", self.users[0]))
        self._roles[self.users[0]] = "reader"
        self.let_pass(MINUTES)
        return begun

    def _begin_crowd(self) -> Future:
        """Let many sessions be begun and refreshed, until one of these requests has to wait.

        One waits that had been sent, and nothing moved after that: else it is we who are slow.
        """
        self._progress.clear()
        self._sent.clear()
        crowd = self._threads.submit(self._crowd, self.users[1])
        while not (self._progress.is_set() or crowd.done()):
            was_sent = self._sent.is_set()
            if self._pauses.settle(self._progress.wait, patient=True) and was_sent:
                return crowd
        while not crowd.done() and self._progress.wait(STUCK):
            self._progress.clear()
        return crowd

    def _crowd(self, user: str) -> None:
        for _ in range(CROWD):
            if self._enough.is_set():
                return
            token = self.log_in(user, seconds=0)
            self._sent.clear()
            self.refresh(token)
            self._progress.set()
            self._sent.clear()

    def _overtake(self, request: str, token: str, rest: float = REST) -> Future:
        """Send a request from elsewhere; return it once it has been answered or waits."""
        self._sent.clear()
        behind = self._later(request, token, self._elsewhere())
        self._sent.wait(PATIENCE)
        place = self._pauses.place
        if self._pauses.settle(lambda seconds: _has_ended(behind, seconds), rest=rest):
            self._waited.append(place)
            self._giving_up += [place] * self._pauses.may_give_up
            self._is_endless = rest == LONG_REST and self._pauses.may_give_up
        return behind

    def _send_refused(self) -> None:
        for token in (self._nobodys(), self._ended):
            self.refresh(token)

    def _nobodys(self) -> str:
        """Return a token that nobody was given."""
        return "".join(self.random.choices(string.ascii_letters, k=43))

    def _elsewhere(self) -> str:
        """Return the address of somebody, in a network that nobody has (RFC 5737)."""
        return f"203.0.113.{self.random.randrange(1, 255)}"

    def _later(self, request: str, *arguments: str) -> Future:
        return self._threads.submit(getattr(self, request), *arguments)

    def close(self) -> None:
        """Wait for no request any more."""
        self.let_connection_go()
        if self._worker.running:
            self._pauses.let_go()
        self._threads.shutdown(wait=False)


def _has_ended(request: Future, seconds: float) -> bool:
    """Wait for a request's end for so many seconds; return whether it has come."""
    try:
        request.exception(seconds)
    except TimeoutError:
        return False
    return True


@contextmanager
def open_app(worker: Worker, source: str) -> Iterator[RotationApp]:
    """Give a rule its app; raise NotAttempted for a cell as it was released."""
    empty = untouched(source, FUNCTIONS)
    if len(empty) == len(FUNCTIONS):
        raise NotAttempted("Not attempted yet: start_session, token and end_session are empty.")
    app = RotationApp(worker, source)
    try:
        yield app
    finally:
        app.close()


ROTATION = Assignment("rotation", "examiner.rotation.worker", open_app)

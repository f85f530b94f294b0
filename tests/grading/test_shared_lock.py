"""Many hold the lock together, or one alone: what is timed then has the machine to itself."""

import threading
from concurrent.futures import ThreadPoolExecutor

from grading.examining.shared_lock import SharedLock

PATIENCE = 60  # seconds for a thread to come to its turn, on a busy machine
MOMENT = 0.05  # seconds in which one that need not wait would have come


class Holder:
    """Hold a lock on a thread of its own from `inside` on, until `leave` is set."""

    def __init__(self, threads: ThreadPoolExecutor, turn) -> None:
        self.inside, self.leave = threading.Event(), threading.Event()
        self.ended = threads.submit(self._hold, turn)

    def _hold(self, turn) -> None:
        with turn():
            self.inside.set()
            assert self.leave.wait(PATIENCE)

    def end(self) -> None:
        self.leave.set()
        self.ended.result()


def test_do_many_hold_it_together_and_one_alone():
    lock = SharedLock()
    with ThreadPoolExecutor() as threads:
        first, second = (Holder(threads, lock.shared) for _ in range(2))
        assert first.inside.wait(PATIENCE)
        assert second.inside.wait(PATIENCE)
        alone = Holder(threads, lock.alone)
        first.end()
        assert not alone.inside.wait(MOMENT)
        late = Holder(threads, lock.shared)
        assert not late.inside.wait(MOMENT), "whoever comes later would keep it from its turn"
        second.end()
        assert alone.inside.wait(PATIENCE)
        assert not late.inside.wait(MOMENT)
        alone.end()
        assert late.inside.wait(PATIENCE)
        late.end()


def test_is_it_free_again_after_an_error():
    lock = SharedLock()
    for turn in (lock.shared, lock.alone, lock.shared):
        try:
            with turn():
                raise ValueError
        except ValueError:
            pass
    with lock.alone():
        pass

"""Examine on a Dask cluster: bytes in, plain data out; nobody there touches the gradebook.

A worker keeps examiners of its own, as a machine that grades alone does: a submission that ends an
examiner takes neither the worker with it nor what else waits there.
"""

import re
import threading
from concurrent.futures import CancelledError, Future
from functools import cache, partial
from typing import Any

from grading.errors import GradingError
from grading.examining import proof, sandbox
from grading.examining.pool import Pool, sweep
from grading.examining.result import to_retry

PATIENCE = 10  # seconds for a scheduler to answer
ADDRESS = re.compile(r"tcp://[^\s/]+:(\d{1,5})")
MAX_PORT = 65535
MALFORMED = "{!r} is no address of a Dask scheduler: write it like tcp://host:8786."
UNREACHABLE = "No Dask scheduler answers at {}: start it there with dask scheduler."
IDLE = "The cluster at {0} has no worker: start some with dask worker {0}."
REFUSED = "On the worker {}: {}"
UNFIT = (
    "A worker of the cluster could not examine ({}): install this version of the course there, "
    "and the same Python."
)
LEFT = "The Dask scheduler is gone: start it and grade again, which goes on where this stopped."
LOST = "Each worker of the cluster that tried this submission was lost: grade it again or by hand."
_one_at_once = threading.Lock()


class Cluster:
    """Hold a connection to a scheduler, as a context manager; `submit` takes `examine.job`.

    `jobs` is the number of threads of all workers. Raises GradingError where nobody would work.
    """

    def __init__(self, scheduler: str) -> None:
        found = ADDRESS.fullmatch(scheduler)
        if not found or int(found[1]) > MAX_PORT:
            raise GradingError(MALFORMED.format(scheduler))
        self._scheduler = scheduler
        self.jobs = 0

    def submit(self, job: dict[str, Any]) -> Future[dict[str, Any]]:
        """Return what will come of a job: what `grading.examining.examine.examine` returns.

        The future raises GradingError where the cluster, and not the submission, is at fault.
        """
        found: Future[dict[str, Any]] = Future()
        self._executor.submit(examine_here, job).add_done_callback(partial(_hand_on, found))
        return found

    def __enter__(self) -> "Cluster":
        self._client = _connect(self._scheduler)
        self.jobs = sum(self._client.nthreads().values())
        if not self.jobs:
            self._client.close()
            raise GradingError(IDLE.format(self._scheduler))
        self._executor = self._client.get_executor(pure=False)
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close()


def examine_here(job: dict[str, Any]) -> dict[str, Any]:
    """Return what comes of a job on this worker, or {"refused": a sentence}."""
    from distributed import get_worker

    worker = get_worker()
    try:
        if job["isolated"]:
            _require()
            proof.prove(job["exercise"]["name"])
        return _examiners(worker.state.nthreads).submit(job).result()
    except GradingError as error:
        return {"refused": REFUSED.format(worker.address, error)}


@cache
def _require() -> None:
    sandbox.require()


def _examiners(jobs: int) -> Pool:
    with _one_at_once:
        return _pool(jobs)


@cache
def _pool(jobs: int) -> Pool:
    sandbox.sweep()
    sweep()
    return Pool(jobs)


def _connect(scheduler: str) -> Any:
    from distributed import Client

    try:
        return Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except Exception as error:  # anything may be listening there
        raise GradingError(UNREACHABLE.format(scheduler)) from error


def _hand_on(found: Future, asked: Future) -> None:
    try:
        found.set_result(_outcome(asked))
    except GradingError as error:
        found.set_exception(error)


def _outcome(asked: Future) -> dict[str, Any]:
    from distributed import KilledWorker

    try:
        outcome = asked.result()
    except CancelledError:
        raise GradingError(LEFT) from None
    except KilledWorker:
        return to_retry(LOST)
    except Exception as error:  # a worker without the course, or with half of it, raises anything
        raise GradingError(UNFIT.format(f"{type(error).__name__}: {error}")) from error
    if "refused" in outcome:
        raise GradingError(outcome["refused"])
    return outcome

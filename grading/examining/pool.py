"""Examine on this machine: a process for each job, replaced where a submission has ended it."""

import base64
import os
import queue
import re
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil

from examiner.internal_error import InternalError
from examiner.launching import MEMORY, PREFIX, remove
from examiner.process import Failed, Gone, Worker
from grading.errors import GradingError
from grading.examining.limits import Limits
from grading.examining.result import to_retry
from grading.examining.shared_lock import SharedLock

PROCESS = re.compile(r"[0-9]{1,9}")  # a number that a process may have
MODULE = "grading.examining.examine"
TRIES = 2
LONGEST_REPLY = 16 * 1024 * 1024
PATIENCE = Limits().seconds + 60  # seconds; an examination ends itself before that
ENDED = "The examiner itself ended {tries} times at this submission: {advice}."
FAILED = "The examiner failed at this submission: {error}; {advice}."
ADVICE = "grade again, or by hand where this stays"
BLANK = base64.b64encode(b'{"cells": []}').decode()
INTERRUPTED = "Grading was stopped before this submission had been examined."
ALONE = "At this submission, and not without it, the examiner comes to an end ({why}): {advice}."


class Unfit(GradingError):
    """Raised with one sentence where our own side fails; `why` is what failed, in a few words."""

    def __init__(self, sentence: str, why: str) -> None:
        super().__init__(sentence)
        self.why = why


class Pool:
    """Hold so many examiners, as a context manager; `submit` takes what `examine.job` returns."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._threads = ThreadPoolExecutor(jobs)
        self._turns = SharedLock()
        self._free: queue.SimpleQueue[Worker | None] = queue.SimpleQueue()
        self._busy: set[Worker] = set()
        self._interrupted = False
        for _ in range(jobs):
            self._free.put(None)

    def submit(self, job: dict[str, Any]) -> Future[dict[str, Any]]:
        """Return what will come of a job: what `grading.examining.examine.examine` returns.

        The future raises GradingError where this machine, and not the submission, is at fault.
        """
        return self._threads.submit(self._examine, job)

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, error: type | None, *details: object) -> None:
        if error:
            self._interrupt()
        self._threads.shutdown(cancel_futures=True)
        while not self._free.empty():
            if worker := self._free.get():
                worker.stop()

    def _interrupt(self) -> None:
        """End what is under way, for which nobody waits any more."""
        self._interrupted = True
        for worker in list(self._busy):
            worker.stop()

    def _examine(self, job: dict[str, Any]) -> dict[str, Any]:
        """Return what comes of a job; what a time-out has decided is decided anew, alone."""
        try:
            with self._turns.shared():
                outcome = self._call(job)
        except Unfit:
            return self._examine_alone(job)
        if not outcome.get("late"):
            return outcome
        with self._turns.alone():
            before = {name: outcome[name] for name in ("result", "late")}
            return self._call(job | {"before": before})

    def _examine_alone(self, job: dict[str, Any]) -> dict[str, Any]:
        """Try again with nothing else running where our own side has failed.

        Raises Unfit where it fails at a blank notebook too.
        """
        with self._turns.alone():
            try:
                return self._call(job)
            except Unfit as error:
                self._call(job | {"content": BLANK})
                return to_retry(ALONE.format(why=error.why, advice=ADVICE))

    def _call(self, job: dict[str, Any]) -> dict[str, Any]:
        for _ in range(TRIES):
            worker = self._free.get()
            try:
                worker = worker or Worker(MODULE, longest_reply=LONGEST_REPLY)
                return _accepted(self._asked(worker, job))
            except (Gone, InternalError) as error:
                worker, why = None, error
            except Failed as error:
                return to_retry(FAILED.format(error=str(error).rstrip("."), advice=ADVICE))
            finally:
                self._free.put(worker)
        if isinstance(why, InternalError):
            raise Unfit(str(why), why.why)
        return to_retry(ENDED.format(tries=TRIES, advice=ADVICE))

    def _asked(self, worker: Worker, job: dict[str, Any]) -> dict[str, Any]:
        """Return what a worker answers; raise GradingError where grading has been interrupted."""
        self._busy.add(worker)
        try:
            if self._interrupted:
                raise GradingError(INTERRUPTED)
            return worker.call("examine", timeout=PATIENCE, **job)
        finally:
            self._busy.discard(worker)


def _accepted(outcome: dict[str, Any]) -> dict[str, Any]:
    """Return what came of a job; raise GradingError where the examiner refused it."""
    if "internal" in outcome:
        raise Unfit(outcome["refused"], outcome["internal"])
    if "refused" in outcome:
        raise GradingError(outcome["refused"])
    return outcome


def sweep() -> None:
    """Remove the folders of examiners that were killed before they could do so."""
    for place in {MEMORY, tempfile.gettempdir()}:
        for folder in Path(place).glob(f"{PREFIX}*-*"):
            maker = folder.name.split("-")[1]
            if PROCESS.fullmatch(maker) and not psutil.pid_exists(int(maker)):
                remove(folder)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()

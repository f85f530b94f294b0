"""Have pages of feedback written on all processors, and say how far that is."""

import queue
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from math import ceil
from pathlib import Path
from typing import Any

from tqdm import tqdm

from examiner.internal_error import InternalError
from examiner.process import Failed, Gone, Worker
from grading.course import db_url
from grading.errors import GradingError
from grading.examining.pool import processors

MODULE = "grading.reporting.feedback_worker"
MOST = 25  # pages that a process writes before it is given more
PATIENCE = 60.0  # seconds for a page, on a busy machine
UNWRITTEN = "The feedback on {} cannot be written: {}"


def write_pages(root: Path, assignment: str, students: Sequence[str]) -> None:
    """Write feedback/<student>/<assignment>/<assignment>.html for each of these students.

    Raises GradingError where one of them cannot be written.
    """
    size = min(MOST, ceil(len(students) / processors()))
    waiting: queue.SimpleQueue[Sequence[str]] = queue.SimpleQueue()
    for first in range(0, len(students), size):
        waiting.put(students[first : first + size])
    job = {"root": str(root.resolve()), "url": db_url(root), "assignment": assignment}
    with tqdm(total=len(students), unit=" pages", disable=None) as bar:
        _share_out(waiting, job, bar.update)


def _share_out(
    waiting: queue.SimpleQueue, job: dict[str, Any], progress: Callable[[int], object]
) -> None:
    jobs = min(processors(), waiting.qsize())
    with ThreadPoolExecutor(jobs) as threads:
        shares = [threads.submit(_write_some, waiting, job, progress) for _ in range(jobs)]
        try:
            for share in as_completed(shares):
                share.result()
        finally:  # nothing waits there any more, unless one has failed
            _empty(waiting)


def _write_some(
    waiting: queue.SimpleQueue, job: dict[str, Any], progress: Callable[[int], object]
) -> None:
    """Let a process write what waits, one batch after another."""
    try:
        with Worker(MODULE) as worker:
            while True:
                batch = waiting.get_nowait()
                worker.call("write", timeout=PATIENCE * len(batch), students=batch, **job)
                progress(len(batch))
    except queue.Empty:
        return
    except Failed as error:
        raise GradingError(str(error)) from None
    except (Gone, InternalError) as error:
        raise GradingError(UNWRITTEN.format(job["assignment"], error)) from error


def _empty(waiting: queue.SimpleQueue) -> None:
    while not waiting.empty():
        waiting.get()

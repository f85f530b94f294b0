"""Grade the same class with stock nbgrader and with ours, in turns; then one, many, and over Dask.

Seconds are of whole commands. Run it where nothing else runs.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.figures import Figure, note
from examiner.examination import Examination
from grading.examining.code_answers import RULES
from tests.exercises.solutions import solution, solutions, source

REPOSITORY = Path(__file__).parent.parent
SCRIPTS = sysconfig.get_path("scripts")
GRADING = [sys.executable, "-m", "grading"]
ROUNDS = 3
STOCKS, PROCESSOR = "stock nbgrader", "processor s"
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "refresh-tokens"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"worked"}
c.GenerateAssignment.preprocessors.prepend(["nbconvert.preprocessors.TagRemovePreprocessor"])
c.ClearSolutions.code_stub = {"python": ""}
c.Execute.timeout = 60
c.KernelManager.transport_encryption = "auto"
"""
GOALS = {"grade": 1.5, "status": 0.5}  # processor seconds for one submission of the practice
LOOK = 0.1  # seconds between two looks at the memory


@dataclass(frozen=True)
class Run:
    """Hold what a command took: seconds, and megabytes at its largest.

    `megabytes` are of our own processes together; the sandboxes' are not ours.
    """

    seconds: float
    megabytes: float


def answers(assignment: str, count: int) -> Iterator[dict[str, str]]:
    """Yield cell id → source of so many students: every kind of right and wrong work in turn."""
    samples = [*solutions(assignment, "right"), *solutions(assignment, "wrong")]
    for number in range(count):
        if samples:
            yield {f"answer-{assignment}": source(samples[number * 7 % len(samples)])}
        else:
            letter = "ABCD"[number % 4]
            yield {f"answer-{n}": f'answer_{n} = "{letter}"' for n in range(1, 6)}


def make_class(root: Path, assignment: str, count: int) -> None:
    """Make a course folder with a class that has handed in."""
    shutil.copytree(REPOSITORY / "solutions", root / "solutions")
    name = f"{assignment}/{assignment}.ipynb"
    text = (REPOSITORY / "exercises" / name).read_text(encoding="utf-8")
    for number, given in enumerate(answers(assignment, count)):
        notebook = json.loads(text)
        for cell in notebook["cells"]:
            cell["source"] = given.get(cell["id"], cell["source"])
        path = root / f"submitted/student{number:04}" / name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")


def run(command: list[str], root: Path) -> Run:
    """Run a command in a course folder and watch it."""
    environment = os.environ | {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
    start, most = time.perf_counter(), 0.0
    with (root / "log").open("a") as log:
        process = psutil.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
        while process.poll() is None:
            most = max(most, _megabytes(process))
            time.sleep(LOOK)
    if process.returncode not in (0, 1):  # 1: somebody is ungraded
        sys.exit(f"{' '.join(command)} failed: {(root / 'log').read_text()[-2000:]}")
    return Run(time.perf_counter() - start, most)


def stock(root: Path, assignment: str) -> Run:
    """Grade a class as nbgrader's users do: one after another, in a kernel, unprotected."""
    (root / "nbgrader_config.py").write_text(STOCK)
    nbgrader = [f"{SCRIPTS}/nbgrader"]
    subprocess.run(
        [*nbgrader, "generate_assignment", assignment],
        cwd=root,
        capture_output=True,
        env=os.environ | {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"},
        check=True,
    )
    return run([*nbgrader, "autograde", assignment], root)


def ours(root: Path, assignment: str, *more: str) -> Run:
    """Grade a class in sandboxes, two at once."""
    command = [*GRADING, "grade", "--course", str(root)]
    return run([*command, "--assignment", assignment, "--jobs", "2", *more], root)


def status(root: Path) -> Run:
    """Ask who is graded."""
    return run([*GRADING, "status", "--course", str(root)], root)


def against_stock(assignment: str, count: int, goal: float) -> None:
    """Note how long a class takes, beside stock nbgrader with the same one."""
    took = {}
    for name, grader in (("stock", stock), ("ours", ours)):
        with TemporaryDirectory() as folder:
            make_class(Path(folder, "course"), assignment, count)
            took[name] = grader(Path(folder, "course"), assignment)
    what = f"{assignment}: grade {count}"
    note(Figure(what, took["ours"].seconds, "s", STOCKS, took["stock"].seconds, goal))


def feedback_against_stock(count: int) -> None:
    """Note how long the pages of a class take, beside stock's of the same submissions."""
    with TemporaryDirectory() as folder:
        theirs, own = Path(folder, "theirs"), Path(folder, "ours")
        for root, grader in ((theirs, stock), (own, ours)):
            make_class(root, "practice", count)
            grader(root, "practice")
        peer = run([f"{SCRIPTS}/nbgrader", "generate_feedback", "practice"], theirs)
        took = run([*GRADING, "feedback", "--course", str(own)], own)
    note(Figure(f"practice: {count} pages of feedback", took.seconds, "s", STOCKS, peer.seconds, 5))


def start_up() -> None:
    """Note what commands take that have little to do, they alone: the least of several rounds."""
    took: dict[str, list[float]] = {name: [] for name in GOALS}
    for _ in range(ROUNDS):
        with TemporaryDirectory() as folder:
            make_class(Path(folder, "course"), "practice", 1)
            took["grade"].append(_alone(ours, Path(folder, "course"), "practice"))
            took["status"].append(_alone(status, Path(folder, "course")))
    for name, seconds in took.items():
        note(Figure(f"practice: {name} of one", min(seconds), PROCESSOR, goal=GOALS[name]))


def examination(assignment: str, sample: str) -> None:
    """Note what one examination of a right solution takes of a processor, all rules and both ends.

    That is the least of several rounds.
    """
    took = []
    for _ in range(ROUNDS):
        before = sum(os.times()[:4])
        with Examination(solution(assignment, sample)) as examined:
            examined.examine_all(RULES[assignment].values())
        took.append(sum(os.times()[:4]) - before)
    note(Figure(f"{assignment}: an examination, {sample}", min(took), PROCESSOR, goal=0.7))


def large(assignment: str, counts: tuple[int, int]) -> None:
    """Note time and memory of a large class, beside a small one: neither is to grow with it."""
    took = []
    for count in counts:
        with TemporaryDirectory() as folder:
            make_class(Path(folder, "course"), assignment, count)
            took.append(ours(Path(folder, "course"), assignment))
    small, big = counts
    each = [run.seconds / count for run, count in zip(took, counts, strict=True)]
    what, peer = f"{assignment}: {big} submissions", f"{small} of them"
    note(Figure(f"{what}, each", each[1], "s", peer, each[0]))
    note(Figure(f"{what}, memory", took[1].megabytes, "MB", peer, took[0].megabytes))


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Start a Dask scheduler and workers of one thread each; give its address."""
    address = "tcp://127.0.0.1:18786"
    dask = f"{SCRIPTS}/dask"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    commands = [
        [dask, "scheduler", "--host", "127.0.0.1", "--port", "18786", "--no-dashboard"],
        [dask, "worker", address, "--nworkers", str(workers), "--nthreads", "1", "--no-dashboard"],
    ]
    from distributed import Client

    with TemporaryDirectory() as scratch:
        own = os.environ | {"DASK_TEMPORARY_DIRECTORY": scratch}
        started = [subprocess.Popen(command, env=own, **quiet) for command in commands]
        try:
            with Client(address, timeout=60) as client:
                client.wait_for_workers(workers, timeout=60)
            yield address
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait()


def over_dask(assignment: str, count: int) -> None:
    """Note the time that a class takes with two workers, beside one."""
    seconds = []
    for workers in (1, 2):
        with cluster(workers) as address, TemporaryDirectory() as folder:
            make_class(Path(folder, "course"), assignment, count)
            took = ours(Path(folder, "course"), assignment, "--scheduler", address)
        seconds.append(took.seconds)
    what = f"{assignment}: grade {count}, Dask with two workers"
    note(Figure(what, seconds[1], "s", "one worker", seconds[0], 1.7))


def _alone(grader: Callable[..., Run], *given: object) -> float:
    """Run a grader, and return what it has used of a processor, in seconds."""
    before = sum(os.times()[2:4])
    grader(*given)
    return sum(os.times()[2:4]) - before


def _megabytes(process: psutil.Process) -> float:
    total = 0
    for one in [process, *process.children()]:
        try:
            total += one.memory_info().rss
        except psutil.Error:  # has ended
            continue
    return total / 2**20


def main() -> None:
    """Note everything; smaller classes where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60, help="submissions against stock")
    parser.add_argument("--large", type=int, default=1000, help="submissions of the large class")
    options = parser.parse_args()
    against_stock("practice", options.count, 25)
    against_stock("practice", options.count // 5, 10)
    against_stock("rotation", options.count // 2, 6)
    start_up()
    examination("rotation", "right/opaque_dict_lock")
    examination("client", "right/one_lock")
    feedback_against_stock(options.count // 2)
    large("practice", (50, options.large))
    large("rotation", (options.count // 4, options.count))
    over_dask("rotation", options.count // 3)


if __name__ == "__main__":
    main()

"""Grade the same class with stock nbgrader and with ours, in turns; then one, many, and over Dask.

Seconds are of whole commands. Processor seconds are the machine's: run it where nothing else runs.
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
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from tests.exercises.solutions import solutions, source

REPOSITORY = Path(__file__).parent.parent
SCRIPTS = sysconfig.get_path("scripts")
ROUNDS = 3
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
CHILDREN = ("children_user", "children_system")
LOOK = 0.1  # seconds between two looks at the memory


@dataclass(frozen=True)
class Run:
    """Hold what a command took: seconds, processor seconds, and megabytes at its largest.

    `megabytes` are of our own processes together; the sandboxes' are not ours.
    """

    seconds: float
    cpu: float
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
    before, start, most = _cpu(), time.perf_counter(), 0.0
    with (root / "log").open("a") as log:
        process = psutil.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
        while process.poll() is None:
            most = max(most, _megabytes(process))
            time.sleep(LOOK)
    if process.returncode not in (0, 1):  # 1: somebody is ungraded
        sys.exit(f"{' '.join(command)} failed: {(root / 'log').read_text()[-2000:]}")
    return Run(time.perf_counter() - start, _cpu() - before, most)


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
    command = [sys.executable, "-m", "grading", "grade", "--course", str(root)]
    return run([*command, "--assignment", assignment, "--jobs", "2", *more], root)


def status(root: Path) -> Run:
    """Ask who is graded."""
    return run([sys.executable, "-m", "grading", "status", "--course", str(root)], root)


def against_stock(assignment: str, count: int) -> None:
    """Print seconds and processor seconds a submission, of both, in turns."""
    totals: dict[str, list[Run]] = {"stock": [], "ours": []}
    for _ in range(ROUNDS):
        for name, grader in (("stock", stock), ("ours", ours)):
            with TemporaryDirectory() as folder:
                make_class(Path(folder, "course"), assignment, count // ROUNDS)
                totals[name].append(grader(Path(folder, "course"), assignment))
    print(
        f"\n{assignment}, {count // ROUNDS} submissions in each of {ROUNDS} rounds, whole command"
    )
    each = {name: _each(runs, count // ROUNDS) for name, runs in totals.items()}
    for name, (seconds, cpu) in each.items():
        print(f"  {name:6} {seconds:6.3f} s, {cpu:6.3f} processor s a submission")
    print(
        f"  ratio  {each['stock'][0] / each['ours'][0]:.1f} in submissions a second (goal "
        f"{10 if assignment == 'practice' else 5})"
    )


def start_up() -> None:
    """Print what commands take that have little to do, they alone: the least of several rounds."""
    took: dict[str, list[Run]] = {name: [] for name in GOALS}
    for _ in range(ROUNDS):
        with TemporaryDirectory() as folder:
            make_class(Path(folder, "course"), "practice", 1)
            took["grade"].append(_alone(ours, Path(folder, "course"), "practice"))
            took["status"].append(_alone(status, Path(folder, "course")))
    print("\npractice, one submission in a new course folder, whole command")
    for name, runs in took.items():
        least = min(runs, key=lambda one: one.cpu)
        told = f"{least.seconds:6.3f} s, {least.cpu:6.3f} processor s"
        print(f"  {name:6} {told} (goal {GOALS[name]})")


def large(assignment: str, counts: tuple[int, ...]) -> None:
    """Print time and memory of classes of several sizes."""
    print(f"\n{assignment}, classes of several sizes, ours with 2 jobs")
    for count in counts:
        with TemporaryDirectory() as folder:
            make_class(Path(folder, "course"), assignment, count)
            took = ours(Path(folder, "course"), assignment)
        print(
            f"  {count:5} submissions: {took.seconds / count:.3f} s each, {took.megabytes:.0f} MB"
        )


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
    """Print the time a submission takes with one worker and with two."""
    print(f"\n{assignment}, {count} submissions over Dask")
    for workers in (1, 2):
        with cluster(workers) as address, TemporaryDirectory() as folder:
            make_class(Path(folder, "course"), assignment, count)
            took = ours(Path(folder, "course"), assignment, "--scheduler", address)
        print(f"  {workers} worker{'s' * (workers > 1)}: {took.seconds / count:.3f} s a submission")


def _each(runs: list[Run], count: int) -> tuple[float, float]:
    total = len(runs) * count
    return sum(run.seconds for run in runs) / total, sum(run.cpu for run in runs) / total


def _alone(grader: Callable[..., Run], *given: object) -> Run:
    """Run a grader, and count its own processor seconds in place of the machine's."""
    before = os.times()
    took, after = grader(*given), os.times()
    user, system = (getattr(after, n) - getattr(before, n) for n in CHILDREN)
    return replace(took, cpu=user + system)


def _cpu() -> float:
    times = psutil.cpu_times()
    return times.user + times.system


def _megabytes(process: psutil.Process) -> float:
    total = 0
    for one in [process, *process.children()]:
        try:
            total += one.memory_info().rss
        except psutil.Error:  # has ended
            continue
    return total / 2**20


def main() -> None:
    """Print everything; smaller classes where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60, help="submissions against stock")
    parser.add_argument("--large", type=int, default=1000, help="submissions of the large class")
    options = parser.parse_args()
    for assignment in ("practice", "rotation"):
        against_stock(assignment, options.count)
    start_up()
    large("practice", (50, options.large))
    large("rotation", (50, 4 * 50))
    over_dask("rotation", options.count // 2)


if __name__ == "__main__":
    main()

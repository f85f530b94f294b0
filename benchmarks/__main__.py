"""Run all benchmarks one after another and print one table: figure, peer, ratio and goal.

What else the machine did meanwhile is told beside it and not counted: run it where that is nothing.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.figures import COLLECTED, HEADS, collected, line

HERE = Path(__file__).parent
COMMANDS = {
    "lessons": ["-m", "benchmarks.lessons"],
    "refreshes": ["-m", "benchmarks.refreshes"],
    "grading": ["-m", "benchmarks.grading"],
    "stepper": ["-m", "pytest", "--quiet", "--capture=no", "--no-header", HERE / "stepper.py"],
}
FOREIGN = 0.1  # processors kept busy by others, from which on figures say little


def busy() -> float:
    """Return for how many seconds processors have worked that were not ours."""
    machine, own = psutil.cpu_times(), os.times()
    ours = own.user + own.system + own.children_user + own.children_system
    return machine.user + machine.nice + machine.system - ours


def run(command: list[object], file: Path) -> tuple[int, float]:
    """Run a benchmark; return its exit code, and how many processors others kept busy meanwhile."""
    began, before = time.monotonic(), busy()
    environment = os.environ | {COLLECTED: str(file), "PYTHONPATH": str(HERE.parent)}
    code = subprocess.call([sys.executable, *map(str, command)], env=environment)
    return code, max(busy() - before, 0.0) / (time.monotonic() - began)


def main() -> int:
    """Print the table; return 1 where a benchmark has failed."""
    told, failed = [], []
    with TemporaryDirectory() as folder:
        for name, command in COMMANDS.items():
            file = Path(folder, name)
            print(f"\n{name}", flush=True)
            code, foreign = run(command, file)
            failed += [name] * bool(code)
            loud = "; what follows says little" * (foreign > FOREIGN)
            told += [f"\n{name}; others kept {foreign:.2f} processors busy{loud}"]
            told += map(str, collected(file))
    print("\n\n" + line(*HEADS), *told, sep="\n")
    if failed:
        print(f"\nNot measured whole: {', '.join(failed)}.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())

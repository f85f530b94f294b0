"""Time each lesson from top to bottom, as a ratio to an empty notebook in the same run."""

import statistics
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
ROUNDS = 5
# Else every kernel warns on stderr that it talks over plain TCP.
ENCRYPTED = Config({"KernelManager": {"transport_encryption": "auto"}})


def seconds(notebook: nbformat.NotebookNode) -> float:
    """Run a notebook in a new kernel and return how long it took, kernel start included."""
    start = time.perf_counter()
    here = {"metadata": {"path": NOTEBOOKS}}
    NotebookClient(notebook, timeout=60, resources=here, config=ENCRYPTED).execute()
    return time.perf_counter() - start


def main() -> None:
    """Interleave the lessons with an empty notebook and print medians and ratios."""
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    times: dict[str, list[float]] = {"(empty)": [], **{path.stem: [] for path in paths}}
    for _ in range(ROUNDS):
        times["(empty)"].append(seconds(nbformat.v4.new_notebook()))
        for path in paths:
            times[path.stem].append(seconds(nbformat.read(path, as_version=4)))
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"{'notebook':20}  seconds  ratio to empty  (medians of {ROUNDS} rounds)")
    for name, median in medians.items():
        print(f"{name:20}  {median:7.2f}  {median / medians['(empty)']:14.1f}")


if __name__ == "__main__":
    main()

"""Time each lesson from top to bottom, as a ratio to an empty notebook in the same run."""

import statistics
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

from benchmarks.figures import Figure, note

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
ROUNDS = 3
EMPTY = "an empty notebook"
# Else every kernel warns on stderr that it talks over plain TCP.
ENCRYPTED = Config({"KernelManager": {"transport_encryption": "auto"}})


def seconds(notebook: nbformat.NotebookNode) -> float:
    """Run a notebook in a new kernel and return how long it took, kernel start included."""
    start = time.perf_counter()
    here = {"metadata": {"path": NOTEBOOKS}}
    NotebookClient(notebook, timeout=60, resources=here, config=ENCRYPTED).execute()
    return time.perf_counter() - start


def main() -> None:
    """Interleave the lessons with an empty notebook and note the medians."""
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    times: dict[str, list[float]] = {EMPTY: [], **{path.stem: [] for path in paths}}
    for _ in range(ROUNDS):
        times[EMPTY].append(seconds(nbformat.v4.new_notebook()))
        for path in paths:
            times[path.stem].append(seconds(nbformat.read(path, as_version=4)))
    medians = {name: statistics.median(values) for name, values in times.items()}
    empty = medians.pop(EMPTY)
    for name, median in medians.items():
        note(Figure(f"lesson {name}, top to bottom", median, "s", EMPTY, empty))


if __name__ == "__main__":
    main()

"""Refreshes per second and their latency: our servers, flask-jwt-extended and Express, in turns.

Two clients, a process each, refresh without pause on a connection that every server keeps; with
rotation each sends the token it received last. Express needs node and npm.
"""

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.figures import Figure, note
from benchmarks.load import refresh

HERE = Path(__file__).parent
USERS = [
    {"username": "alice", "password": "wonderland"},
    {"username": "bob", "password": "builder"},
]
ROUNDS, SECONDS = 5, 2
STRING, KEY = "Express, string secret", "Express, KeyObject"
EXTENDED = "flask-jwt-extended, no rotation"
PEERS = (KEY, STRING, EXTENDED)  # each server is compared with the first of these that runs here


def commands(folder: Path) -> dict[str, list[str]]:
    """Return name → command line of each server that can run here; install Express's packages."""
    embedded = [sys.executable, str(HERE / "serve.py")]
    found = {
        "embedded, plain": [*embedded, "plain", str(folder)],
        "embedded, rotation in memory": [*embedded, "memory", str(folder)],
        "embedded, rotation on SQLite": [*embedded, "sqlite", str(folder)],
        EXTENDED: [*embedded, "flask-jwt-extended", str(folder)],
    }
    if sys.platform != "win32":
        found["gunicorn, 2 workers, rotation on SQLite"] = gunicorn(folder)
    if express(folder):
        node = ["node", str(folder / "server.js")]
        found |= {STRING: [*node, "string"], KEY: [*node, "key"]}
    return found


def gunicorn(folder: Path) -> list[str]:
    """Return the command line of the stand-alone server under two workers on one SQLite file."""
    app = f"server.stand_alone:stand_alone('{folder / 'stand_alone.sqlite'}', rotate=True)"
    options = [
        "--workers",
        "2",
        "--threads",
        "2",
        "--bind",
        "127.0.0.1:0",
    ]  # one closes connections
    return [sys.executable, "-m", "gunicorn", *options, app]


def express(folder: Path) -> bool:
    """Copy the Express server and install its packages; say so and return False where not."""
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        print("Express is left out: node and npm are not on this machine.")
        return False
    for path in (HERE / "express").glob("*.js*"):
        shutil.copy(path, folder)
    quiet = [npm, "install", "--no-audit", "--no-fund", "--silent"]
    done = subprocess.run(quiet, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"Express is left out: npm install failed ({done.stderr.strip()[-200:]}).")
    return done.returncode == 0


@contextmanager
def serving(command: list[str]):
    """Run a server that says its address; give the address."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True, cwd=HERE.parent
    ) as server:
        try:
            yield next(
                found[0] for line in server.stdout if (found := re.search(r"http://[\d.:]+", line))
            )
        finally:
            server.terminate()


def figures(times: dict[str, list[float]]) -> Iterator[Figure]:
    """Yield refreshes per second and the 95th percentile of each server, beside its peer's."""
    for name, took in times.items():
        if name not in PEERS:
            peer = next(peer for peer in PEERS if peer in times)
            rates = [len(found) / (ROUNDS * SECONDS) for found in (took, times[peer])]
            yield Figure(f"{name}: refreshes", rates[0], "a second", peer, rates[1], 0, True)
            p95 = [1000 * statistics.quantiles(found, n=20)[-1] for found in (took, times[peer])]
            yield Figure(f"{name}: 95th percentile", p95[0], "ms", peer, p95[1])


def main() -> None:
    """Start every server once, then load them in turns."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        urls = {
            name: running.enter_context(serving(command))
            for name, command in commands(Path(folder)).items()
        }
        times: dict[str, list[float]] = {name: [] for name in urls}
        for _ in range(ROUNDS):
            for name, url in urls.items():
                times[name] += refresh(url, USERS, SECONDS)
    for figure in figures(times):
        note(figure)


if __name__ == "__main__":
    main()

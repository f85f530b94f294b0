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
from contextlib import ExitStack, contextmanager
from pathlib import Path

from load import refresh

HERE = Path(__file__).parent
USERS = [
    {"username": "alice", "password": "wonderland"},
    {"username": "bob", "password": "builder"},
]
ROUNDS, SECONDS = 5, 2
STRING, KEY = "Express, string secret", "Express, KeyObject"
EXTENDED = "flask-jwt-extended, no rotation"


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


def table(times: dict[str, list[float]]) -> str:
    """Return a line for each server: refreshes per second, p50, p95, ratios to the peers."""
    peers = [name for name in [STRING, KEY, EXTENDED] if name in times]
    heads = "".join(f"{'to ' + name:>36}" for name in peers)
    lines = [f"{'':40}{'per second':>12}{'p50 ms':>9}{'p95 ms':>9}{heads}"]
    for name, took in times.items():
        p50, p95 = statistics.median(took) * 1000, statistics.quantiles(took, n=20)[-1] * 1000
        rate = len(took) / (ROUNDS * SECONDS)
        ratios = "".join(f"{len(took) / len(times[peer]):36.2f}" for peer in peers)
        lines.append(f"{name:40}{rate:12.0f}{p50:9.2f}{p95:9.2f}{ratios}")
    return "\n".join(lines)


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
        print(table(times))


if __name__ == "__main__":
    main()

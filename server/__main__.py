"""Run the token server on its own: python -m server."""

import argparse
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

from server.serving import HOST, Server
from server.stand_alone import stand_alone


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted; exit with one sentence where the options cannot be met."""
    options = _parser().parse_args(arguments)
    try:
        app = stand_alone(options.database, rotate=options.rotate)
        listener = socket.create_server((HOST, options.port))
    except (OSError, OverflowError, ValueError) as error:
        sys.exit(f"The token server cannot start: {error}")
    server = Server(app, fd=listener.fileno())
    port = listener.getsockname()[1]
    print(f"The token server answers at http://{HOST}:{port}; Ctrl+C stops it.", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        server.serve_forever()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m server",
        description="Run the course's token server on this machine, on the real clock. "
        "Users: alice with the password wonderland, bob with builder.",
    )
    parser.add_argument("--port", type=int, default=5000, help="0 takes any free port (5000)")
    parser.add_argument(
        "--rotate", action="store_true", help="let each refresh token be good for one use"
    )
    parser.add_argument(
        "--database",
        type=Path,
        metavar="FILE",
        help="keep refresh tokens in this SQLite file and the signing keys in FILE.keys, "
        "so that a restart logs nobody out (without it, both live in memory)",
    )
    return parser


if __name__ == "__main__":
    main()

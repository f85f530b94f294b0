"""The choices that a learner has made: one file of the user's own, outside the course's folder.

There neither git nor the student bundle nor what is handed in takes it along.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from platformdirs import user_data_path


@dataclass(frozen=True)
class Kept:
    """Hold one choice: which prediction, the text chosen, and how sure the learner was, 1 to 3."""

    name: str
    text: str
    sure: int | None = None


def kept_file() -> Path:
    """Return where the choices lie; a line of JSON each, in the order in which they were made."""
    return user_data_path("refresh-token-course") / "predictions.jsonl"


def keep(choice: Kept) -> None:
    """Add a choice; raise OSError where it cannot be written.

    Two notebooks may do so at once: a line is added in one call, and none is ever changed.
    """
    kept_file().parent.mkdir(parents=True, exist_ok=True)
    with kept_file().open("ab") as file:
        file.write((json.dumps(asdict(choice)) + "\n").encode())


def read_kept() -> tuple[dict[str, Kept], int]:
    """Return name → the first choice made there, and how many lines could not be read.

    Raises OSError where there is a file that cannot be read.
    """
    if not kept_file().exists():
        return {}, 0
    lines = [_read(line) for line in kept_file().read_bytes().splitlines() if line.strip()]
    first: dict[str, Kept] = {}
    for choice in filter(None, lines):
        first.setdefault(choice.name, choice)
    return first, lines.count(None)


def _read(line: bytes) -> Kept | None:
    try:
        choice = Kept(**json.loads(line))
    except (ValueError, TypeError, RecursionError):
        return None
    sound = isinstance(choice.name, str) and isinstance(choice.text, str)
    return choice if sound and choice.sure in (None, 1, 2, 3) else None

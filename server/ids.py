"""Where token ids come from: random ones for real use, counted ones for repeatable lessons."""

import itertools
import secrets


def random_id() -> str:
    """Return an id of 128 random bits, so that no two tokens share one (RFC 7519 §4.1.7)."""
    return secrets.token_urlsafe(16)


class CountedIds:
    """Return "id-1", "id-2", … so that a lesson prints the same tokens every time."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def __call__(self) -> str:
        return f"id-{next(self._count)}"
